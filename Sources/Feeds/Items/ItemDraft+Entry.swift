extension ItemDraft {
    /// Becomes the item for an entry of a feed in this format and language.
    ///
    /// The id is the entry's own, else its link, else a hash of title and content.
    mutating func take(_ entry: inout ResourceDraft, format: FeedFormat, language feedLanguage: String?) {
        // What is made of the texts is no longer than they are.
        entry.texts.limit = .max
        let plainSummary = entry.summary.map { plainText($0, in: &entry.texts) }
        summary = plainSummary?.nonEmpty
        title = entry.title.flatMap { plainText($0, in: &entry.texts).nonEmpty }
        takeContent(&entry, summary: plainSummary)
        takeAuthors(&entry)
        takeTags(entry)
        takeEnclosures(entry)
        let publication = entry.published ?? entry.created
        published = publication.flatMap { FeedDate.parse(utf8: entry.texts.bytes($0)) }
        updated = entry.updated.flatMap { FeedDate.parse(utf8: entry.texts.bytes($0)) }
        // RSS 1.0 has only dc:date, which is when the item came out.
        if published == nil, !format.declaresTextTypes { published = updated }
        language =
            entry.language ?? entry.content.first?.language ?? entry.title?.language
            ?? entry.texts.store(feedLanguage)
        comments = Self.commentCount(of: entry)
        (score, contentHash) = (nil, nil)
        url = Self.url(of: &entry)
        takeID(&entry)
    }

    private mutating func takeID(_ entry: inout ResourceDraft) {
        if let own = entry.id?.nonEmpty ?? url?.nonEmpty {
            id = own
        } else {
            id = ContentHash.of(&self, in: &entry.texts)
            contentHash = id
        }
    }

    private static func url(of entry: inout ResourceDraft) -> StoredText? {
        if let original = entry.extension("feedburner", "origlink"),
            URLReference.isWeb(entry.texts.string(original.text))
        {
            return original.text
        }
        if let link = entry.link?.nonEmpty { return link }
        if let id = entry.id, entry.idBase != nil,
            entry.texts.bytes(id).first == .slash || URLReference.isWeb(entry.texts.string(id))
        {
            return entry.texts.store(entry.idLink)
        }
        for link in entry.links {
            guard let href = link.href else { continue }
            let rel = link.rel.map { entry.texts.bytes($0) }
            if rel?.equals("enclosure") != true, rel?.equals("self") != true { return href }
        }
        return nil
    }

    // MARK: Texts

    /// The text in one line, without markup.
    private mutating func plainText(_ text: TextDraft, in texts: inout ByteStorage) -> StoredText {
        if text.type.isMarkup { return withoutMarkup(text.value, in: &texts) }
        if HTMLText.isSingleLine(texts.bytes(text.value)) { return text.value }
        return texts.store(HTMLText.collapsed(texts.string(text.value)))
    }

    private mutating func withoutMarkup(_ html: StoredText, in texts: inout ByteStorage) -> StoredText {
        let bytes = texts.bytes(html)
        guard !HTMLText.isPlain(bytes) else { return html }
        scratch.truncate(to: 0)
        HTMLText.appendPlain(bytes, to: &scratch)
        return texts.store(scratch.bytes())
    }

    private mutating func takeContent(_ entry: inout ResourceDraft, summary: StoredText?) {
        content = nil
        guard let chosen = entry.content.first(where: \.type.isMarkup) ?? entry.content.first else {
            guard let text = entry.summary, let summary, !text.value.isEmpty else { return }
            // The description is all there is; its markup would otherwise be lost.
            let isHTML = text.type.isMarkup && !entry.texts.areEqual(text.value, summary)
            content = Content(
                type: text.type, text: summary, html: isHTML ? text.value : nil, language: text.language)
            return
        }
        var content = Content(type: chosen.type, language: chosen.language)
        let isMissing = chosen.location != nil && chosen.value.isEmpty
        if chosen.type.isText(in: entry.texts), !isMissing {
            let isMarkup = chosen.type.isMarkup
            content.html = isMarkup ? chosen.value : nil
            content.text = isMarkup ? withoutMarkup(chosen.value, in: &entry.texts) : chosen.value
        }
        self.content = content
    }

    // MARK: People and tags

    private mutating func takeAuthors(_ entry: inout ResourceDraft) {
        authors.empty()
        for person in entry.authors { take(author: person, in: &entry.texts) }
        if entry.authors.isEmpty, let source = entry.sources.first {
            for person in source.authors {
                let (name, email) = (entry.texts.store(person.name), entry.texts.store(person.email))
                take(
                    author: PersonDraft(name: name, email: email, url: entry.texts.store(person.url)),
                    in: &entry.texts)
            }
        }
        author = authors.isEmpty ? nil : authorLine(in: &entry.texts)
    }

    private mutating func take(author person: PersonDraft, in texts: inout ByteStorage) {
        var author = PersonDraft(name: person.name, email: person.email, url: person.url)
        if let name = person.name, HTMLText.looksLikeHTML(texts.bytes(name)) {
            author.name = withoutMarkup(name, in: &texts)
        }
        guard !author.isEmpty else { return }
        for other in authors where texts.areEqual(other.name, author.name) {
            guard let a = other.email, let b = author.email else { return }
            if texts.areEqual(a, b) { return }
        }
        authors.append(author)
    }

    /// The authors' names, separated by commas.
    private mutating func authorLine(in texts: inout ByteStorage) -> StoredText {
        if authors.count == 1, let only = authors[0].name ?? authors[0].email { return only }
        scratch.truncate(to: 0)
        for author in authors {
            guard let name = author.name ?? author.email else { continue }
            if scratch.count > 0 { scratch.append(", ") }
            scratch.append(texts.bytes(name))
        }
        return texts.store(scratch.bytes())
    }

    private mutating func takeTags(_ entry: borrowing ResourceDraft) {
        tags.empty()
        categories: for category in entry.categories {
            guard let tag = (category.label ?? category.term)?.nonEmpty else { continue }
            for other in tags where entry.texts.areEqual(other, tag) { continue categories }
            tags.append(tag)
        }
    }

    // MARK: Enclosures and counts

    private mutating func takeEnclosures(_ entry: borrowing ResourceDraft) {
        enclosures.empty()
        for link in entry.links {
            guard let rel = link.rel, entry.texts.bytes(rel).equals("enclosure") else { continue }
            guard let url = link.href?.nonEmpty else { continue }
            enclosures.append(
                Enclosure(url: url, type: link.type, length: link.length.flatMap { entry.number($0) }))
        }
        media: for index in entry.extensions.outermost where entry.isExtension(index, "media", "content") {
            guard let url = entry.attribute("url", of: index) else { continue }
            guard enclosures.count < entry.partLimit else { break }
            for other in enclosures where entry.texts.areEqual(other.url, url) { continue media }
            let length = entry.attribute("filesize", of: index).flatMap { entry.number($0) }
            enclosures.append(
                Enclosure(url: url, type: entry.attribute("type", of: index), length: length))
        }
    }

    private static func commentCount(of entry: borrowing ResourceDraft) -> Int64? {
        let element = entry.extension("slash", "comments") ?? entry.extension("thr", "total")
        return element.flatMap { Int64(entry.texts.string($0.text)) }
    }
}

