/// What is kept in memory of a segment, so that most keys that it does not have cost no look into the file: twelve bits a
/// key for a filter, and 64 a page.
final class Segment: Sendable {
    let row: SegmentRow
    /// The high word of the first key of each page.
    private let fences: [UInt64]
    private let filter: [UInt64]
    /// By the range, where its filter begins, in blocks; one more for the end of the last.
    private let filterStarts: [UInt32]

    /// Reads what the table of ranges has of a segment that is whole.
    init(_ row: SegmentRow, _ connection: Connection) throws {
        func impossible(_ value: String) -> ImpossibleValue {
            ImpossibleValue(table: row.family.rangeTable, value: value)
        }
        guard row.ranges == 1 << row.rangeBits else {
            throw ImpossibleValue(table: row.family.segmentTable, value: "number of ranges")
        }
        let statement = try connection.statement(
            "SELECT id, fences, filter FROM \(row.family.rangeTable) WHERE id >= ? AND id < ? ORDER BY id")
        defer { statement.reset() }
        try statement.bind(1, row.number(0))
        try statement.bind(2, row.number(0) + SegmentRow.numbers)
        var fences: [UInt64] = []
        var filter: [UInt64] = []
        var starts: [UInt32] = [0]
        // A row may promise anything; what is there has been read before it takes room.
        let expected = min(row.keys, 1 << 24)
        if row.hasFilter {
            filter.reserveCapacity((KeyFilter.blocks(for: expected) + row.ranges) * KeyFilter.blockWords)
        }
        while try statement.step() {
            guard statement.int(0) == row.number(starts.count - 1) else { throw impossible("number") }
            let isRead: (fences: Bool, filter: Bool) = (
                statement.withBytes(1) { read($0, into: &fences) } ?? false,
                statement.withBytes(2) { read($0, into: &filter) } ?? false
            )
            guard isRead.fences, filter.count % KeyFilter.blockWords == 0, isRead.filter,
                let end = UInt32(exactly: filter.count / KeyFilter.blockWords),
                row.hasFilter ? end > starts[starts.count - 1] : end == 0
            else { throw impossible("filter") }
            starts.append(end)
        }
        guard starts.count == row.ranges + 1 else { throw impossible("number") }
        guard fences.count == row.pages, zip(fences, fences.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw impossible("order of pages")
        }
        self.row = row
        self.fences = fences
        self.filter = filter
        filterStarts = starts
    }

    /// Whether the segment may have a key.
    func mayHold(_ key: HistoryKey) -> Bool { mayHold(key, inRangeOf: key.high) }

    /// Whether the segment may have stories of a band.
    func mayHold(band: UInt32) -> Bool {
        !row.hasFilter || mayHold(StoryKey.filtered(band: band), inRangeOf: UInt64(band) << 32)
    }

    private func mayHold(_ key: HistoryKey, inRangeOf high: UInt64) -> Bool {
        let range = Int(row.rangeBits == 0 ? 0 : high >> UInt64(64 - row.rangeBits))
        let start = Int(filterStarts[range])
        let blocks = Int(filterStarts[range + 1]) - start
        return filter.withUnsafeBufferPointer {
            KeyFilter.mayHold(key, $0, start: start * KeyFilter.blockWords, blocks: blocks)
        }
    }

    /// The pages that may have keys with high words from one to another.
    func pages(from low: UInt64, through high: UInt64) -> Range<Int> {
        // The page before the first whose fence is not below: a page may end with keys that the next one begins with.
        let first = max(0, place { $0 < low } - 1)
        let end = place { $0 <= high }
        return min(first, end)..<end
    }

    /// How many fences, from the first, are below a place.
    private func place(_ isBefore: (UInt64) -> Bool) -> Int {
        var (low, high) = (0, fences.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(fences[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// - Returns: false where the bytes are no words.
private func read(_ bytes: UnsafeRawBufferPointer, into words: inout [UInt64]) -> Bool {
    guard bytes.count % 8 == 0 else { return false }
    for offset in stride(from: 0, to: bytes.count, by: 8) {
        words.append(UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
    }
    return true
}
