import Notation
import Records

/// The formats in which feeds are written.
package enum WrittenFormat: String, Sendable, CaseIterable {
    case rss, atom, json

    /// As HTTP names it.
    package var mediaType: String {
        switch self {
        case .rss: "application/rss+xml; charset=utf-8"
        case .atom: "application/atom+xml; charset=utf-8"
        case .json: "application/feed+json"
        }
    }
}

/// Writes feeds whole: the same items give the same bytes.
///
/// Everything that is said is the items' or the head's own; no clock is asked, and no version is named.
package enum FeedWriter {
    static let program = (name: "FeedSpine", page: "https://feedspine.dev")

    /// - Parameter items: in the order in which they are to stand, each with another id.
    package static func write(_ head: FeedHead, _ items: [WrittenItem], as format: WrittenFormat) -> [UInt8] {
        let head = head.carried
        return switch format {
        case .rss: RSSDocument(head: head, items: items).bytes
        case .atom: AtomDocument(head: head, items: items).bytes
        case .json: JSONFeedDocument(head: head, items: items).bytes
        }
    }

    /// When an item was changed last; nil when none has a date.
    static func lastChange(_ items: [WrittenItem]) -> Timestamp? { items.lazy.compactMap(\.lastChange).max() }

    /// The document with its outermost element around a body, which says what namespaces have to be declared.
    static func document(
        _ root: String, _ attributes: String, _ head: FeedHead, _ body: borrowing XMLWriter
    ) -> [UInt8] {
        var output = OutputBuffer(reserving: body.output.count + 1024)
        output.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        output.append(WrittenFeedMark.xml(pipeline: head.pipeline))
        output.append("\n<\(root) \(attributes)")
        for prefix in body.prefixes.sorted() {
            if let namespace = Namespaces.declared(for: prefix) {
                output.append(" xmlns:\(prefix)=\"\(namespace)\"")
            }
        }
        output.append(">")
        output.append(body.output.bytes)
        output.append("\n</\(root)>\n")
        return Array(output.bytes)
    }
}

/// What a written feed is known by: the pipeline that wrote it.
package enum WrittenFeedMark: Equatable, Sendable {
    case pipeline(String)
    /// No feed of ours.
    case none

    /// How much of a file's beginning tells.
    package static let size = 4096

    private static let xmlStart = "<?feedspine pipeline=\""
    private static let jsonStart = "\"_feedspine\":{\"pipeline\":"

    static func xml(pipeline: String) -> String {
        let name = HTMLText.escaped(CarriedText.of(pipeline)).replacing("\"", with: "&quot;")
        return xmlStart + name + "\"?>"
    }

    static func json(pipeline: String) -> String {
        var output = OutputBuffer()
        output.append(jsonStart)
        output.append(quoting: pipeline)
        return String(output.bytes)
    }

    /// - Parameter start: the beginning of a file, at least ``size`` bytes where there are so many.
    package init(start: [UInt8], pipeline: String) {
        let start = String(decoding: start, as: UTF8.self)
        if start.contains(Self.xml(pipeline: pipeline)) || start.contains(Self.json(pipeline: pipeline)) {
            self = .pipeline(pipeline)
        } else if let name = Self.name(in: start, behind: Self.xmlStart)
            ?? Self.name(in: start, behind: Self.jsonStart + "\"")
        {
            self = .pipeline(HTMLText.decodingReferences(name))
        } else {
            self = .none
        }
    }

    private static func name(in text: String, behind start: String) -> String? {
        guard let range = text.firstRange(of: start) else { return nil }
        return String(text[range.upperBound...].prefix { $0 != "\"" })
    }
}
