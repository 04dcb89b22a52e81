/// How the items of a source on the web stand in the answers of its server.
extension WebServer {
    /// A source of the catalogue that reads from the web, by the name of its component.
    enum Kind: String, CaseIterable, Sendable {
        case rss, opml, mastodon, hackernews, reddit
        case httpJSON = "http_json"

        /// Whether it is known by an address that can be written in several ways.
        var hasAddress: Bool { self == .rss || self == .httpJSON }

        /// The name of the component; lists of feeds are read by the one for feeds.
        var component: String { self == .opml ? "rss" : rawValue }

        /// - Parameter path: what tells it from others of its kind on the server, with a slash in front.
        func yaml(_ address: String, _ path: String) -> String {
            let name = path.dropFirst()
            let host = "http://\(WebServer.host)"
            return switch self {
            case .rss: "rss: \(address)"
            case .opml: "rss: { opml: \"\(host)\(path).opml\" }"
            case .httpJSON: "http_json: \(address)"
            case .mastodon: "mastodon: { instance: \"\(host)\", tag: \(name), limit: 1000 }"
            case .hackernews: "hackernews: { stories: new, limit: 500, api: \"\(host)\(path)\" }"
            case .reddit: "reddit: { subreddit: \(name), limit: 1000, api: \"\(host)\" }"
            }
        }
    }

    /// An address that was asked for.
    struct Request {
        let path: String
        private(set) var query: [Substring: Substring] = [:]

        init(_ url: String) {
            let parts = url.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
                .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            path = String(parts[0])
            for pair in parts.dropFirst().flatMap({ $0.split(separator: "&") }) {
                let sides = pair.split(separator: "=", maxSplits: 1)
                if sides.count == 2 { query[sides[0]] = sides[1] }
            }
        }

        /// The source that it belongs to, by its path.
        var source: String {
            let parts = path.split(separator: "/")
            let name = parts.first { $0.count == 2 && $0.hasPrefix("f") } ?? parts.last ?? ""
            return "/" + name.prefix { $0 != "." }
        }
    }

    /// What is answered: a document, with the links that go with it, whether others may be told that it has not changed.
    struct Document {
        var text: String
        var type = "application/json"
        var links: [String] = []
        var hasTag = false
    }

    private static let firstNumber = 1000

    /// - Parameter items: the oldest first; nil where there is no such document.
    static func document(_ kind: Kind, _ request: Request, _ items: [String]) -> Document? {
        switch kind {
        case .rss: return feed(items)
        case .opml where request.path.hasSuffix(".opml"):
            let address = "http://\(host)\(request.source)"
            return Document(
                text:
                    "<opml version=\"2.0\"><body><outline type=\"rss\" xmlUrl=\"\(address)\"/></body></opml>",
                type: "text/x-opml", hasTag: true)
        case .opml: return feed(items)
        case .httpJSON:
            let objects = items.map { "{\"id\":\"urn:item:\($0)\",\"title\":\"\($0)\"}" }
            return Document(text: "[\(objects.joined(separator: ","))]", hasTag: true)
        case .mastodon: return timeline(request, items)
        case .hackernews: return story(request, items)
        case .reddit: return listing(request, items)
        }
    }

    /// The newest first, as feeds have them.
    private static func feed(_ items: [String]) -> Document {
        let entries = items.reversed().map { item in
            "<item><guid isPermaLink=\"false\">urn:item:\(item)</guid><title>\(item)</title></item>"
        }
        return Document(
            text:
                "<rss version=\"2.0\"><channel><title>Simulated</title>\(entries.joined())</channel></rss>",
            type: "application/rss+xml", hasTag: true)
    }

    /// The statuses that follow `min_id` directly, those in front of `max_id`, or the newest.
    private static func timeline(_ request: Request, _ items: [String]) -> Document {
        let limit = request.query["limit"].flatMap { Int($0) } ?? 20
        var places = items.indices[...]
        if let after = request.query["min_id"].flatMap({ Int($0) }) {
            places = places.drop { firstNumber + $0 <= after }.prefix(limit)
        } else {
            if let before = request.query["max_id"].flatMap({ Int($0) }) {
                places = places.prefix { firstNumber + $0 < before }
            }
            places = places.suffix(limit)
        }
        let statuses = places.reversed().map { place in
            "{\"id\":\"\(firstNumber + place)\",\"uri\":\"urn:item:\(items[place])\","
                + "\"spoiler_text\":\"\(items[place])\",\"content\":\"<p>text</p>\"}"
        }
        var document = Document(text: "[\(statuses.joined(separator: ","))]")
        if let first = places.first, let last = places.last {
            let address = "http://\(host)\(request.path)?limit=\(limit)"
            document.links = [
                "<\(address)&max_id=\(firstNumber + first)>; rel=\"next\"",
                "<\(address)&min_id=\(firstNumber + last)>; rel=\"prev\""
            ]
        }
        return document
    }

    private static func story(_ request: Request, _ items: [String]) -> Document? {
        if request.path.hasSuffix("stories.json") {
            let numbers = items.indices.reversed().map { "\(firstNumber + $0)" }
            return Document(text: "[\(numbers.joined(separator: ","))]")
        }
        let name = request.path.split(separator: "/").last?.prefix { $0 != "." } ?? ""
        guard let number = Int(name), items.indices.contains(number - firstNumber) else { return nil }
        let title = items[number - firstNumber]
        return Document(text: "{\"id\":\(number),\"type\":\"story\",\"title\":\"\(title)\",\"by\":\"a\"}")
    }

    private static func listing(_ request: Request, _ items: [String]) -> Document {
        let limit = request.query["limit"].flatMap { Int($0) } ?? 25
        let end = request.query["after"].flatMap { Int($0.dropFirst(3), radix: 36) } ?? .max
        let all = items.indices.reversed().filter { firstNumber + $0 < end }
        let page = all.prefix(limit)
        func name(_ place: Int) -> String { "t3_" + String(firstNumber + place, radix: 36) }
        let posts = page.map {
            "{\"kind\":\"t3\",\"data\":{\"name\":\"\(name($0))\",\"title\":\"\(items[$0])\",\"permalink\":\"/r/x/\($0)\"}}"
        }
        let after = page.count < all.count ? page.last.map { "\"\(name($0))\"" } ?? "null" : "null"
        return Document(
            text:
                "{\"kind\":\"Listing\",\"data\":{\"after\":\(after),\"children\":[\(posts.joined(separator: ","))]}}"
        )
    }
}
