import Diagnostics
import Notation
import Records

/// What a post to Bluesky says.
struct BlueskyPost: Sendable {
    let text: ServiceText
    let url: ServiceText
    let title: ServiceText
    let summary: ServiceText
    let languages: [String]

    /// - Parameter time: when it is posted, as RFC 3339 has it.
    func record(_ record: borrowing Record, at time: String) throws -> JSONLiteral {
        var text = try text.needed(record)
        if text.utf8.count > Bluesky.longestText {
            text = TextLimit.cut(text, to: Bluesky.longestText) { $0.utf8.count }
        }
        return JSONLiteral.present([
            "$type": "app.bsky.feed.post", "text": .string(text), "createdAt": .string(time),
            "langs": .array(languages.map { .string($0) }), "facets": .array(BlueskyPost.links(in: text)),
            "embed": try card(record)
        ])
    }

    private func card(_ record: borrowing Record) throws -> JSONLiteral? {
        let url = try url.text(record)
        guard url.beginsAsAddress else { return nil }
        return [
            "$type": "app.bsky.embed.external",
            "external": [
                "uri": .string(url), "title": .string(try title.text(record)),
                "description": .string(try summary.text(record))
            ]
        ]
    }

    /// Bluesky makes links of nothing that the post does not say is one, by its place in UTF-8.
    static func links(in text: String) -> [JSONLiteral] {
        var links: [JSONLiteral] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            guard word.beginsAsAddress, !word.hasSuffix(TextLimit.ellipsis) else { continue }
            let offset = text.utf8.distance(from: text.startIndex, to: word.startIndex)
            links.append([
                "index": ["byteStart": .int(offset), "byteEnd": .int(offset + word.utf8.count)],
                "features": [["$type": "app.bsky.richtext.facet#link", "uri": .string(String(word))]]
            ])
        }
        return links
    }

    /// The name of a post (a TID): the time that its record is of, and of that below a second what its key says.
    static func name(of record: borrowing Record, key: String) -> String {
        let number = UInt64(key.filter { $0 != "-" }.prefix(15), radix: 16) ?? 0
        let published = record["published"]?.withUTF8 { try? Timestamp(rfc3339: $0) } ?? nil
        let seconds = published.map { UInt64(clamping: $0.seconds) } ?? 1_600_000_000 + number % 100_000_000
        let micros = min(seconds, 1 << 32) * 1_000_000 + (number >> 10) % 1_000_000
        let value = micros << 10 | number & 1023
        let digits = Array("234567abcdefghijklmnopqrstuvwxyz")
        return String((0..<13).map { digits[Int(value >> (60 - 5 * UInt64($0)) & 31)] })
    }
}
