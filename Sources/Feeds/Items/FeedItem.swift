/// One item as every feed-like source produces it; `schemas/item.schema.json` describes its JSON.
///
/// Absent fields are nil or empty and are left out of the JSON.
package struct FeedItem: Sendable, Equatable {
    /// The main text, as plain text and, when it has markup, as HTML.
    package struct Content: Sendable, Equatable {
        /// The MIME type that the document gives.
        package var type: String
        package var text: String?
        package var html: String?
        package var language: String?
        /// What relative addresses in ``html`` are relative to.
        package var base: String?

        package init(
            type: String, text: String? = nil, html: String? = nil, language: String? = nil,
            base: String? = nil
        ) {
            self.type = type
            self.text = text
            self.html = html
            self.language = language
            self.base = base
        }
    }

    package struct Author: Sendable, Equatable {
        package var name: String?
        package var url: String?
        package var email: String?

        package init(name: String? = nil, url: String? = nil, email: String? = nil) {
            self.name = name
            self.url = url
            self.email = email
        }
    }

    package struct Enclosure: Sendable, Equatable {
        package var url: String
        package var type: String?
        /// Bytes.
        package var length: Int64?

        package init(url: String, type: String? = nil, length: Int64? = nil) {
            self.url = url
            self.type = type
            self.length = length
        }
    }

    /// The feed that the item is in.
    package struct Feed: Sendable, Equatable {
        package var title: String?
        /// The feed's own address.
        package var url: String?
        /// The page that the feed is about.
        package var home: String?

        package init(title: String? = nil, url: String? = nil, home: String? = nil) {
            self.title = title
            self.url = url
            self.home = home
        }

        var isEmpty: Bool { title == nil && url == nil && home == nil }
    }

    /// The natural key within the source, in its own case.
    package var id: String
    package var url: String?
    /// Plain text.
    package var title: String?
    /// Plain text.
    package var summary: String?
    package var content: Content?
    package var authors: [Author]
    /// The authors in one line.
    package var author: String?
    package var tags: [String]
    package var published: FeedDate?
    package var updated: FeedDate?
    package var score: Int64?
    /// How many comments there are.
    package var comments: Int64?
    package var enclosures: [Enclosure]
    package var language: String?
    package var feed: Feed
    /// The name of the source.
    package var source: String?
    /// SHA-256 in hexadecimal; made when the item is written if it is nil.
    package var contentHash: String?
    /// What namespaces, or the service, add.
    package var extensions: [ExtensionElement]

    package init(
        id: String, url: String? = nil, title: String? = nil, summary: String? = nil, content: Content? = nil,
        authors: [Author] = [], author: String? = nil, tags: [String] = [], published: FeedDate? = nil,
        updated: FeedDate? = nil, score: Int64? = nil, comments: Int64? = nil, enclosures: [Enclosure] = [],
        language: String? = nil, feed: Feed = Feed(), source: String? = nil, contentHash: String? = nil,
        extensions: [ExtensionElement] = []
    ) {
        self.id = id
        self.url = url
        self.title = title
        self.summary = summary
        self.content = content
        self.authors = authors
        self.author = author
        self.tags = tags
        self.published = published
        self.updated = updated
        self.score = score
        self.comments = comments
        self.enclosures = enclosures
        self.language = language
        self.feed = feed
        self.source = source
        self.contentHash = contentHash
        self.extensions = extensions
    }
}
