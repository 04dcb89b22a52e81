import Foundation
import Records

@testable import Feeds

/// A generator of numbers that are the same in each run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// What a document gives when it is pushed in the given pieces.
func parse(
    _ pieces: [[UInt8]], context: FeedParser.Context = .init()
) -> (items: [FeedItem], end: FeedEnd) {
    var parser = FeedParser(context: context)
    var items: [FeedItem] = []
    for piece in pieces { items += parser.push(piece) }
    let end = parser.finish()
    return (items + end.items, end)
}

func parse(_ text: String, context: FeedParser.Context = .init()) -> (items: [FeedItem], end: FeedEnd) {
    parse([Array(text.utf8)], context: context)
}

func rss(_ items: String, channel: String = "<title>Feed</title><link>https://example.com/</link>") -> String
{
    """
    <?xml version="1.0"?>
    <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" \
    xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
    <channel>\(channel)
    \(items)
    </channel></rss>
    """
}

/// The JSON of an item.
func json(_ item: FeedItem) -> JSON {
    var builder = ChunkBuilder()
    item.append(to: &builder)
    guard let (chunk, roots) = try? builder.finish(origin: Origin(source: "test", received: 0)) else {
        return .null
    }
    return JSON(chunk.node(at: roots[0]))
}

/// The JSON of a document's items, a line each, as they get into a chunk without becoming items.
func lines(_ pieces: [[UInt8]], context: FeedParser.Context = .init()) -> [String] {
    var parser = FeedParser(context: context)
    var builder = ChunkBuilder()
    for piece in pieces { piece.withUnsafeBufferPointer { _ = parser.push($0, into: &builder) } }
    for item in parser.finish().items { item.append(to: &builder) }
    guard let (chunk, roots) = try? builder.finish(origin: Origin(source: "test", received: 0)) else {
        return []
    }
    return roots.map { String(decoding: chunk.node(at: $0).text, as: UTF8.self) }
}

/// The folder of the package.
let packageFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

func bytes(ofFile path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: packageFolder.appendingPathComponent(path)))
}

/// The conformance data of other projects, if it is there.
enum ConformanceData {
    static let folder: String? = {
        let named = ProcessInfo.processInfo.environment["FEEDSPINE_CONFORMANCE"]
        let beside = packageFolder.deletingLastPathComponent().appendingPathComponent("shared/conformance")
            .path
        return [named, beside].compactMap { $0 }.first {
            FileManager.default.fileExists(atPath: $0 + "/feeds/manifest.json")
        }
    }()
}
