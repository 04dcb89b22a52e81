import Foundation
import Notation
import Records

@testable import Feeds

/// What a document gives when it is pushed in the given pieces.
func parse(
    _ pieces: [[UInt8]], context: FeedParser.Context = .init()
) -> (items: [FeedItem], end: FeedEnd) {
    var parser = FeedParser(context: context)
    var items: [FeedItem] = []
    for piece in pieces { items += parser.push(piece) }
    let (rest, end) = parser.finish()
    return (items + rest, end)
}

extension FeedParser {
    /// Takes more bytes and answers the items that they complete.
    @discardableResult
    mutating func push(_ bytes: some Sequence<UInt8>) -> [FeedItem] {
        var builder = ChunkBuilder()
        Array(bytes).withUnsafeBufferPointer { take($0) }
        _ = append(to: &builder)
        return items(builder)
    }

    mutating func finish() -> (items: [FeedItem], end: FeedEnd) {
        var builder = ChunkBuilder()
        let end = finish(into: &builder)
        return (items(builder), end)
    }
}

/// The items that have been written.
func items(_ builder: consuming ChunkBuilder) -> [FeedItem] {
    guard let (chunk, roots) = try? builder.finish(origin: Origin(source: "test", received: 0)) else {
        return []
    }
    return roots.map { FeedItem(json: JSON(chunk.node(at: $0))) }
}

/// An item as it stands in a record, member by member.
struct FeedItem: Equatable {
    let json: JSON

    var id: String { json["id"]?.string ?? "" }
    var url: String? { json["url"]?.string }
    var title: String? { json["title"]?.string }
    var summary: String? { json["summary"]?.string }
    var content: Content? { json["content"].map { Content(json: $0) } }
    var authors: [Author] {
        (json["authors"]?.array ?? []).map {
            Author(name: $0["name"]?.string, url: $0["url"]?.string, email: $0["email"]?.string)
        }
    }
    var author: String? { json["author"]?.string }
    var tags: [String] { (json["tags"]?.array ?? []).compactMap(\.string) }
    var published: Timestamp? { json["published"]?.string.flatMap(FeedDate.parse) }
    var updated: Timestamp? { json["updated"]?.string.flatMap(FeedDate.parse) }
    var score: Int64? { json["score"]?.int }
    var comments: Int64? { json["comments"]?.int }
    var enclosures: [Enclosure] {
        (json["enclosures"]?.array ?? []).map {
            Enclosure(
                url: $0["url"]?.string ?? "", type: $0["type"]?.string, length: $0["length"]?.int)
        }
    }
    var language: String? { json["language"]?.string }
    var feed: FeedReference {
        let feed = json["feed"]
        return FeedReference(
            title: feed?["title"]?.string, url: feed?["url"]?.string, home: feed?["home"]?.string)
    }
    var source: String? { json["source"]?.string }
    var contentHash: String? { json["content_hash"]?.string }

    /// The elements that namespaces add.
    var extensions: [Extension] {
        (json["extensions"]?.object?.members ?? []).flatMap { prefix in
            (prefix.value.object?.members ?? []).flatMap { element in
                (element.value.array ?? [element.value]).map { Extension(name: element.name, json: $0) }
            }
        }
    }

    struct Extension {
        let name: String
        let json: JSON

        /// Attributes and elements inside.
        var memberCount: Int { json.object?.members.count ?? 0 }
    }

    struct Content {
        let json: JSON

        var type: String { json["type"]?.string ?? "" }
        var text: String? { json["text"]?.string }
        var html: String? { json["html"]?.string }
        var language: String? { json["language"]?.string }
        var base: String? { json["base"]?.string }
    }

    struct Author: Equatable {
        var name: String?
        var url: String?
        var email: String?
    }

    struct Enclosure: Equatable {
        var url: String
        var type: String?
        var length: Int64?
    }
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
func json(_ item: FeedItem) -> JSON { item.json }

/// The JSON of a document's items, a line each.
func lines(_ pieces: [[UInt8]], context: FeedParser.Context = .init()) -> [String] {
    var parser = FeedParser(context: context)
    var builder = ChunkBuilder()
    for piece in pieces { piece.withUnsafeBufferPointer { _ = parser.push($0, into: &builder) } }
    _ = parser.finish(into: &builder)
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
