/// What a feed, an entry, or the source of an entry says of itself, while it is being read.
///
/// Its texts stand one after the other in ``texts``, and everything else only says where. So the next entry
/// takes the place of this one without anything being allocated or counted, and a value gets from the document
/// to the item without becoming a `String`.
struct ResourceDraft: ~Copyable {
    /// Memory beyond which one long entry does not bind what the others do not need.
    private static let keptCapacity = 1 << 20

    /// The number of links, of categories, and of people of one kind that are kept.
    let partLimit: Int
    private let textLimit: Int
    private var hasLeftOutParts = false

    var texts = TextStore(capacity: 1024)
    var id: StoredText?
    /// What the id is relative to when it may serve as a link (RSS: unless `isPermaLink="false"`).
    var idBase: StoredText?
    var title: TextDraft?
    var subtitle: TextDraft?
    var summary: TextDraft?
    var content: [TextDraft] = []
    var info: TextDraft?
    var rights: TextDraft?
    var link: StoredText?
    private var linkWorth = LinkWorth.attribute
    var links: [LinkDraft] = []
    var authors: [PersonDraft] = []
    var contributors: [PersonDraft] = []
    var publisher: PersonDraft?
    var categories: [CategoryDraft] = []
    var published: StoredText?
    var updated: StoredText?
    var created: StoredText?
    var expired: StoredText?
    var language: StoredText?
    /// The fields whose value comes from an extension.
    var borrowed: BorrowedFields = []
    var extensions = ElementDrafts()
    // What few documents have, and items do not show.
    var generator: FeedGenerator?
    var image: FeedImage?
    var textInput: FeedTextInput?
    var sources: [FeedResource] = []

    /// Without `limits` everything is kept.
    init(limits: FeedLimits? = nil) {
        partLimit = limits?.parts ?? .max
        textLimit = limits?.resourceSize ?? .max
        texts.limit = textLimit
        extensions.limit = limits?.elements ?? .max
    }

    /// Whether something was left out because of a limit.
    var isCut: Bool { hasLeftOutParts || extensions.isCut || texts.isFull }

    /// Forgets everything but the memory.
    mutating func removeAll() {
        texts.removeAll(keeping: Self.keptCapacity)
        texts.limit = textLimit
        (id, idBase, link, language) = (nil, nil, nil, nil)
        (linkWorth, borrowed) = (.attribute, [])
        (title, subtitle, summary, info, rights) = (nil, nil, nil, nil, nil)
        (published, updated, created, expired) = (nil, nil, nil, nil)
        content.empty()
        links.empty()
        authors.empty()
        contributors.empty()
        categories.empty()
        extensions.removeAll()
        (publisher, generator, image, textInput) = (nil, nil, nil, nil)
        sources.empty()
        hasLeftOutParts = false
    }

    /// The id as an address, when it may serve as a link; few ask for it, and most need to be resolved.
    var idLink: String? {
        guard let id, let idBase else { return nil }
        return URLReference.resolve(texts.string(id), in: texts.string(idBase))
    }

    /// Takes an address for that of the page that is described, unless another says so better.
    mutating func take(link address: StoredText, worth: LinkWorth) {
        guard worth >= linkWorth || link == nil else { return }
        link = address
        linkWorth = worth
    }

    /// Takes a summary or description: the one that says most stands as ``summary``, the others beside the content.
    mutating func add(summary text: TextDraft) {
        guard let old = summary else {
            summary = text
            return
        }
        if text.worth > old.worth {
            summary = text
            add(content: old)
        } else {
            add(content: text)
        }
    }

    // Beyond the limit the parts are left out.

    mutating func add(_ link: LinkDraft) {
        if hasRoom(links.count) { links.append(link) }
    }

    mutating func add(content text: TextDraft) {
        if hasRoom(content.count) { content.append(text) }
    }

    /// False when it was left out.
    mutating func add(author: PersonDraft) -> Bool {
        guard hasRoom(authors.count) else { return false }
        authors.append(author)
        return true
    }

    /// False when it was left out.
    mutating func add(contributor: PersonDraft) -> Bool {
        guard hasRoom(contributors.count) else { return false }
        contributors.append(contributor)
        return true
    }

    private mutating func hasRoom(_ count: Int) -> Bool {
        if count >= partLimit { hasLeftOutParts = true }
        return count < partLimit
    }

    /// Adds a category that differs from those there are.
    mutating func add(_ category: CategoryDraft) {
        guard category.term ?? category.scheme ?? category.label != nil else { return }
        guard hasRoom(categories.count) else { return }
        for other in categories
        where texts.areEqual(other.term, category.term) && texts.areEqual(other.scheme, category.scheme)
            && texts.areEqual(other.label, category.label)
        {
            return
        }
        categories.append(category)
    }
}
