import Records

extension ItemDraft {
    /// What the items of a feed take from it where they say nothing themselves.
    struct FeedDefaults {
        var format = FeedFormat.unknown
        var language: String?
        var authors: [FeedAuthor] = []
        /// What ids that mean nothing outside their feed get in front; nil leaves them.
        var idScope: String?
    }

    /// Becomes the item for an entry.
    mutating func take(_ entry: inout ResourceDraft, of feed: FeedDefaults) {
        // What is made of the texts is no longer than they are.
        entry.texts.limit = .max
        let description = entry.summary.map { lines(of: $0, in: &entry.texts) }
        summary = description.map { oneLine($0, in: &entry.texts) }?.nonEmpty
        title = entry.title.flatMap { plainText($0, in: &entry.texts).nonEmpty }
        takeContent(&entry, description: description)
        takeAuthors(&entry, inherited: feed.authors)
        takeTags(entry)
        takeEnclosures(entry)
        let publication = entry.published ?? entry.created
        published = publication.flatMap { FeedDate.parse(utf8: entry.texts.bytes($0)) }
        updated = entry.updated.flatMap { FeedDate.parse(utf8: entry.texts.bytes($0)) }
        // RSS 1.0 has only dc:date, Atom demands only the date of the last change.
        if published == nil { published = updated }
        language =
            entry.language ?? entry.content.first?.language ?? entry.title?.language
            ?? entry.texts.store(feed.language)
        comments = Self.commentCount(of: entry)
        (score, contentHash) = (nil, nil)
        url = Self.url(of: &entry)
        takeID(&entry, scope: feed.idScope)
    }

    /// The id is the entry's own, else its link, else a hash of what it says.
    private mutating func takeID(_ entry: inout ResourceDraft, scope: String?) {
        if let own = entry.id?.nonEmpty, !ItemIDs.isPlaceholder(entry.texts.bytes(own)) {
            (id, idOrigin) = (own, .document)
        } else if let url = url?.nonEmpty {
            (id, idOrigin) = (url, .link)
        } else {
            (id, idOrigin) = (ContentHash.identity(of: &self, in: &entry.texts), .hash)
        }
        if let scope, !NaturalKey.isUniversal(entry.texts.bytes(id)) {
            id = entry.texts.store(scope + "#" + entry.texts.string(id))
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
            guard let href = link.href?.nonEmpty else { continue }
            guard let rel = link.rel, Self.isElsewhere(entry.texts.bytes(rel)) else { return href }
        }
        return nil
    }

    /// Whether a link with this relation leads to something that is not the item.
    private static func isElsewhere(_ relation: Bytes) -> Bool {
        relationsElsewhere.contains(PackedWord.of(relation))
    }

    private static let relationsElsewhere = PackedWord.set(
        "enclosure self replies license hub edit icon payment author search next previous prev first last up start"
    )

    // MARK: Texts

    /// The text in one line, without markup.
    private mutating func plainText(_ text: TextDraft, in texts: inout ByteStorage) -> StoredText {
        oneLine(lines(of: text, in: &texts), in: &texts)
    }

    /// The text without markup, blocks in lines of their own.
    private mutating func lines(of text: TextDraft, in texts: inout ByteStorage) -> StoredText {
        text.type.isMarkup ? withoutMarkup(text.value, in: &texts) : text.value
    }

    private mutating func oneLine(_ text: StoredText, in texts: inout ByteStorage) -> StoredText {
        if HTMLText.isSingleLine(texts.bytes(text)) { return text }
        scratch.truncate(to: 0)
        HTMLText.appendOneLine(texts.bytes(text), to: &scratch)
        return texts.store(scratch.bytes())
    }

    private mutating func withoutMarkup(_ html: StoredText, in texts: inout ByteStorage) -> StoredText {
        let bytes = texts.bytes(html)
        guard !HTMLText.isPlain(bytes) else { return html }
        scratch.truncate(to: 0)
        HTMLText.appendPlain(bytes, keepingLines: true, to: &scratch)
        return texts.store(scratch.bytes())
    }

    /// The fullest real text becomes the content: that of an element for contents, else a description, else what
    /// extensions say.
    ///
    /// - Parameter description: the text of the entry's summary.
    private mutating func takeContent(_ entry: inout ResourceDraft, description: StoredText?) {
        content = nil
        var best: Candidate?
        for draft in entry.content {
            let candidate = Candidate(content(of: draft, in: &entry.texts), draft, in: entry.texts)
            if best.map({ candidate.isBetter(than: $0) }) ?? true { best = candidate }
        }
        if let draft = entry.summary, let description, !draft.value.isEmpty {
            let isMarkup = draft.type.isMarkup && !entry.texts.areEqual(draft.value, description)
            let found = Content(
                type: draft.type, text: description, html: isMarkup ? draft.value : nil,
                language: draft.language, base: draft.base)
            let candidate = Candidate(found, draft, in: entry.texts)
            let isLess = best.map {
                !candidate.isBetter(than: $0) && !candidate.isWhole(of: $0, in: entry.texts)
            }
            if isLess != true { best = candidate }
        }
        content = best?.content
        let isRelative = content?.html.map { HTMLText.hasRelativeAddress(entry.texts.bytes($0)) }
        if isRelative != true { content?.base = nil }
    }

    private mutating func content(of draft: TextDraft, in texts: inout ByteStorage) -> Content {
        var content = Content(type: draft.type, language: draft.language, base: draft.base)
        let isMissing = draft.location != nil && draft.value.isEmpty
        if draft.type.isText(in: texts), !isMissing {
            content.html = draft.type.isMarkup ? draft.value : nil
            content.text = lines(of: draft, in: &texts)
        }
        return content
    }

    /// A text that may become the content.
    private struct Candidate {
        let content: Content
        let worth: TextDraft.Worth
        /// Whether there is something to read or to look at.
        let isReal: Bool

        init(_ content: Content, _ draft: TextDraft, in texts: borrowing ByteStorage) {
            self.content = content
            worth = draft.worth
            if let text = content.text, !text.isEmpty {
                isReal = !ItemIDs.isPlaceholder(texts.bytes(text))
            } else {
                isReal = content.html.map { HTMLText.hasMedia(texts.bytes($0)) } ?? false
            }
        }

        /// Of two of the same kind the one with markup, then the longer one is better.
        func isBetter(than other: Candidate) -> Bool {
            if isReal != other.isReal { return isReal }
            if worth != other.worth { return worth > other.worth }
            if (content.html != nil) != (other.content.html != nil) { return content.html != nil }
            return content.text?.count ?? 0 > other.content.text?.count ?? 0
        }

        /// Whether the other text is only the beginning of this one.
        func isWhole(of other: Candidate, in texts: borrowing ByteStorage) -> Bool {
            guard worth == .description, let own = content.text, let text = other.content.text,
                own.count > text.count
            else { return false }
            var start = texts.bytes(text)
            for ellipsis: StaticString in ["...", "…", "[...]", "[…]"]
            where start.count > ellipsis.utf8CodeUnitCount {
                let rest = start.count - ellipsis.utf8CodeUnitCount
                if start.part(rest..<start.count).equals(ellipsis) { start = start.part(0..<rest).trimmed }
            }
            return !start.isEmpty && texts.bytes(own).part(0..<start.count).equals(start)
        }
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
    var nonEmpty: StoredText? { isEmpty ? nil : self }
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
