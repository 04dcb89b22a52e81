import Feeds
import Fetching
import FoundationEssentials
import Records
import Streaming

/// What a ``DocumentPosition`` keeps.
///
/// It is written and read by hand, and its rarer parts are decoded only when they are asked for: most polls find nothing
/// new, and coding the whole took as long as a fifth of such a poll.
struct StoredDocument: Equatable {
    /// A fingerprint of the address that all this is about, which may hold a key; files have none.
    var document: String?
    /// Of the last document that was read to its end.
    var validators: Validators?
    /// Where the document has moved to for good.
    var url: String?
    /// The feed that the document, a page, names.
    var found: EncodedPart<FoundFeed>?
    /// What the feed said about when it changes.
    var pace: EncodedPart<FeedPace>?
    /// Which items bear ids that the feed gives to several.
    var ids: EncodedPart<ItemIDMemory>?
    /// The server has said that the document will not come back.
    var isGone: Bool?
    /// Of the document that is being read.
    var reading: String?
    /// The number of the reading that gave what the document shows.
    var shown: Int64?
    /// The number of the reading that is under way.
    var showing: Int64?

    init(document: String? = nil) { self.document = document }
}

/// A part of a position as JSON.
struct EncodedPart<Value: Codable>: Equatable {
    fileprivate let json: String

    init(_ value: Value) { json = Anchor(encoding: value).json }

    fileprivate init(_ node: Node) { json = node.json }

    /// Nil for what no version of the program has written.
    var value: Value? { Anchor(json: json).decode(Value.self) }
}

extension StoredDocument {
    /// Nil for an anchor that is no JSON object.
    init?(_ anchor: Anchor) {
        guard let (chunk, root) = try? JSONParser().parse(anchor.json, origin: StoredDocument.origin),
            chunk.node(at: root).kind == .object
        else { return nil }
        self.init(document: nil)
        withExtendedLifetime(chunk) {
            for (key, value) in chunk.node(at: root).members { read(value, as: key) }
        }
    }

    private static let origin = Origin(source: "", received: 0)

    private mutating func read(_ value: Node, as key: Node) {
        switch key.string {
        case "document": document = value.string
        case "found": found = EncodedPart(value)
        case "ids": ids = EncodedPart(value)
        case "isGone": isGone = value.bool
        case "pace": pace = EncodedPart(value)
        case "reading": reading = value.string
        case "showing": showing = value.int
        case "shown": shown = value.int
        case "url": url = value.string
        case "validators": validators = Validators(value)
        default: break
        }
    }

    var anchor: Anchor {
        var output = OutputBuffer()
        output.append("document", text: document)
        output.append("found", json: found?.json)
        output.append("ids", json: ids?.json)
        output.append("isGone", json: isGone.map { $0 ? "true" : "false" })
        output.append("pace", json: pace?.json)
        output.append("reading", text: reading)
        output.append("showing", json: showing.map { "\($0)" })
        output.append("shown", json: shown.map { "\($0)" })
        output.append("url", text: url)
        output.append("validators", json: validators?.json)
        if output.count == 0 { output.append("{") }
        output.append("}")
        return Anchor(json: String(decoding: output.bytes, as: UTF8.self))
    }
}

extension Validators {
    /// Nil for what no version of the program has written.
    fileprivate init?(_ node: Node) {
        guard let storedAt = node["storedAt"]?.double else { return nil }
        self.init(
            etag: node["etag"]?.string, lastModified: node["lastModified"]?.string,
            storedAt: Date(timeIntervalSinceReferenceDate: storedAt))
    }

    fileprivate var json: String {
        var output = OutputBuffer()
        output.append("etag", text: etag)
        output.append("lastModified", text: lastModified)
        output.append("storedAt", json: "\(storedAt.timeIntervalSinceReferenceDate)")
        output.append("}")
        return String(decoding: output.bytes, as: UTF8.self)
    }
}

extension OutputBuffer {
    /// A member of an object, whose first it opens; nothing for nil.
    fileprivate mutating func append(_ name: String, json: String?) {
        guard let json else { return }
        begin(name)
        append(json)
    }

    fileprivate mutating func append(_ name: String, text: String?) {
        guard let text else { return }
        begin(name)
        append(quoting: text)
    }

    private mutating func begin(_ name: String) {
        append(count == 0 ? "{" : ",")
        append(quoting: name)
        append(":")
    }
}
