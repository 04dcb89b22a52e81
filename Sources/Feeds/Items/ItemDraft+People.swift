import Records

/// Who has written an item.
extension ItemDraft {
    mutating func takeAuthors(_ entry: inout ResourceDraft, inherited: [FeedAuthor]) {
        authors.empty()
        for person in entry.authors where !person.isBorrowed { take(author: person, in: &entry.texts) }
        // Whom an extension names is asked only when nobody else is named.
        if authors.isEmpty {
            for person in entry.authors where person.isBorrowed { take(author: person, in: &entry.texts) }
        }
        if authors.isEmpty, let source = entry.sources.first {
            for person in source.authors {
                take(authorNamed: person.name, email: person.email, url: person.url, in: &entry.texts)
            }
        }
        if authors.isEmpty {
            for author in inherited {
                take(authorNamed: author.name, email: author.email, url: author.url, in: &entry.texts)
            }
        }
        author = authors.isEmpty ? nil : authorLine(in: &entry.texts)
    }

    private mutating func take(
        authorNamed name: String?, email: String?, url: String?, in texts: inout TextStore
    ) {
        let (name, email, url) = (texts.store(name), texts.store(email), texts.store(url))
        take(author: PersonDraft(name: name, email: email, url: url), in: &texts)
    }

    /// Adds an author, unless nothing is said of him or he is there already.
    private mutating func take(author person: PersonDraft, in texts: inout TextStore) {
        var author = PersonDraft(
            name: person.name?.nonEmpty, email: person.email?.nonEmpty, url: person.url?.nonEmpty)
        if let name = author.name {
            let written = texts.bytes(name)
            if author.email == nil, written.position(of: UInt8(ascii: "@"), from: 0) != nil {
                let parts = FeedPerson(line: String(valid: written))
                author.name = texts.store(parts.name)?.nonEmpty
                author.email = texts.store(parts.email)?.nonEmpty
            } else if HTMLText.looksLikeHTML(written) {
                author.name = plainName(name, in: &texts).nonEmpty
            }
        }
        if let email = author.email {
            if texts.bytes(email).hasPrefixIgnoringCase(Self.mailScheme) {
                author.email = email.dropping(Self.mailScheme)
            }
        } else if let url = author.url, texts.bytes(url).hasPrefixIgnoringCase(Self.mailScheme) {
            // JSON Feed has no other place for a mail address.
            (author.email, author.url) = (url.dropping(Self.mailScheme), nil)
        }
        // Atom demands a name: who has none bears an address.
        if texts.areEqual(author.name, author.email) || texts.areEqual(author.name, author.url) {
            author.name = nil
        }
        guard author.name != nil || author.email != nil || author.url != nil else { return }
        for index in authors.indices where isSame(authors[index], author, in: texts) {
            if authors[index].email == nil { authors[index].email = author.email }
            if authors[index].url == nil { authors[index].url = author.url }
            return
        }
        authors.append(author)
    }

    private static let mailScheme: StaticString = "mailto:"

    /// Whether two mentions are of one person, of whom one of them may say more.
    private func isSame(_ a: PersonDraft, _ b: PersonDraft, in texts: borrowing TextStore) -> Bool {
        guard texts.areEqual(a.name, b.name) else { return false }
        if a.name == nil, a.email == nil || b.email == nil {
            return a.email == nil && b.email == nil && texts.areEqual(a.url, b.url)
        }
        guard let email = a.email, let other = b.email else { return true }
        return texts.areEqual(email, other)
    }

    private mutating func plainName(_ html: StoredText, in texts: inout TextStore) -> StoredText {
        scratch.removeAll()
        HTMLText.appendPlain(texts.bytes(html), keepingLines: false, to: &scratch)
        return texts.store(scratch.bytes)
    }

    /// The authors' names, separated by commas.
    private mutating func authorLine(in texts: inout TextStore) -> StoredText {
        if authors.count == 1, let only = authors[0].name ?? authors[0].email { return only }
        scratch.removeAll()
        for author in authors {
            guard let name = author.name ?? author.email else { continue }
            if scratch.count > 0 { scratch.append(", ") }
            scratch.append(texts.bytes(name))
        }
        return texts.store(scratch.bytes)
    }
}

extension ResourceDraft {
    /// The authors of a feed as its items show them; of what is too long to be repeated nothing.
    var inheritedAuthors: [FeedAuthor] {
        authors.prefix(FeedLimits.inheritedAuthors).map {
            FeedAuthor(name: repeated($0.name), url: repeated($0.url), email: repeated($0.email))
        }
    }
}

extension StoredText {
    /// What stands behind a beginning of that length; nil where that is nothing.
    fileprivate func dropping(_ beginning: StaticString) -> StoredText? {
        let length = beginning.utf8CodeUnitCount
        return StoredText(start: start + length, count: count - length).nonEmpty
    }
}