extension StoredText {
    /// Nil instead of an empty text.
    fileprivate var nonEmpty: StoredText? { isEmpty ? nil : self }
}

extension TextType {
    /// Whether what has this type can be read.
    fileprivate func isText(in texts: borrowing ByteStorage) -> Bool {
        guard case .other(let name) = self else { return true }
        let bytes = texts.bytes(name)
        return bytes.hasPrefixIgnoringCase("text/")
            || bytes.part(max(0, bytes.count - 3)..<bytes.count).equals("xml")
    }
}

extension ResourceDraft {
    /// Whether the extension element at `index` is `prefix:name`, whatever the case of the name.
    fileprivate func isExtension(_ index: Int, _ prefix: StaticString, _ name: StaticString) -> Bool {
        let element = extensions.elements[index]
        return texts.bytes(element.prefix).equals(prefix)
            && texts.bytes(element.name).equalsIgnoringCase(name)
    }

    /// The first extension element `prefix:name`.
    fileprivate func `extension`(_ prefix: StaticString, _ name: StaticString) -> ElementDrafts.Element? {
        guard !extensions.isEmpty else { return nil }
        for index in extensions.outermost where isExtension(index, prefix, name) {
            return extensions.elements[index]
        }
        return nil
    }

    /// The value of an attribute, by its name as it is, else by its name in any case.
    fileprivate func attribute(_ name: StaticString, of index: Int) -> StoredText? {
        let attributes = extensions.attributes[extensions.elements[index].attributes]
        let exact = attributes.first { texts.bytes($0.name).equals(name) }
        return (exact ?? attributes.first { texts.bytes($0.name).equalsIgnoringCase(name) })?.value
    }

    fileprivate func number(_ text: StoredText) -> Int64? { Int64(texts.string(text).trimmed) }
}
