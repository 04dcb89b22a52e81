import Feeds
import Notation
import Records
import Streaming

/// A page of posts as Reddit's API gives it.
struct RedditListing {
    /// Reddit lists no more posts than this.
    static let longest = 1000

    let posts: [RedditPost]
    /// What is in the listing and no post, in words.
    let strangers: [String]
    /// What the next page follows.
    let after: String?

    /// - Parameter mayBeEscaped: whether nobody knows if the markup of texts is escaped once more, as Reddit does unless it
    ///   is told otherwise (`raw_json`).
    init(_ page: JSONPage, from place: String, mayBeEscaped: Bool) throws {
        // A post's own page is an array of two listings, the post and its comments.
        let root = page.node.kind == .array ? page.node[0] : page.node
        guard let data = root?["data"], let children = data["children"], children.kind == .array else {
            throw WebAPIError.unexpected(place: place, wanted: "a Reddit listing ('data.children')")
        }
        var posts: [RedditPost] = []
        var strangers: [String] = []
        let isEscaped = RedditEscapes.areIn(
            children.elements.compactMap { $0["data"] }, unless: !mayBeEscaped)
        for (index, child) in children.elements.enumerated() {
            if child.text("kind") == "t3", let data = child["data"],
                let post = RedditPost(data, in: page, isEscaped: isEscaped)
            {
                posts.append(post)
            } else {
                strangers.append("entry \(index + 1) is no post (kind '\(child.text("kind") ?? "none")')")
            }
        }
        self.posts = posts
        self.strangers = strangers
        after = data.text("after")
    }
}

/// A post of a listing.
struct RedditPost: ItemDescription {
    private let page: JSONPage
    private let index: UInt32
    private let isEscaped: Bool
    /// The full name, such as `t3_1p01k7z`.
    let id: String

    /// Nil for a post without a name.
    init?(_ node: Node, in page: JSONPage, isEscaped: Bool) {
        guard let id = node.id("name") ?? node.id("id").map({ "t3_\($0)" }) else { return nil }
        self.page = page
        self.id = id
        self.isEscaped = isEscaped
        index = node.index
    }

    private var node: Node { page.chunk.node(at: index) }

    /// The number that the name stands for; later posts have higher ones.
    var number: Int64? { RedditPost.number(of: id) }

    static func number(of name: String) -> Int64? {
        name.split(separator: "_").last.flatMap { Int64($0, radix: 36) }
    }

    /// Pinned posts come first whatever their age.
    var isPinned: Bool { node["stickied"]?.bool == true || node["pinned"]?.bool == true }

    /// The address is what it links to; the discussion stands among the extensions.
    func describe(to item: inout ItemWriter) {
        let discussion = text("permalink").map { $0.hasPrefix("/") ? "https://www.reddit.com\($0)" : $0 }
        item.url(link ?? discussion)
        item.title(text("title"))
        if let html = text("selftext_html") {
            item.content(html, type: "text/html")
        } else {
            item.content(text("selftext"), type: "text/markdown")
        }
        if let author = text("author") {
            item.author(
                author, url: author == "[deleted]" ? nil : "https://www.reddit.com/user/\(author)")
        }
        item.tag(text("link_flair_text"))
        item.published(date("created_utc"))
        item.updated(date("edited"))
        item.counts(score: node["score"]?.int, comments: node["num_comments"]?.int)
        if let subreddit = text("subreddit") {
            let home = "https://www.reddit.com/r/\(subreddit)/"
            item.feed(FeedReference(title: "r/\(subreddit)", url: home, home: home))
        }
        item.extensions(
            "reddit",
            [
                ("discussion", discussion), ("subreddit", text("subreddit")), ("domain", text("domain")),
                ("nsfw", node["over_18"]?.bool.map { "\($0)" }),
                ("upvote_ratio", node["upvote_ratio"]?.double.map { "\($0)" })
            ])
    }

    /// What the post links to, unless it is a text of its own.
    private var link: String? {
        let url = text("url_overridden_by_dest") ?? text("url")
        return node["is_self"]?.bool == true ? nil : url.flatMap { $0.hasPrefix("/") ? nil : $0 }
    }

    private func date(_ field: String) -> String? {
        guard let seconds = node[field]?.double, seconds > 0, seconds < 1e11 else { return nil }
        return Timestamp(seconds: Int64(seconds))?.rfc3339
    }

    private func text(_ field: String) -> String? {
        node.text(field).map { isEscaped ? RedditEscapes.undone(in: $0) : $0 }
    }
}

/// The escapes that Reddit puts into all texts of an answer, unless it is asked for `raw_json`: of `&`, `<` and `>`.
private enum RedditEscapes {
    private static let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
    private static let fields = ["title", "selftext", "url", "url_overridden_by_dest", "link_flair_text"]

    /// Whether the texts of these posts have them.
    ///
    /// - Parameter isRaw: whether they were asked for without; a server that takes no notice shows it by its markup.
    static func areIn(_ posts: [Node], unless isRaw: Bool) -> Bool {
        for html in posts.lazy.compactMap({ $0.text("selftext_html") }) { return html.hasPrefix("&lt;") }
        guard !isRaw else { return false }
        let texts = posts.flatMap { post in fields.compactMap { post.text($0) } }
        return texts.contains { $0.contains("&") } && texts.allSatisfy(couldBeEscaped)
    }

    /// Whether nothing in a text would have been escaped.
    private static func couldBeEscaped(_ text: String) -> Bool {
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") }) else {
            return false
        }
        return text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy { rest in
            ["lt;", "gt;", "amp;"].contains { rest.hasPrefix($0) }
        }
    }

    /// The text as it was meant; `&amp;` last, so that nothing is undone twice.
    static func undone(in text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        return escapes.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
