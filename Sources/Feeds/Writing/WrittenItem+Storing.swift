import Notation
package import Records

extension WrittenItem {
    /// All of it in the shape of a feed item, from which it can be read again.
    package var stored: JSON {
        var members: [(String, JSON)] = [("id", .string(id))]
        func add(_ name: String, _ text: String?) { if let text { members.append((name, .string(text))) } }
        func add(_ name: String, _ number: Int64?) { if let number { members.append((name, .int(number))) } }
        func add(_ name: String, _ values: [JSON]) {
            if !values.isEmpty { members.append((name, .array(values))) }
        }
        add("url", url)
        add("title", title)
        add("summary", summary)
        if let content {
            members.append(
                (
                    "content",
                    .texts([
                        ("type", content.type), ("text", content.text), ("html", content.html),
                        ("language", content.language)
                    ])
                ))
        }
        add("authors", authors.map { .texts([("name", $0.name), ("url", $0.url), ("email", $0.email)]) })
        add("tags", tags.map { .string($0) })
        add("published", published?.rfc3339)
        add("updated", updated?.rfc3339)
        add("score", score)
        add("comments", comments)
        add(
            "enclosures",
            enclosures.map { enclosure in
                var members: [(String, JSON)] = [("url", .string(enclosure.url))]
                if let type = enclosure.type { members.append(("type", .string(type))) }
                if let length = enclosure.length { members.append(("length", .int(length))) }
                return .object(JSONObject(members))
            })
        add("language", language)
        if !feed.isEmpty {
            members.append(("feed", .texts([("title", feed.title), ("url", feed.url), ("home", feed.home)])))
        }
        if !extensions.isEmpty { members.append(("extensions", .object(extensions))) }
        return .object(JSONObject(members))
    }

    /// Bytes of its texts.
    package var size: Int {
        var size = id.utf8.count + tags.reduce(0) { $0 + $1.utf8.count }
        for text in [url, title, summary, content?.text, content?.html] { size += text?.utf8.count ?? 0 }
        if !extensions.isEmpty { size += JSON.object(extensions).textSize }
        for enclosure in enclosures { size += enclosure.url.utf8.count }
        return size
    }
}

extension JSON {
    /// An object of the texts that are there.
    fileprivate static func texts(_ members: [(String, String?)]) -> JSON {
        .object(JSONObject(members.compactMap { name, text in text.map { (name, .string($0)) } }))
    }

    /// Bytes of the texts in it, names included.
    fileprivate var textSize: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .array(let values): values.reduce(0) { $0 + $1.textSize }
        case .object(let object): object.members.reduce(0) { $0 + $1.name.utf8.count + $1.value.textSize }
        default: 8
        }
    }
}
