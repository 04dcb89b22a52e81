package import Records

/// Parses a feed in whatever format and charset it is, handing out items as soon as their last byte has
/// arrived.
///
///     var parser = FeedParser(context: .init(url: "https://example.com/feed", source: "example"))
///     for try await bytes in body { parser.push(bytes, into: &builder) }
///     let end = parser.finish(into: &builder)
///
/// A document that breaks off keeps the items before the break. What is no feed at all shows as ``failure``
/// as soon as that is certain, and nothing more is read then.
package struct FeedParser: ~Copyable {
    /// What is known of a document besides its bytes.
    package struct Context: Sendable {
        /// Where the document is from; relative references are resolved against it.
        package var url: String?
        /// The address as items may show it, where the true one holds a secret.
        package var shownURL: String?
        /// The HTTP Content-Type header, whole; only its charset counts.
        package var contentType: String?
        /// The HTTP Content-Language header.
        package var language: String?
        /// The name of the source, for the items.
        package var source: String?
        /// What ids that are unique within their feed only get in front, where feeds come together; nil leaves them.
        package var idScope: String?
        /// Who bears the feed's ids, as far as earlier documents have shown.
        package var ids: ItemIDMemory?
        package var limits: FeedLimits

        package init(
            url: String? = nil, contentType: String? = nil, language: String? = nil, source: String? = nil,
            idScope: String? = nil, ids: ItemIDMemory? = nil, limits: FeedLimits = FeedLimits()
        ) {
            self.url = url
            self.contentType = contentType
            self.language = language
            self.source = source
            self.idScope = idScope
            self.ids = ids
            self.limits = limits
        }
    }

    /// A feed that has given no title before so many items has none.
    private static let itemsBeforeTitle = 1000

    private let context: Context
    private var document: FeedDocument
    private var item = ItemDraft()
    private var ids: ItemIDs
    private var itemCount = 0
    private var skippedItems = false
    /// The feed's own description, made anew only when the feed says more.
    private var feed = FeedReference()
    private var defaults = ItemDraft.FeedDefaults()
    private var writtenFeed = WrittenFeed(FeedReference())
    private var feedIsKnown = false
    private var feedSize: Int?
    /// Where the feed's language stood when it was looked at.
    private var feedLanguage: StoredText?

    package init(context: Context = Context()) {
        self.context = context
        document = FeedDocument(context: context)
        ids = ItemIDs(context.ids)
        defaults.idScope = context.idScope
    }

    /// Why the document is no feed; nil as long as it may be one.
    package var failure: FeedFailure? { document.failure }

    /// Takes more bytes and appends the items that they complete to `builder`; answers how many there are.
    package mutating func push(_ bytes: UnsafeBufferPointer<UInt8>, into builder: inout ChunkBuilder) -> Int {
        take(bytes)
        return append(to: &builder)
    }

    /// Takes more bytes, the items of which ``append(to:upTo:)`` hands out.
    package mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) { document.push(bytes) }

    /// Appends the next items to `builder` until it holds at least `size` bytes or more bytes are needed; answers how
    /// many there are.
    ///
    /// A few bytes may complete many items, each of which repeats what the feed says of itself.
    package mutating func append(to builder: inout ChunkBuilder, upTo size: Int = .max) -> Int {
        var count = 0
        while builder.byteCount < size, advance() {
            document.withEntry {
                item.append(of: &$0, feed: writtenFeed, source: context.source, to: &builder)
            }
            count += 1
        }
        return count
    }

    /// Answers the items that could not be read since this was asked last; only JSON loses any.
    package mutating func takeLostItems() -> [LostItem] { document.takeLostItems() }

    /// Says that no more bytes come, and appends the items that only the end completes.
    package mutating func finish(into builder: inout ChunkBuilder) -> FeedEnd {
        document.finish()
        _ = append(to: &builder)
        return FeedEnd(
            feed: document.info(url: context.shownURL ?? context.url),
            problems: document.problems(skipped: skippedItems),
            failure: document.failure, wasComplete: document.isComplete && document.failure == nil,
            ids: ids.memory)
    }

    /// Makes ``item`` the next one; false when more bytes are needed for that.
    private mutating func advance() -> Bool {
        while document.advance() {
            if let limit = context.limits.items, itemCount >= limit {
                skippedItems = true
                continue
            }
            itemCount += 1
            if !feedIsKnown, feedSize != document.feedSize {
                feedSize = document.feedSize
                feed = document.reference(url: context.shownURL ?? context.url)
                writtenFeed = WrittenFeed(feed)
                defaults.authors = document.authors
                // What follows the first item no longer changes the items' view of the feed.
                feedIsKnown = feed.title != nil || itemCount >= Self.itemsBeforeTitle
            }
            defaults.format = document.format
            if feedLanguage != document.storedLanguage {
                feedLanguage = document.storedLanguage
                defaults.language = document.language
            }
            document.withEntry {
                item.take(&$0, of: defaults)
                ids.makeDistinct(&item, isAtom: defaults.format.declaresTextTypes, in: &$0.texts)
            }
            return true
        }
        return false
    }
}

/// What is left to say when a document has ended.
package struct FeedEnd: Sendable {
    package let feed: FeedInfo
    package let problems: [FeedProblem]
    /// Why the document is no feed.
    package let failure: FeedFailure?
    /// Whether the document went on to its end, so that nothing is missing.
    package let wasComplete: Bool
    /// Who bears the ids, for the feed's next document; nil when there is nothing to know.
    package let ids: ItemIDMemory?
}
