import Notation

/// What takes the fields of an item one after the other: the writer of items, and the writer of their schema.
///
/// So each field is stated once, with what it means: ``ItemDraft/describe(of:hash:feed:source:to:)``.
protocol ItemFields: ~Copyable {
    mutating func text(
        _ name: StaticString, _ value: StoredText?, in texts: borrowing TextStore, _ rule: TextRule,
        _ meaning: StaticString)
    mutating func text(_ name: StaticString, _ value: String?, _ meaning: StaticString)
    mutating func mediaType(
        _ name: StaticString, _ value: TextType, in texts: borrowing TextStore, _ meaning: StaticString)
    mutating func texts(
        _ name: StaticString, _ values: [StoredText], in texts: borrowing TextStore,
        _ meaning: StaticString)
    mutating func date(_ name: StaticString, _ value: Timestamp?, _ meaning: StaticString)
    mutating func number(_ name: StaticString, _ value: Int64?, _ meaning: StaticString)
    mutating func part<Part: ItemPart>(
        _ name: StaticString, _ value: Part?, in texts: borrowing TextStore, _ meaning: StaticString)
    mutating func parts<Part: ItemPart>(
        _ name: StaticString, _ values: [Part], in texts: borrowing TextStore, _ meaning: StaticString)
    mutating func feed(_ name: StaticString, _ value: WrittenFeed, _ meaning: StaticString)
    mutating func extensions(_ name: StaticString, of entry: borrowing ResourceDraft, _ meaning: StaticString)
}

/// What a text must be.
enum TextRule {
    case any
    case required
    /// A key: required, and not empty.
    case key
    /// Required, SHA-256 in hexadecimal.
    case hash
}

/// An object inside of an item.
protocol ItemPart {
    /// One without values, for the schema.
    init()

    func describe<Fields: ItemFields & ~Copyable>(
        in texts: borrowing TextStore, to fields: inout Fields)
}

extension ItemDraft {
    /// Hands out all fields in their order.
    func describe<Fields: ItemFields & ~Copyable>(
        of entry: borrowing ResourceDraft, hash: StoredText?, feed: WrittenFeed, source: String?,
        to fields: inout Fields
    ) {
        fields.text(
            "id", id, in: entry.texts, .key,
            """
            The natural key, in its own case: the guid, else the link, else a hash of title, content, date and \
            enclosures. One that is no URI has the feed's address and '#' in front. Of items with the same guid or \
            link one has it bare; the others have '#' and their link, or a hash, appended.
            """)
        fields.text(
            "url", url, in: entry.texts, .any,
            "The page of the item, absolute when the document or its address allows.")
        fields.text("title", title, in: entry.texts, .any, "The title as plain text in one line.")
        fields.text(
            "summary", summary, in: entry.texts, .any,
            "The summary or description as plain text in one line.")
        fields.part(
            "content", content, in: entry.texts,
            "The main text; when the feed gives only a description, that.")
        fields.parts("authors", authors, in: entry.texts, "The authors in the order of the document.")
        fields.text(
            "author", author, in: entry.texts, .any,
            "The authors' names in one line, separated by commas.")
        fields.texts("tags", tags, in: entry.texts, "Categories, tags and flairs, each once.")
        fields.date(
            "published", published, "When the item came out, else when it was last changed; RFC 3339 in UTC.")
        fields.date("updated", updated, "When the item was last changed, RFC 3339 in UTC.")
        fields.number("score", score, "Votes or favourites, where the service counts them.")
        fields.number("comments", comments, "How many comments there are.")
        fields.parts(
            "enclosures", enclosures, in: entry.texts, "Attached files, pictures, sound and video.")
        fields.text(
            "language", language, in: entry.texts, .any,
            "The language of the item, else of the feed (BCP 47).")
        fields.feed(
            "feed", feed,
            """
            The feed that the item is in. A title of more than 2 KiB is cut, longer addresses are left out.
            """)
        fields.text("source", source, "The name of the source in the pipeline.")
        fields.text(
            "content_hash", hash, in: entry.texts, .hash,
            """
            SHA-256 in hexadecimal over the title, a line feed, and the plain text in one line (the summary without \
            one).
            """
        )
        fields.extensions(
            "extensions", of: entry,
            """
            What namespaces add, by their usual prefix and the element's name. An element is its text, or an object \
            of its attributes, its text under 'text' and its children; elements of one name are an array.
            """)
    }
}

extension ItemDraft.Content: ItemPart {
    init() { self.init(type: .plain) }

    func describe<Fields: ItemFields & ~Copyable>(
        in texts: borrowing TextStore, to fields: inout Fields
    ) {
        fields.mediaType("type", type, in: texts, "The MIME type that the document gives, such as text/html.")
        fields.text(
            "text", text, in: texts, .any,
            "The text without markup, blocks (paragraphs, list items) in lines of their own.")
        fields.text("html", html, in: texts, .any, "The text with its markup as delivered: not sanitised.")
        fields.text("language", language, in: texts, .any, "The language of the text (BCP 47).")
        fields.text(
            "base", base, in: texts, .any,
            "What relative addresses in html are relative to; absent when it has none.")
    }
}

extension PersonDraft: ItemPart {
    func describe<Fields: ItemFields & ~Copyable>(
        in texts: borrowing TextStore, to fields: inout Fields
    ) {
        fields.text("name", name, in: texts, .any, "")
        fields.text("url", url, in: texts, .any, "")
        fields.text("email", email, in: texts, .any, "")
    }
}

extension ItemDraft.Enclosure: ItemPart {
    init() { self.init(url: StoredText(start: 0, count: 0)) }

    func describe<Fields: ItemFields & ~Copyable>(
        in texts: borrowing TextStore, to fields: inout Fields
    ) {
        fields.text("url", url, in: texts, .required, "")
        fields.text("type", type, in: texts, .any, "MIME type.")
        fields.number("length", length, "Size in bytes.")
    }
}
