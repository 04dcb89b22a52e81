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
        takeTags(entry.categories, in: entry.texts)
        takeEnclosures(entry.links, entry.extensions, limit: entry.partLimit, in: entry.texts)
        let publication = entry.published ?? entry.created
        published = publication.flatMap { FeedDate.parse(utf8: entry.texts.bytes($0)) }
        updated = entry.updated.flatMap { FeedDate.parse(utf8: entry.texts.bytes($0)) }
        // RSS 1.0 has only dc:date, Atom demands only the date of the last change.
        if published == nil { published = updated }
        language =
            entry.language ?? entry.content.first?.language ?? entry.title?.language
            ?? entry.texts.store(feed.language)
        comments = Self.commentCount(entry.extensions, in: entry.texts)
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
        if let original = entry.extensions.first("feedburner", "origlink", in: entry.texts),
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
    private mutating func plainText(_ text: TextDraft, in texts: inout TextStore) -> StoredText {
        oneLine(lines(of: text, in: &texts), in: &texts)
    }

    /// A text without markup.
    private struct PlainText {
        let text: StoredText
        let spacing: HTMLText.Spacing
    }

    /// The text without markup, blocks in lines of their own.
    private mutating func lines(of text: TextDraft, in texts: inout TextStore) -> PlainText {
        let bytes = texts.bytes(text.value)
        guard text.type.isMarkup else {
            return PlainText(text: text.value, spacing: HTMLText.isSingleLine(bytes) ? .oneLine : .any)
        }
        guard !HTMLText.isPlain(bytes) else { return PlainText(text: text.value, spacing: .oneLine) }
        scratch.removeAll()
        let spacing = HTMLText.appendPlain(bytes, keepingLines: true, to: &scratch)
        return PlainText(text: texts.store(scratch.bytes), spacing: spacing)
    }

    private mutating func oneLine(_ plain: PlainText, in texts: inout TextStore) -> StoredText {
        guard plain.spacing != .oneLine else { return plain.text }
        scratch.removeAll()
        HTMLText.appendOneLine(texts.bytes(plain.text), plain.spacing, to: &scratch)
        return texts.store(scratch.bytes)
    }

    /// The fullest real text becomes the content: that of an element for contents, else a description, else what
    /// extensions say.
    ///
    /// - Parameter description: the text of the entry's summary.
    private mutating func takeContent(_ entry: inout ResourceDraft, description: PlainText?) {
        content = nil
        var best: Candidate?
        for draft in entry.content {
            let candidate = Candidate(content(of: draft, in: &entry.texts), draft, in: entry.texts)
            if best.map({ candidate.isBetter(than: $0) }) ?? true { best = candidate }
        }
        if let draft = entry.summary, let description, !draft.value.isEmpty {
            let isMarkup = draft.type.isMarkup && !entry.texts.areEqual(draft.value, description.text)
            let found = Content(
                type: draft.type, text: description.text, spacing: description.spacing,
                html: isMarkup ? draft.value : nil, language: draft.language, base: draft.base)
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

    private mutating func content(of draft: TextDraft, in texts: inout TextStore) -> Content {
        var content = Content(type: draft.type, language: draft.language, base: draft.base)
        let isMissing = draft.location != nil && draft.value.isEmpty
        if draft.type.isText(in: texts), !isMissing {
            content.html = draft.type.isMarkup ? draft.value : nil
            let plain = lines(of: draft, in: &texts)
            (content.text, content.spacing) = (plain.text, plain.spacing)
        }
        return content
    }

    /// A text that may become the content.
    private struct Candidate {
        let content: Content
        let worth: TextDraft.Worth
        /// Whether there is something to read or to look at.
        let isReal: Bool

        init(_ content: Content, _ draft: TextDraft, in texts: borrowing TextStore) {
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
        func isWhole(of other: Candidate, in texts: borrowing TextStore) -> Bool {
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
}

extension StoredText {
    /// Nil instead of an empty text.
    var nonEmpty: StoredText? { isEmpty ? nil : self }
}

extension TextType {
    /// Whether what has this type can be read.
    fileprivate func isText(in texts: borrowing TextStore) -> Bool {
        guard case .other(let name) = self else { return true }
        let bytes = texts.bytes(name)
        return bytes.hasPrefixIgnoringCase("text/")
            || bytes.part(max(0, bytes.count - 3)..<bytes.count).equals("xml")
    }
}
