/// Copying the few survivors of large chunks into small ones.
extension Array where Element == Record {
    /// The policy: whether the records that are left use less than half of the bytes that they keep alive.
    ///
    /// Looks at runs of records with one chunk, as a filter leaves them. Less than `floor` bytes are never worth it.
    package func isWorthCompacting(floor: Int = 16 << 10) -> Bool {
        var live = 0
        var held = HeldBytes()
        let span = span
        for index in span.indices {
            live += span[index].byteCount
            held.add(span[index])
        }
        return held.total >= floor && live < held.total / 2
    }

    /// Copies the records into new chunks of the right size, one for each origin that follows another; overlays are
    /// applied on the way, so that their chunks are let go too.
    package mutating func compact() {
        var start = 0
        while start < count {
            let origin = self[start].chunk.origin
            let end = end(from: start) { $0.chunk.origin === origin }
            compact(start..<end, origin: origin)
            start = end
        }
    }

    private mutating func compact(_ range: Range<Int>, origin: Origin) {
        let size = self[range].reduce(0) { $0 + $1.byteCount + 1 }
        var builder = ChunkBuilder(reserving: size)
        for position in range { builder.copy(self[position]) }
        // What is too large for one chunk stays where it is.
        guard let (chunk, roots) = try? builder.finish(origin: origin) else { return }
        for (position, root) in zip(range, roots) {
            self[position] = Record(self[position], movedTo: chunk, root: root)
        }
    }
}

/// The bytes of chunks that records keep alive; a chunk counts once for each run of records that refer to it.
private struct HeldBytes {
    private(set) var total = 0
    private var lastBase: Chunk?
    private var lastChange: Chunk?

    mutating func add(_ record: borrowing Record) {
        HeldBytes.add(record.chunk, to: &total, after: &lastBase)
        if record.isChanged { addChanges(of: record) }
    }

    private mutating func addChanges(of record: borrowing Record) {
        guard let overlay = record.overlay else { return }
        for case let value? in overlay.fields.map(\.value) {
            HeldBytes.add(value.chunk, to: &total, after: &lastChange)
        }
    }

    private static func add(_ chunk: Chunk, to total: inout Int, after last: inout Chunk?) {
        guard chunk !== last else { return }
        total += chunk.byteCount
        last = chunk
    }
}
