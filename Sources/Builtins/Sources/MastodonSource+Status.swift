import Feeds
import Records
import Streaming

/// A status as Mastodon's API gives it.
struct MastodonStatus {
    private let page: JSONPage
    private let index: UInt32

    private var node: Node { page.chunk.node(at: index) }

    /// The statuses of a page, in its order.
    static func all(in page: JSONPage, from place: String) throws -> [MastodonStatus] {
        // A search answers with an object.
        let list = page.node.kind == .object ? page.node["statuses"] : page.node
        guard let list, list.kind == .array else {
            throw WebAPIError.unexpected(place: place, wanted: "an array of statuses")
        }
        return list.elements.filter { $0["id"]?.string != nil }.map {
            MastodonStatus(page: page, index: $0.index)
        }
    }

    /// Its number at the instance.
    var id: String { node["id"]?.string ?? "" }

    /// Whether an id is later than another: longer, or of the same length and greater.
    static func follows(_ id: String, _ other: String) -> Bool {
        (id.utf8.count, id) > (other.utf8.count, other)
    }

    /// The status as a feed item.
    func item(source: String, feed: FeedItem.Feed) -> FeedItem {
        // A boost has no words of its own.
        let shown = node["reblog"].flatMap { $0.kind == .object ? $0 : nil } ?? node
        let html = MastodonStatus.text(shown["content"]) ?? ""
        let plain = HTMLText.plain(html)
        var item = FeedItem(id: MastodonStatus.text(node["uri"]) ?? id)
        item.url = MastodonStatus.text(shown["url"]) ?? MastodonStatus.text(shown["uri"])
        item.title = MastodonStatus.title(of: shown, text: plain)
        item.language = MastodonStatus.text(shown["language"])
        item.content = .init(type: "text/html", text: plain, html: html, language: item.language)
        item.authors = [MastodonStatus.author(shown["account"])].compactMap(\.self)
        item.author = item.authors.first?.name
        item.tags = shown["tags"].map { $0.elements.compactMap { MastodonStatus.text($0["name"]) } } ?? []
        item.published = MastodonStatus.text(node["created_at"]).flatMap(FeedDate.parse)
        item.updated = MastodonStatus.text(shown["edited_at"]).flatMap(FeedDate.parse)
        item.score = shown["favourites_count"]?.int
        item.comments = shown["replies_count"]?.int
        item.enclosures =
            shown["media_attachments"].map { $0.elements.compactMap(MastodonStatus.enclosure) } ?? []
        item.feed = feed
        item.source = source
        item.extensions = extensions(shown)
        return item
    }

    /// Statuses have no titles: the warning before the text, else how the text begins.
    private static func title(of status: Node, text: String) -> String? {
        if let warning = Self.text(status["spoiler_text"]) { return warning }
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        if line.isEmpty { return Self.text(status["card"]?["title"]) }
        guard line.count > longestTitle else { return line }
        let start = line.prefix(longestTitle)
        let words = start.lastIndex(of: " ").map { start[..<$0] } ?? start
        return words + "…"
    }

    private static let longestTitle = 120

    private static func author(_ account: Node?) -> FeedItem.Author? {
        guard let account else { return nil }
        let name = text(account["display_name"]) ?? text(account["username"]) ?? text(account["acct"])
        return FeedItem.Author(name: name, url: text(account["url"]))
    }

    private static func enclosure(_ attachment: Node) -> FeedItem.Enclosure? {
        guard let url = text(attachment["url"]) ?? text(attachment["remote_url"]) else { return nil }
        return FeedItem.Enclosure(url: url, type: mediaType(of: url))
    }

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

    private func extensions(_ shown: Node) -> [ExtensionElement] {
        let values = [
            ("account", MastodonStatus.text(shown["account"]?["acct"])),
            ("boosted_by", index == shown.index ? nil : MastodonStatus.text(node["account"]?["acct"])),
            ("boosts", shown["reblogs_count"]?.int.map { "\($0)" }),
            ("link", MastodonStatus.text(shown["card"]?["url"])),
            ("sensitive", shown["sensitive"]?.bool.map { "\($0)" }),
            ("in_reply_to", MastodonStatus.text(shown["in_reply_to_id"]))
        ]
        return values.compactMap { name, value in
            value.map { ExtensionElement(prefix: "mastodon", name: name, text: $0) }
        }
    }

    private static func text(_ node: Node?) -> String? {
        node?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
