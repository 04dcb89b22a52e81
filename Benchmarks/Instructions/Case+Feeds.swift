import Feeds
import Records

extension Case {
    /// Documents of each shape, to items, in pieces as they come from a network.
    static let feeds = FeedShape.allCases.map { shape in
        Case(name: "feed-\(shape.rawValue)") {
            let document = FeedWriter.document(shape, size: 1_000_000)
            return { document.withUnsafeBufferPointer(read) }
        }
    }

    private static func read(_ document: UnsafeBufferPointer<UInt8>) {
        let piece = 64 << 10
        let origin = Origin(source: "counted", received: 0)
        var parser = FeedParser(context: .init(url: "https://example.com/feed.xml", source: "counted"))
        for start in stride(from: 0, to: document.count, by: piece) {
            let end = min(document.count, start + piece)
            var builder = ChunkBuilder(reserving: 2 * piece)
            _ = parser.push(UnsafeBufferPointer(rebasing: document[start..<end]), into: &builder)
            _ = try? builder.finish(origin: origin)
        }
        var rest = ChunkBuilder()
        let end = parser.finish(into: &rest)
        precondition(end.wasComplete && end.problems.isEmpty, "the document is not well-formed")
    }
}
