import Feeds
import Glibc
import Records

/// What it takes to read one document to finished items in chunks.
struct Measurement {
    let itemCount: Int
    let bytes: Int
    /// CPU time of the fastest of several readings.
    let seconds: Double

    var megabytesPerSecond: Double { Double(bytes) / seconds / 1e6 }
    var itemsPerSecond: Double { Double(itemCount) / seconds }

    /// Reads the document as a source does, in pieces of 64 KB, each piece's items in a chunk.
    init(_ document: [UInt8], repeating times: Int) {
        var itemCount = 0
        var best = Double.infinity
        for _ in 0..<times {
            let start = Self.processorTime()
            itemCount = Self.read(document)
            best = min(best, Self.processorTime() - start)
        }
        self.itemCount = itemCount
        bytes = document.count
        seconds = best
    }

    /// The document's items as JSON Lines.
    static func items(of document: [UInt8]) -> [UInt8] {
        var lines: [UInt8] = []
        _ = read(document) { lines += UnsafeBufferPointer(start: $0.bytes, count: $0.byteCount) }
        return lines
    }

    private static func read(_ document: [UInt8], _ take: (Chunk) -> Void = { _ in }) -> Int {
        var parser = FeedParser(context: .init(url: "https://example.com/feed.xml", source: "benchmark"))
        var count = 0
        document.withUnsafeBufferPointer { document in
            var start = 0
            while start < document.count {
                let end = min(document.count, start + pieceSize)
                var builder = ChunkBuilder(reserving: 2 * pieceSize)
                count += parser.push(UnsafeBufferPointer(rebasing: document[start..<end]), into: &builder)
                take(finish(builder, atMost: count))
                start = end
            }
        }
        var rest = ChunkBuilder()
        let end = parser.finish(into: &rest)
        precondition(end.wasComplete && end.problems.isEmpty, "the document is not well-formed")
        count += rest.rootCount
        take(finish(rest, atMost: count))
        return count
    }

    private static func finish(_ builder: consuming ChunkBuilder, atMost count: Int) -> Chunk {
        guard let (chunk, roots) = try? builder.finish(origin: origin) else {
            preconditionFailure("a piece gives more than a chunk can hold")
        }
        precondition(roots.count <= count, "a chunk has records that are no items")
        return chunk
    }

    private static let origin = Origin(source: "benchmark", received: 0)
    private static let pieceSize = 64 << 10

    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
