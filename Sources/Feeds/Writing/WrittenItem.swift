package import Notation
package import Records

/// What a feed that is written shows of an item, such that every format can carry each of its texts.
package struct WrittenItem: Sendable, Equatable {
    package struct Content: Sendable, Equatable {
        /// The MIME type of ``text`` where that is neither plain text nor HTML: `text/markdown`.
        package var type: String?
        package var text: String?
        /// With absolute addresses.
        package var html: String?
        package var language: String?
    }

    package struct Author: Sendable, Equatable {
        package var name: String?
        package var url: String?
        package var email: String?
    }

    package struct Enclosure: Sendable, Equatable {
        package var url: String
        package var type: String?
        package var length: Int64?
    }

    package var id: String
    package var url: String?
    /// Plain text in one line, as is the summary.
    package var title: String?
    package var summary: String?
    package var content: Content?
    package var authors: [Author] = []
    package var tags: [String] = []
    package var published: Timestamp?
    package var updated: Timestamp?
    package var score: Int64?
    package var comments: Int64?
    package var enclosures: [Enclosure] = []
    package var language: String?
    /// The feed that it came from.
    package var feed = FeedReference()
    /// `{prefix: {name: value}}`, as in `schemas/item.schema.json`.
    package var extensions = JSONObject()

    package init(id: String) { self.id = id }

    /// Whether the summary says all that the content says.
    var summaryIsContent: Bool {
        guard let summary, let content else { return false }
        return (content.text ?? content.html.map { HTMLText.plain($0) }).map { HTMLText.singleLine($0) }
            == summary
    }

    /// The language where `xml:lang` at the item does not say it: there is no text of the item's own, or one in another.
    var languageBesideTexts: String? {
        let told = content?.language ?? (title == nil && content == nil ? nil : language)
        return told == language ? nil : language
    }

    /// What it is known by: ids are one that are one in any format.
    package var key: [UInt8] { Array(AtomDocument.id(id).utf8) }

    /// When it was changed last.
    package var lastChange: Timestamp? {
        guard let published, let updated else { return updated ?? published }
        return max(published, updated)
    }
}

/// What a feed that is written says of itself.
package struct FeedHead: Sendable, Equatable {
    package var title: String
    /// The page that the feed is about.
    package var home: String?
    /// The feed's own address.
    package var url: String?
    package var description: String?
    package var language: String?
    package var author: WrittenItem.Author?
    /// Whose feed it is; that is how the file is known again.
    package var pipeline: String

    package init(title: String, pipeline: String) {
        self.title = title
        self.pipeline = pipeline
    }
}

extension FeedHead {
    /// Whether a text is a language tag (BCP 47).
    package static func isLanguage(_ text: String) -> Bool { CarriedText.language(text) == text }

    /// The same with texts that every format can carry.
    var carried: FeedHead {
        var head = self
        head.title = CarriedText.line(title) ?? pipeline
        head.home = home.flatMap { CarriedText.address($0) }
        head.url = url.flatMap { CarriedText.address($0) }
        head.description = description.flatMap(CarriedText.line)
        return head
    }
}
