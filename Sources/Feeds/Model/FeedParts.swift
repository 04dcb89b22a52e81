/// A reference to something else: `link` and `enclosure` elements.
package struct FeedLink: Sendable, Equatable {
    package var href: String?
    /// `alternate`, `self`, `enclosure`, ...; nil when the document does not say.
    package var rel: String?
    package var type: String?
    package var title: String?
    package var hreflang: String?
    /// Bytes, as written.
    package var length: String?

    package init(
        href: String?, rel: String? = nil, type: String? = nil, title: String? = nil, hreflang: String? = nil,
        length: String? = nil
    ) {
        self.href = href
        self.rel = rel
        self.type = type
        self.title = title
        self.hreflang = hreflang
        self.length = length
    }
}

/// An author, contributor or publisher.
package struct FeedPerson: Sendable, Equatable {
    package var name: String?
    package var email: String?
    package var url: String?
    /// The person in one line, when the document has one line.
    package var line: String?

    package init(name: String? = nil, email: String? = nil, url: String? = nil, line: String? = nil) {
        self.name = name
        self.email = email
        self.url = url
        self.line = line
    }

    var isEmpty: Bool { name == nil && email == nil && url == nil && line == nil }

    /// The person in one line: `name (email)` or what there is of it.
    package var text: String? {
        if let line { return line }
        if let name, let email { return "\(name) (\(email))" }
        return name ?? email
    }
}

/// A category, tag or keyword.
package struct FeedCategory: Sendable, Equatable {
    package var term: String?
    package var scheme: String?
    package var label: String?

    package init(term: String?, scheme: String? = nil, label: String? = nil) {
        self.term = term
        self.scheme = scheme
        self.label = label
    }
}

/// The program that made a feed.
package struct FeedGenerator: Sendable, Equatable {
    package var name: String?
    package var url: String?
    package var version: String?
}

/// The picture of a feed or entry.
package struct FeedImage: Sendable, Equatable {
    package var url: String?
    package var title: String?
    package var link: String?
    package var description: String?
    package var width: String?
    package var height: String?
}

/// RSS's search box.
package struct FeedTextInput: Sendable, Equatable {
    package var title: String?
    package var description: String?
    package var name: String?
    package var link: String?
}
