import Notation
import Records

extension ItemDraft {
    /// Appends the item as one JSON object in the shape of `schemas/item.schema.json`; its texts and extension
    /// elements are those of `entry`.
    mutating func append(
        of entry: inout ResourceDraft, feed: WrittenFeed, source: String?, to builder: inout ChunkBuilder
    ) {
        let hash = contentHash ?? ContentHash.of(&self, in: &entry.texts)
        builder.beginObject()
        describe(of: entry, hash: hash, feed: feed, source: source, to: &builder)
        builder.endObject()
    }
}

/// What the items of a feed say of it, written once for all of them.
struct WrittenFeed {
    /// An object; nil when nothing is known of the feed.
    fileprivate let chunk: Chunk?

    init(_ feed: FeedReference) {
        guard !feed.isEmpty else {
            chunk = nil
            return
        }
        var builder = ChunkBuilder()
        builder.beginObject()
        builder.text("title", feed.title, "")
        builder.text("url", feed.url, "")
        builder.text("home", feed.home, "")
        builder.endObject()
        chunk = try? builder.finish(origin: Origin(source: "", received: 0)).chunk
    }
}

/// Members are left out where there is no value.
extension ChunkBuilder: ItemFields {
    mutating func text(
        _ name: StaticString, _ value: StoredText?, in texts: borrowing TextStore, _: TextRule,
        _: StaticString
    ) {
        guard let value else { return }
        member(plain: name, utf8: texts.bytes(value))
    }

    mutating func text(_ name: StaticString, _ value: String?, _: StaticString) {
        guard var value else { return }
        value.withUTF8 { member(plain: name, utf8: $0) }
    }

    mutating func mediaType(
        _ name: StaticString, _ value: TextType, in texts: borrowing TextStore, _: StaticString
    ) {
        switch value {
        case .plain: text(name, FeedText.plain, "")
        case .html: text(name, FeedText.html, "")
        case .xhtml: text(name, FeedText.xhtml, "")
        case .other(let type): member(plain: name, utf8: texts.bytes(type))
        }
    }

    mutating func texts(
        _ name: StaticString, _ values: [StoredText], in texts: borrowing TextStore, _: StaticString
    ) {
        guard !values.isEmpty else { return }
        key(plain: name)
        beginArray()
        for value in values { string(utf8: texts.bytes(value)) }
        endArray()
    }

    mutating func date(_ name: StaticString, _ value: Timestamp?, _: StaticString) {
        guard let value else { return }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Timestamp.mostTextBytes) { text in
            let count = value.write(into: text)
            member(plain: name, utf8: Bytes(rebasing: text[..<count]))
        }
    }

    mutating func number(_ name: StaticString, _ value: Int64?, _: StaticString) {
        guard let value else { return }
        key(plain: name)
        int(value)
    }

    mutating func part<Part: ItemPart>(
        _ name: StaticString, _ value: Part?, in texts: borrowing TextStore, _: StaticString
    ) {
        guard let value else { return }
        key(plain: name)
        beginObject()
        value.describe(in: texts, to: &self)
        endObject()
    }

    mutating func parts<Part: ItemPart>(
        _ name: StaticString, _ values: [Part], in texts: borrowing TextStore, _: StaticString
    ) {
        guard !values.isEmpty else { return }
        key(plain: name)
        beginArray()
        for value in values {
            beginObject()
            value.describe(in: texts, to: &self)
            endObject()
        }
        endArray()
    }

    mutating func feed(_ name: StaticString, _ value: WrittenFeed, _: StaticString) {
        guard let chunk = value.chunk else { return }
        key(plain: name)
        copy(chunk.node(at: 0))
    }

    mutating func extensions(_ name: StaticString, of entry: borrowing ResourceDraft, _: StaticString) {
        guard !entry.extensions.isEmpty else { return }
        key(plain: name)
        entry.appendExtensions(to: &self)
    }
}
