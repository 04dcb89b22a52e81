import Records

/// A list of feeds that readers exchange: OPML, in any of its versions.
package struct FeedList: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        /// The feed's address as it stands in the list (`xmlUrl`).
        package let address: String
        /// What the list calls the feed (`title`, else `text`).
        package let title: String?
        /// Where the entry stands, from 1.
        package let line: Int
    }

    /// Why a document is no list of feeds.
    package enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        case empty
        /// The name of its first element, where it has one.
        case notOPML(root: String?)

        package var description: String {
            switch self {
            case .empty: "the document is empty"
            case .notOPML(let root?): "this is no OPML: its first element is <\(root)>"
            case .notOPML(nil): "this is no OPML"
            }
        }
    }

    /// In the order of the document; outlines without an address are headings.
    package private(set) var entries: [Entry] = []
    /// Whether the document goes on to its end, so that no feed is missing.
    package private(set) var isComplete = false

    /// - Parameters:
    ///   - document: the whole document.
    ///   - contentType: the HTTP Content-Type header; only its charset counts.
    package init(_ document: [UInt8], contentType: String? = nil) throws(Failure) {
        if document.isEmpty { throw .empty }
        let text = CharsetDecoder.text(of: document, contentType: contentType)
        var tokenizer = XMLTokenizer()
        var root: String?
        // In pieces, since the tokenizer counts the lines of what it holds for each entry.
        for start in stride(from: 0, to: text.count, by: Self.piece) {
            let piece = start..<min(start + Self.piece, text.count)
            tokenizer.push { $0.append(text.bytes(piece)) }
            read(&tokenizer, root: &root)
            guard root == nil || root == "opml" else { throw .notOPML(root: root) }
        }
        tokenizer.finish()
        read(&tokenizer, root: &root)
        guard root == "opml" else { throw .notOPML(root: root) }
    }

    private static let piece = 16 << 10

    /// Reads as far as the tokenizer has got.
    private mutating func read(_ tokenizer: inout XMLTokenizer, root: inout String?) {
        var unused = OutputBuffer()
        while let token = tokenizer.next(into: &unused) {
            unused.removeAll()
            let name = String(valid: tokenizer.nameBytes).asciiLowercased
            guard token == .startTag else {
                if name == "opml" { isComplete = true }
                continue
            }
            if root == nil { root = name }
            guard root == "opml" else { break }
            if name == "outline" { read(&tokenizer) }
        }
    }

    private mutating func read(_ tokenizer: inout XMLTokenizer) {
        func value(_ name: StaticString) -> String? {
            let value = tokenizer.attributeText(name)?.trimmed
            return value?.isEmpty == false ? value : nil
        }
        guard let address = value("xmlurl") else { return }
        let title = value("title") ?? value("text")
        entries.append(Entry(address: address, title: title, line: tokenizer.line))
    }
}
