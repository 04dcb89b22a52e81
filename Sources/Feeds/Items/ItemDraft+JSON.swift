import Records

extension ItemDraft {
    /// Appends the item as one JSON object in the shape of `schemas/item.schema.json`; its texts and extension
    /// elements are those of `entry`.
    mutating func append(
        of entry: inout ResourceDraft, feed: WrittenFeed, source: String?, to builder: inout ChunkBuilder
    ) {
        let hash = contentHash ?? ContentHash.of(&self, in: &entry.texts)
        builder.beginObject()
        builder.member("id", id, entry.texts)
        builder.member("url", url, entry.texts)
        builder.member("title", title, entry.texts)
        builder.member("summary", summary, entry.texts)
        appendContent(entry.texts, to: &builder)
        appendAuthors(entry.texts, to: &builder)
        builder.member("author", author, entry.texts)
        appendTags(entry.texts, to: &builder)
        builder.member("published", published)
        builder.member("updated", updated)
        builder.member("score", score)
        builder.member("comments", comments)
        appendEnclosures(entry.texts, to: &builder)
        builder.member("language", language, entry.texts)
        feed.append(to: &builder)
        builder.member("source", source)
        builder.member("content_hash", hash, entry.texts)
        if !entry.extensions.isEmpty {
            builder.key(plain: "extensions")
            entry.appendExtensions(to: &builder)
        }
        builder.endObject()
    }

    private func appendContent(_ texts: borrowing ByteStorage, to builder: inout ChunkBuilder) {
        guard let content else { return }
        builder.key(plain: "content")
        builder.beginObject()
        builder.key(plain: "type")
        switch content.type {
        case .plain: builder.string(FeedText.plain)
        case .html: builder.string(FeedText.html)
        case .xhtml: builder.string(FeedText.xhtml)
        case .other(let name): builder.string(utf8: texts.bytes(name))
        }
        builder.member("text", content.text, texts)
        builder.member("html", content.html, texts)
        builder.member("language", content.language, texts)
        builder.member("base", content.base, texts)
        builder.endObject()
    }

    private func appendAuthors(_ texts: borrowing ByteStorage, to builder: inout ChunkBuilder) {
        guard !authors.isEmpty else { return }
        builder.key(plain: "authors")
        builder.beginArray()
        for author in authors {
            builder.beginObject()
            builder.member("name", author.name, texts)
            builder.member("url", author.url, texts)
            builder.member("email", author.email, texts)
            builder.endObject()
        }
        builder.endArray()
    }

    private func appendTags(_ texts: borrowing ByteStorage, to builder: inout ChunkBuilder) {
        guard !tags.isEmpty else { return }
        builder.key(plain: "tags")
        builder.beginArray()
        for tag in tags { builder.string(utf8: texts.bytes(tag)) }
        builder.endArray()
    }

    private func appendEnclosures(_ texts: borrowing ByteStorage, to builder: inout ChunkBuilder) {
        guard !enclosures.isEmpty else { return }
        builder.key(plain: "enclosures")
        builder.beginArray()
        for enclosure in enclosures {
            builder.beginObject()
            builder.member("url", enclosure.url, texts)
            builder.member("type", enclosure.type, texts)
            builder.member("length", enclosure.length)
            builder.endObject()
        }
        builder.endArray()
    }
}

/// What the items of a feed say of it, written once for all of them.
struct WrittenFeed {
    /// An object; nil when nothing is known of the feed.
    private let chunk: Chunk?

    init(_ feed: FeedItem.Feed) {
        guard !feed.isEmpty else {
            chunk = nil
            return
        }
        var builder = ChunkBuilder()
        builder.beginObject()
        builder.member("title", feed.title)
        builder.member("url", feed.url)
        builder.member("home", feed.home)
        builder.endObject()
        chunk = try? builder.finish(origin: Origin(source: "", received: 0)).chunk
    }

    fileprivate func append(to builder: inout ChunkBuilder) {
        guard let chunk else { return }
        builder.key(plain: "feed")
        builder.copy(chunk.node(at: 0))
    }
}

extension ChunkBuilder {
    /// A member, unless there is no value.
    fileprivate mutating func member(
        _ name: StaticString, _ text: StoredText?, _ texts: borrowing ByteStorage
    ) {
        guard let text else { return }
        member(plain: name, utf8: texts.bytes(text))
    }

    fileprivate mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        key(plain: name)
        string(text)
    }

    fileprivate mutating func member(_ name: StaticString, _ date: FeedDate?) {
        guard let date else { return }
        date.withRFC3339 { member(plain: name, utf8: $0) }
    }

    fileprivate mutating func member(_ name: StaticString, _ number: Int64?) {
        guard let number else { return }
        key(plain: name)
        int(number)
    }
}
