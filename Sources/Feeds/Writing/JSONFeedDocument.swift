import Notation
import Records

/// A feed as JSON Feed 1.1, a line for each item.
struct JSONFeedDocument {
    let head: FeedHead
    let items: [WrittenItem]

    var bytes: [UInt8] {
        var output = OutputBuffer()
        output.append("{\"version\":\"https://jsonfeed.org/version/1.1\",\n")
        output.append(WrittenFeedMark.json(pipeline: head.pipeline))
        output.append(",\"about\":\"\(FeedWriter.program.page)\"}")
        let own: [(String, JSON?)] = [
            ("title", .string(head.title)), ("home_page_url", head.home.map { .string($0) }),
            ("feed_url", head.url.map { .string($0) }), ("description", head.description.map { .string($0) }),
            ("language", head.language.map { .string($0) }),
            ("authors", head.author.map { .array([author($0)]) })
        ]
        for (name, value) in own {
            guard let value else { continue }
            output.append(",\n")
            output.append(quoting: name)
            output.append(":")
            output.append(value)
        }
        output.append(",\n\"items\":[")
        for (place, item) in items.enumerated() {
            output.append(place == 0 ? "\n" : ",\n")
            output.append(.object(JSONObject(members(of: item))))
        }
        output.append("\n]}\n")
        return Array(output.bytes)
    }

    private func members(of item: WrittenItem) -> [(String, JSON)] {
        var members: [(String, JSON)] = [("id", .string(item.id))]
        func add(_ name: String, _ text: String?) { if let text { members.append((name, .string(text))) } }
        add("url", item.url)
        add("title", item.title)
        add("summary", item.summary)
        // One of both there has to be.
        if let html = item.content?.html {
            add("content_html", html)
        } else {
            add("content_text", item.content?.text ?? "")
        }
        add("date_published", item.published?.rfc3339)
        add("date_modified", item.updated?.rfc3339)
        if !item.authors.isEmpty { members.append(("authors", .array(item.authors.map(author)))) }
        if !item.tags.isEmpty { members.append(("tags", .array(item.tags.map { .string($0) }))) }
        add("language", item.language ?? item.content?.language)
        if !item.enclosures.isEmpty {
            members.append(("attachments", .array(item.enclosures.map(attachment))))
        }
        for (prefix, value) in item.extensions { members.append(("_\(prefix)", value)) }
        if let own = own(item) { members.append(("_feedspine", own)) }
        return members
    }

    /// JSON Feed has no mail addresses: one stands as a link where there is no other.
    private func author(_ author: WrittenItem.Author) -> JSON {
        var members: [(String, JSON)] = []
        if let name = author.name ?? (author.url == nil ? nil : author.email) {
            members.append(("name", .string(name)))
        }
        if let url = author.url ?? author.email.map({ "mailto:" + $0 }) {
            members.append(("url", .string(url)))
        }
        return .object(JSONObject(members))
    }

    private func attachment(_ enclosure: WrittenItem.Enclosure) -> JSON {
        var members: [(String, JSON)] = [
            ("url", .string(enclosure.url)),
            ("mime_type", .string(enclosure.type ?? MediaTypes.guess(enclosure.url)))
        ]
        if let length = enclosure.length { members.append(("size_in_bytes", .int(length))) }
        return .object(JSONObject(members))
    }

    /// What JSON Feed has no place for.
    private func own(_ item: WrittenItem) -> JSON? {
        var members: [(String, JSON)] = []
        let feed = [("title", item.feed.title), ("url", item.feed.url), ("home", item.feed.home)].compactMap {
            name, text in
            text.map { (name, JSON.string($0)) }
        }
        if !feed.isEmpty { members.append(("feed", .object(JSONObject(feed)))) }
        if let score = item.score { members.append(("score", .int(score))) }
        if let comments = item.comments { members.append(("comments", .int(comments))) }
        return members.isEmpty ? nil : .object(JSONObject(members))
    }
}

/// MIME types by the ending of an address, where a format demands one and nobody has said it.
enum MediaTypes {
    private static let byEnding = [
        "avif": "image/avif", "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg",
        "m4a": "audio/mp4",
        "m4v": "video/mp4", "mov": "video/quicktime", "mp3": "audio/mpeg", "mp4": "video/mp4",
        "oga": "audio/ogg",
        "ogg": "audio/ogg", "opus": "audio/ogg", "pdf": "application/pdf", "png": "image/png",
        "svg": "image/svg+xml",
        "wav": "audio/wav", "webm": "video/webm", "webp": "image/webp", "zip": "application/zip"
    ]

    static func guess(_ address: String) -> String {
        let path = URLParts(address).path
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")) else { return unknown }
        return byEnding[String(path[path.utf8.index(after: dot)...]).asciiLowercased] ?? unknown
    }

    private static let unknown = "application/octet-stream"
}
