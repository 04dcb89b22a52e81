package import Records

/// Makes items of what an API says, in the way in which the entries of feeds become items.
///
///     var writer = ItemWriter(source: "news")
///     writer.begin(id: "t3_1p01k7z")
///     writer.title("Fish & chips")
///     writer.end(to: &builder)
///
/// What is nil or empty is left out. Texts are kept as they come; what plain text, dates and ids of an item are is
/// decided where it is for feeds.
package struct ItemWriter: ~Copyable {
    private let source: String?
    private var entry = ResourceDraft()
    private var item = ItemDraft()
    private var counts: (score: Int64?, comments: Int64?)
    private var feed = FeedReference()
    private var writtenFeed = WrittenFeed(FeedReference())

    /// - Parameter source: the name of the source, for the items.
    package init(source: String?) { self.source = source }

    /// Begins an item; what is said next is about it.
    package mutating func begin(id: String) {
        entry.removeAll()
        counts = (nil, nil)
        entry.id = entry.texts.store(id)
    }

    /// Ends the item and appends it as one JSON object in the shape of `schemas/item.schema.json`.
    package mutating func end(to builder: inout ChunkBuilder) {
        item.take(&entry, of: ItemDraft.FeedDefaults(format: .json11))
        (item.score, item.comments) = (counts.score ?? item.score, counts.comments ?? item.comments)
        item.append(of: &entry, feed: writtenFeed, source: source, to: &builder)
    }

    /// What this item and those after it are part of.
    package mutating func feed(_ feed: FeedReference) {
        guard feed != self.feed else { return }
        self.feed = feed
        writtenFeed = WrittenFeed(feed)
    }

    /// The page of the item.
    package mutating func url(_ url: String?) {
        entry.link = stored(url)
    }

    /// The title as plain text.
    package mutating func title(_ text: String?) {
        guard let value = stored(text) else { return }
        entry.title = TextDraft(value: value, type: .plain)
    }

    /// The main text.
    package mutating func content(_ text: String?, type: String, language: String? = nil) {
        guard let value = stored(text) else { return }
        let type = TextType(exactly: type, in: &entry.texts)
        entry.add(content: TextDraft(value: value, type: type, language: stored(language)))
    }

    package mutating func language(_ language: String?) {
        entry.language = stored(language)
    }

    package mutating func author(_ name: String?, url: String? = nil) {
        let person = PersonDraft(name: stored(name), url: stored(url))
        if !person.isEmpty { _ = entry.add(author: person) }
    }

    package mutating func tag(_ tag: String?) {
        entry.add(CategoryDraft(term: stored(tag)))
    }

    package mutating func published(_ date: String?) {
        entry.published = stored(date)
    }

    package mutating func updated(_ date: String?) {
        entry.updated = stored(date)
    }

    package mutating func counts(score: Int64?, comments: Int64?) {
        counts = (score, comments)
    }

    package mutating func enclosure(_ url: String, type: String?) {
        entry.add(LinkDraft(href: stored(url), rel: stored("enclosure"), type: stored(type)))
    }

    /// What only this service says, under `extensions`.
    package mutating func extensions(_ prefix: String, _ values: [(name: String, value: String?)]) {
        for (name, value) in values {
            guard let value else { continue }
            entry.add(ExtensionElement(prefix: prefix, name: name, text: value))
        }
    }

    private mutating func stored(_ text: String?) -> StoredText? {
        text.flatMap { $0.isEmpty ? nil : entry.texts.store($0) }
    }
}
