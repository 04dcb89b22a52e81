import Feeds
import Records
import Streaming

/// The statuses of a page, in its order.
struct MastodonPage {
    let statuses: [MastodonStatus]
    /// What is on the page and no status, in words.
    let strangers: [String]

    /// - Parameter feed: what the statuses are part of.
    init(_ page: JSONPage, from place: String, feed: FeedReference = FeedReference()) throws {
        // A search answers with an object.
        let list = page.node.kind == .object ? page.node["statuses"] : page.node
        guard let list, list.kind == .array else {
            throw WebAPIError.unexpected(place: place, wanted: "an array of statuses")
        }
        let read = list.elements.map { MastodonStatus($0, in: page, feed: feed) }
        statuses = read.compactMap(\.self)
        strangers = read.enumerated().filter { $0.element == nil }.map {
            "entry \($0.offset + 1) is no status with an 'id'"
        }
    }
}

/// A status as Mastodon's API gives it.
struct MastodonStatus: ItemDescription {
    private let page: JSONPage
    private let index: UInt32
    private let feed: FeedReference
    /// Its number at the instance.
    let number: String

    fileprivate init?(_ node: Node, in page: JSONPage, feed: FeedReference) {
        guard let number = node.id("id") else { return nil }
        self.page = page
        self.number = number
        self.feed = feed
        index = node.index
    }

    private var node: Node { page.chunk.node(at: index) }

    /// Whether a number is later than another: longer, or of the same length and greater.
    static func follows(_ number: String, _ other: String) -> Bool {
        (number.utf8.count, number) > (other.utf8.count, other)
    }

    var id: String { node.text("uri") ?? number }

    func describe(to item: inout ItemWriter) {
        // A boost has no words of its own.
        let shown = node["reblog"].flatMap { $0.kind == .object ? $0 : nil } ?? node
        let html = shown.text("content") ?? ""
        item.feed(feed)
        item.url(shown.text("url") ?? shown.text("uri"))
        item.title(MastodonStatus.title(of: shown, text: HTMLText.plain(html)))
        item.language(shown.text("language"))
        item.content(html, type: "text/html", language: shown.text("language"))
        if let account = shown["account"] {
            item.author(
                account.text("display_name") ?? account.text("username") ?? account.text("acct"),
                url: account.text("url"))
        }
        for tag in MastodonStatus.elements(shown["tags"]) { item.tag(tag.text("name")) }
        item.published(node.text("created_at"))
        item.updated(shown.text("edited_at"))
        item.counts(score: shown["favourites_count"]?.int, comments: shown["replies_count"]?.int)
        for attachment in MastodonStatus.elements(shown["media_attachments"]) {
            guard let url = attachment.text("url") ?? attachment.text("remote_url") else { continue }
            item.enclosure(url, type: MastodonStatus.mediaType(of: url))
        }
        item.extensions(
            "mastodon",
            [
                ("account", shown["account"]?.text("acct")),
                ("boosted_by", index == shown.index ? nil : node["account"]?.text("acct")),
                ("boosts", shown["reblogs_count"]?.int.map { "\($0)" }),
                ("link", shown["card"]?.text("url")),
                ("sensitive", shown["sensitive"]?.bool.map { "\($0)" }),
                ("in_reply_to", shown.id("in_reply_to_id"))
            ])
    }

    private static func elements(_ list: Node?) -> [Node] { list.map { Array($0.elements) } ?? [] }

    /// Statuses have no titles: the warning before the text, else how the text begins.
    private static func title(of status: Node, text: String) -> String? {
        if let warning = status.text("spoiler_text") { return warning }
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        if line.isEmpty { return status["card"]?.text("title") }
        guard line.count > longestTitle else { return line }
        let start = line.prefix(longestTitle)
        let words = start.lastIndex(of: " ").map { start[..<$0] } ?? start
        return words + "…"
    }

    private static let longestTitle = 120

    /// Mastodon names the kind only; the type follows from the file's name.
    private static func mediaType(of url: String) -> String? {
        let path = url.prefix { $0 != "?" }
        let types = [
            "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif",
            "webp": "image/webp",
            "avif": "image/avif", "mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime",
            "mp3": "audio/mpeg", "ogg": "audio/ogg", "flac": "audio/flac", "wav": "audio/wav",
            "m4a": "audio/mp4"
        ]
        return path.split(separator: ".").last.flatMap { types[$0.lowercased()] }
    }
}
