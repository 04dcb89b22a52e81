import Records

/// The addresses at which a web page says, or lets one guess, that its feed is.
package struct FeedLinks: Sendable, Equatable {
    /// What relative addresses are relative to, where the page says so.
    package private(set) var base: String?
    /// As they stand in the page, the likeliest first, each once.
    package var addresses: [String] {
        var seen: Set<String> = []
        let ordered = candidates.enumerated().sorted {
            ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
        }
        return ordered.map(\.element.address).filter { seen.insert($0).inserted }
    }

    /// How sure it is that an address is that of the page's main feed.
    private enum Rank: Int, Comparable {
        /// `<link rel="alternate">` with the media type of a feed.
        case declared
        /// `<link rel="alternate">` with the media type of JSON, be it a feed or what else an API has.
        case possible
        /// The media type of a feed, for the comments on the page.
        case comments
        /// A link in the text whose address looks like that of a feed.
        case guessed

        static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
    }

    private var candidates: [(address: String, rank: Rank)] = []

    /// - Parameters:
    ///   - page: the page, or its beginning.
    ///   - contentType: the HTTP Content-Type header; only its charset counts.
    package init(in page: [UInt8], contentType: String? = nil) {
        let text = CharsetDecoder.text(of: page, contentType: contentType)
        guard let html = HTMLFragment(String(valid: text.bytes)) else { return }
        html.walk { node, isWayIn in
            guard isWayIn, node.kind == .element else { return true }
            switch node.name {
            case "base": if base == nil { base = HTMLAttributes(node)["href"] }
            case "link": readLink(HTMLAttributes(node))
            case "a": readAnchor(HTMLAttributes(node))
            default: break
            }
            return true
        }
    }

    private mutating func readLink(_ link: HTMLAttributes) {
        guard let address = link["href"], !address.isEmpty else { return }
        let relations = (link["rel"] ?? "").asciiLowercased.split(whereSeparator: \.isWhitespace)
        let type = (link["type"] ?? "").asciiLowercased.prefix { $0 != ";" }
        let isAlternate = relations.contains("alternate")
        guard relations.contains("feed") || isAlternate && Self.mediaTypes.contains(type) else {
            if isAlternate, type == "application/json" { candidates.append((address, .possible)) }
            return
        }
        let words = (address + " " + (link["title"] ?? "")).asciiLowercased
        candidates.append((address, words.contains("comment") ? .comments : .declared))
    }

    private mutating func readAnchor(_ anchor: HTMLAttributes) {
        guard let address = anchor["href"], Self.looksLikeFeed(address.asciiLowercased) else { return }
        candidates.append((address, .guessed))
    }

    private static let mediaTypes: Set<Substring> = [
        "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
        "application/rss", "application/atom", "application/xml", "text/rss+xml", "text/xml"
    ]

    /// Whether the last part of the path is what feeds are usually called.
    private static func looksLikeFeed(_ address: String) -> Bool {
        var path = address.prefix { $0 != "?" && $0 != "#" }
        while path.hasSuffix("/") { path.removeLast() }
        let name = path.split(separator: "/").last ?? ""
        let names = [
            "feed", "rss", "atom", "rdf", "feed.json", "feed.xml", "index.xml", "atom.xml", "rss.xml"
        ]
        return names.contains(String(name)) || [".rss", ".atom", ".rdf"].contains { name.hasSuffix($0) }
    }

    package static func == (a: FeedLinks, b: FeedLinks) -> Bool {
        a.base == b.base && a.addresses == b.addresses
    }
}

/// The attributes of an element by name; of several of one name the first counts.
private struct HTMLAttributes {
    private let all: [(name: String, value: String)]

    init(_ node: HTMLNode) { all = node.attributes }

    subscript(name: String) -> String? { all.first { $0.name == name }?.value.trimmed }
}
