import Feeds
import Records
import Streaming

/// A page of posts as Reddit's API gives it.
struct RedditListing {
    /// Reddit lists no more posts than this.
    static let longest = 1000

    let posts: [RedditPost]
    /// What the next page follows.
    let after: String?
    private let page: JSONPage

    init(_ page: JSONPage, from place: String) throws {
        self.page = page
        // A post's own page is an array of two listings, the post and its comments.
        let root = page.node.kind == .array ? page.node[0] : page.node
        guard let data = root?["data"], let children = data["children"], children.kind == .array else {
            throw WebAPIError.unexpected(place: place, wanted: "a Reddit listing ('data.children')")
        }
        posts = children.elements.compactMap { child in
            guard child["kind"]?.string == "t3", let data = child["data"] else { return nil }
            return RedditPost(data, in: page)
        }
        after = data["after"]?.string
    }
}

/// A post of a listing.
struct RedditPost {
    private let page: JSONPage
    private let index: UInt32

    init(_ node: Node, in page: JSONPage) {
        self.page = page
        index = node.index
    }

    private var node: Node { page.chunk.node(at: index) }

    /// The full name, such as `t3_1p01k7z`.
    var name: String { text("name") ?? text("id").map { "t3_\($0)" } ?? "" }

    /// The number that the name stands for; later posts have higher ones.
    var number: Int64? { name.split(separator: "_").last.flatMap { Int64($0, radix: 36) } }

    /// Pinned posts come first whatever their age.
    var isPinned: Bool { node["stickied"]?.bool == true || node["pinned"]?.bool == true }

    /// The post as a feed item. The address is what it links to; the discussion stands among the extensions.
    func item(source: String) -> FeedItem {
        let discussion = text("permalink").map { $0.hasPrefix("/") ? "https://www.reddit.com\($0)" : $0 }
        var item = FeedItem(id: name)
        item.url = link ?? discussion
        item.title = text("title")
        item.content = content
        item.author = text("author")
        item.authors =
            item.author.map {
                [
                    FeedItem.Author(
                        name: $0, url: $0 == "[deleted]" ? nil : "https://www.reddit.com/user/\($0)")
                ]
            } ?? []
        item.tags = [text("link_flair_text")].compactMap(\.self)
        item.published = date("created_utc")
        item.updated = date("edited")
        item.score = node["score"]?.int
        item.comments = node["num_comments"]?.int
        if let subreddit = text("subreddit") {
            let home = "https://www.reddit.com/r/\(subreddit)/"
            item.feed = FeedItem.Feed(title: "r/\(subreddit)", url: home, home: home)
        }
        item.source = source
        item.extensions = extensions(discussion)
        return item
    }

    /// What the post links to, unless it is a text of its own.
    private var link: String? {
        let url = text("url_overridden_by_dest") ?? text("url")
        return node["is_self"]?.bool == true ? nil : url.flatMap { $0.hasPrefix("/") ? nil : $0 }
    }

    private var content: FeedItem.Content? {
        // Without `raw_json` the markup is escaped once more.
        let html = text("selftext_html").map { $0.hasPrefix("&lt;") ? HTMLText.plain($0) : $0 }
        if let html { return .init(type: "text/html", text: HTMLText.plain(html), html: html) }
        return text("selftext").map { .init(type: "text/markdown", text: $0) }
    }

    private func extensions(_ discussion: String?) -> [ExtensionElement] {
        let values = [
            ("discussion", discussion), ("subreddit", text("subreddit")), ("domain", text("domain")),
            ("nsfw", node["over_18"]?.bool.map { "\($0)" }),
            ("upvote_ratio", node["upvote_ratio"]?.double.map { "\($0)" })
        ]
        return values.compactMap { name, value in
            value.map { ExtensionElement(prefix: "reddit", name: name, text: $0) }
        }
    }

    private func date(_ field: String) -> FeedDate? {
        guard let seconds = node[field]?.double, seconds > 0, seconds < 1e11 else { return nil }
        return FeedDate(seconds: Int64(seconds))
    }

    private func text(_ field: String) -> String? {
        node[field]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// How far a walk through a listing has come, and where the last one began.
struct RedditPosition {
    private struct Stored: Codable {
        /// Which listing it is a position in.
        var listing: String?
        /// The highest number that the walks before have delivered.
        var known: Int64?
        /// The highest of this walk, which becomes known at its end.
        var highest: Int64?
        /// The lowest since the walk last began at the top; what is pinned there does not count.
        var lowest: Int64?
        /// The highest since then.
        var top: Int64?
        /// What this walk had delivered when it had to begin at the top again.
        var pieces: [ClosedRange<Int64>]?
        /// The full name that the next page follows.
        var after: String?
        /// Posts of this walk.
        var sent = 0
    }

    private var stored = Stored()

    /// A position in another listing counts as none.
    init(_ anchor: Anchor?, in listing: String) {
        stored = anchor?.decode(Stored.self) ?? Stored()
        if stored.listing != listing { stored = Stored(listing: listing) }
        // What stands in a state file may be any number.
        stored.sent = min(max(stored.sent, 0), RedditListing.longest)
    }

    var known: Int64? { stored.known }
    var sent: Int { stored.sent }

    var after: String? {
        get { stored.after }
        set { stored.after = newValue }
    }

    /// Whether the walk has begun at the top more than once.
    var isRepeated: Bool { stored.pieces != nil }

    /// Whether this walk has delivered a post before it began at the top again.
    func hasSent(_ post: RedditPost) -> Bool {
        guard let number = post.number, let pieces = stored.pieces else { return false }
        return pieces.contains { $0.contains(number) }
    }

    mutating func advance(over post: RedditPost) {
        stored.after = post.name
        stored.sent += 1
        guard let number = post.number else { return }
        stored.highest = max(stored.highest ?? number, number)
        guard !post.isPinned else { return }
        stored.lowest = min(stored.lowest ?? number, number)
        stored.top = max(stored.top ?? number, number)
    }

    /// The walk begins at the top again, but for what it has delivered.
    mutating func restart() {
        var pieces = stored.pieces ?? []
        if let lowest = stored.lowest, let top = stored.top, lowest <= top { pieces.append(lowest...top) }
        (stored.pieces, stored.lowest, stored.top, stored.after) = (pieces, nil, nil, nil)
    }

    /// The walk has come to its end.
    mutating func finish() {
        stored.known = [stored.known, stored.highest].compactMap(\.self).max()
        stored = Stored(listing: stored.listing, known: stored.known)
    }

    var anchor: Anchor { Anchor(encoding: stored) }
}
