import Notation
import Records
import Testing

@testable import Feeds

extension WrittenItem {
    /// What is written of a record.
    init?(json: String) throws {
        let (chunk, root) = try JSONParser().parse(json, origin: Origin(source: "test", received: 0))
        let node = chunk.node(at: root)
        defer { withExtendedLifetime(chunk) {} }
        self.init(id: node["id"]?.string ?? "", field: { node[$0] })
    }

    /// What is written of an item that was read.
    init?(_ item: FeedItem) throws { try self.init(json: item.json.text) }
}

/// Writing feeds and reading them again.
enum WrittenFeeds {
    /// Where items that were read are not those that a format carries, field by field.
    static func differences(
        _ read: [WrittenItem], _ written: [WrittenItem], _ format: WrittenFormat
    ) -> [String] {
        if read.count != written.count { return ["\(read.count) items instead of \(written.count)"] }
        var differences: [String] = []
        for (read, item) in zip(read, written.map { $0.carried(by: format) }) {
            var read = read.readable
            // Plain text becomes HTML where a format knows nothing else.
            if item.content?.html == nil { read.content?.html = nil }
            for (one, other) in zip(Mirror(reflecting: read).children, Mirror(reflecting: item).children) {
                let (found, wanted) = ("\(one.value)", "\(other.value)")
                // JSON Feed has a count in extensions alone.
                if format == .json, one.label == "comments" { continue }
                if !found.isSame(as: wanted) {
                    differences.append(
                        "\(one.label ?? ""): \(found.debugDescription) instead of \(wanted.debugDescription)")
                }
            }
        }
        return differences
    }

    static let head: FeedHead = {
        var head = FeedHead(title: "Planet", pipeline: "planet")
        head.home = "https://planet.example.org/"
        return head
    }()

    /// Reads the feed of some items with our own reader, and by the rules of its format.
    static func reread(
        _ items: [WrittenItem], _ format: WrittenFormat, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [WrittenItem] {
        let bytes = FeedWriter.write(head, items, as: format)
        ForeignReader.check(bytes, format, sourceLocation: sourceLocation)
        let (read, end) = parse([bytes])
        #expect(end.problems.isEmpty, sourceLocation: sourceLocation)
        return try read.map { try #require(try WrittenItem($0)) }
    }
}

extension WrittenItem {
    /// The item as it comes out of a format: what that has no place for is gone, and what it demands is there.
    func carried(by format: WrittenFormat) -> WrittenItem {
        var item = self
        item.feed = FeedReference()
        item.extensions = JSONObject()
        item.score = nil
        switch format {
        case .rss:
            // No fractions of a second.
            item.published = published.flatMap { Timestamp(seconds: $0.seconds) }
            // A file of unknown length has none.
            if enclosures.first?.type != nil { item.enclosures[0].length = enclosures[0].length ?? 0 }
            if item.published == nil { item.published = item.updated }
        case .atom:
            item.id = AtomDocument.id(id)
            item.published = published ?? updated ?? Timestamp(nanosecondsSince1970: 0)
            item.updated = updated ?? item.published
            // Our reader takes an id for the page where there is no link.
            if url == nil, URLReference.isWeb(item.id) { item.url = item.id }
        case .json:
            item.comments = nil
            item.published = published ?? updated
            item.authors = authors.map { author in
                var author = author
                if author.url != nil {
                    author.name = author.name ?? author.email
                    author.email = nil
                }
                return author
            }
            item.enclosures = enclosures.map {
                Enclosure(url: $0.url, type: $0.type ?? MediaTypes.guess($0.url), length: $0.length)
            }
        }
        return item.readable
    }

    /// Texts as somebody sees them: of a text without markup there are several spellings.
    var readable: WrittenItem {
        var item = self
        // Who gives only a summary has no other content.
        let text = content?.text ?? content?.html.map { HTMLText.plain($0) } ?? summary ?? ""
        let shown = HTMLText.collapsed(text)
        item.content = Content(
            text: shown, html: content?.html.flatMap { $0.utf8.contains(.lessThan) ? $0 : nil })
        item.feed = FeedReference()
        item.extensions = JSONObject()
        item.score = nil
        item.language = language ?? content?.language
        return item
    }
}
