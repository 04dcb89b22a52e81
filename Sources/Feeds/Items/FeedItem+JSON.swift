package import Records

extension FeedItem {
    /// Appends the item as one JSON object in the shape of `schemas/item.schema.json`.
    package func append(to builder: inout ChunkBuilder) {
        builder.beginObject()
        builder.key(Keys.id)
        builder.string(id)
        builder.member(Keys.url, url)
        builder.member(Keys.title, title)
        builder.member(Keys.summary, summary)
        appendContent(to: &builder)
        appendAuthors(to: &builder)
        builder.member(Keys.author, author)
        appendTags(to: &builder)
        builder.member(Keys.published, published?.rfc3339)
        builder.member(Keys.updated, updated?.rfc3339)
        builder.member(Keys.score, score)
        builder.member(Keys.comments, comments)
        appendEnclosures(to: &builder)
        builder.member(Keys.language, language)
        appendFeed(to: &builder)
        builder.member(Keys.source, source)
        builder.member(Keys.contentHash, contentHash ?? ContentHash.of(self))
        if !extensions.isEmpty {
            builder.key(Keys.extensions)
            ExtensionElement.append(extensions, to: &builder)
        }
        builder.endObject()
    }

    private func appendContent(to builder: inout ChunkBuilder) {
        guard let content else { return }
        builder.key(Keys.content)
        builder.beginObject()
        builder.member(Keys.type, content.type)
        builder.member(Keys.text, content.text)
        builder.member(Keys.html, content.html)
        builder.member(Keys.language, content.language)
        builder.endObject()
    }

    private func appendAuthors(to builder: inout ChunkBuilder) {
        guard !authors.isEmpty else { return }
        builder.key(Keys.authors)
        builder.beginArray()
        for author in authors {
            builder.beginObject()
            builder.member(Keys.name, author.name)
            builder.member(Keys.url, author.url)
            builder.member(Keys.email, author.email)
            builder.endObject()
        }
        builder.endArray()
    }

    private func appendTags(to builder: inout ChunkBuilder) {
        guard !tags.isEmpty else { return }
        builder.key(Keys.tags)
        builder.beginArray()
        for tag in tags { builder.string(tag) }
        builder.endArray()
    }

    private func appendEnclosures(to builder: inout ChunkBuilder) {
        guard !enclosures.isEmpty else { return }
        builder.key(Keys.enclosures)
        builder.beginArray()
        for enclosure in enclosures {
            builder.beginObject()
            builder.member(Keys.url, enclosure.url)
            builder.member(Keys.type, enclosure.type)
            builder.member(Keys.length, enclosure.length)
            builder.endObject()
        }
        builder.endArray()
    }

    private func appendFeed(to builder: inout ChunkBuilder) {
        guard !feed.isEmpty else { return }
        builder.key(Keys.feed)
        builder.beginObject()
        builder.member(Keys.title, feed.title)
        builder.member(Keys.url, feed.url)
        builder.member(Keys.home, feed.home)
        builder.endObject()
    }

    private enum Keys {
        static let id = Key("id")
        static let url = Key("url")
        static let title = Key("title")
        static let summary = Key("summary")
        static let content = Key("content")
        static let type = Key("type")
        static let text = Key("text")
        static let html = Key("html")
        static let language = Key("language")
        static let authors = Key("authors")
        static let name = Key("name")
        static let email = Key("email")
        static let author = Key("author")
        static let tags = Key("tags")
        static let published = Key("published")
        static let updated = Key("updated")
        static let score = Key("score")
        static let comments = Key("comments")
        static let enclosures = Key("enclosures")
        static let length = Key("length")
        static let feed = Key("feed")
        static let home = Key("home")
        static let source = Key("source")
        static let contentHash = Key("content_hash")
        static let extensions = Key("extensions")
    }
}

extension ChunkBuilder {
    /// A member, unless there is no value.
    fileprivate mutating func member(_ key: Key, _ value: String?) {
        guard let value else { return }
        self.key(key)
        string(value)
    }

    fileprivate mutating func member(_ key: Key, _ value: Int64?) {
        guard let value else { return }
        self.key(key)
        int(value)
    }
}
