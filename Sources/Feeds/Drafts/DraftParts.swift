/// A piece of text as the document gives it; what its fields mean is told at ``FeedText``.
struct TextDraft {
    var value: StoredText
    var type: TextType
    var language: StoredText?
    var base: StoredText?
    var location: StoredText?
    var worth = Worth.description

    /// How much a text says of its entry; of several the one that says most is the content.
    enum Worth: UInt8, Comparable {
        /// What is said of a picture.
        case caption
        /// A summary that an extension adds.
        case extensionSummary
        case description
        case content

        static func < (a: Worth, b: Worth) -> Bool { a.rawValue < b.rawValue }
    }
}

/// The MIME type of a text.
enum TextType {
    case plain, html, xhtml
    /// Some other type, in lower case.
    case other(StoredText)

    var isMarkup: Bool {
        switch self {
        case .html, .xhtml: true
        case .plain, .other: false
        }
    }

    var isPlain: Bool {
        if case .plain = self { true } else { false }
    }

    var isXHTML: Bool {
        if case .xhtml = self { true } else { false }
    }

    /// The type that a document calls `name`, be it a short name of Atom and RSS.
    init(_ name: Bytes, in texts: inout TextStore) {
        if name.equalsIgnoringCase("html") {
            self = .html
        } else if name.equalsIgnoringCase("text") {
            self = .plain
        } else {
            self.init(exactly: FeedText.mimeType(String(valid: name)), in: &texts)
        }
    }

    /// The type with this MIME type.
    init(exactly name: String, in texts: inout TextStore) {
        switch name {
        case FeedText.plain: self = .plain
        case FeedText.html: self = .html
        case FeedText.xhtml: self = .xhtml
        default: self = .other(texts.store(name))
        }
    }

    func name(in texts: borrowing TextStore) -> String {
        switch self {
        case .plain: FeedText.plain
        case .html: FeedText.html
        case .xhtml: FeedText.xhtml
        case .other(let name): texts.string(name)
        }
    }
}

/// A reference to something else; see ``FeedLink``.
struct LinkDraft {
    var href: StoredText?
    var rel: StoredText?
    var type: StoredText?
    var title: StoredText?
    var hreflang: StoredText?
    var length: StoredText?
}

/// An author, contributor or publisher; see ``FeedPerson``.
struct PersonDraft {
    var name: StoredText?
    var email: StoredText?
    var url: StoredText?
    var line: StoredText?
    /// An extension names the person, who may be another than the author (of a whole podcast, say).
    var isBorrowed = false

    var isEmpty: Bool { name == nil && email == nil && url == nil && line == nil }
}

/// A category, tag or keyword; see ``FeedCategory``.
struct CategoryDraft {
    var term: StoredText?
    var scheme: StoredText?
    var label: StoredText?
}
