extension FeedItem {
    /// The item for an entry of a feed.
    ///
    /// The id is the entry's own, else its link, else a hash of title and content.
    package init(entry: FeedResource, feed: Feed, format: FeedFormat, language: String?, source: String?) {
        let summary = entry.summary.map(Self.plainText)
        self.init(id: entry.id ?? "")
        url = Self.url(of: entry)
        title = entry.title.map(Self.plainText).flatMap { $0.isEmpty ? nil : $0 }
        self.summary = summary.flatMap { $0.isEmpty ? nil : $0 }
        content = Self.content(of: entry, summary: summary)
        authors = Self.authors(of: entry)
        author = authors.isEmpty ? nil : authors.compactMap { $0.name ?? $0.email }.joined(separator: ", ")
        tags = Self.tags(of: entry)
        published = (entry.published ?? entry.created).flatMap(FeedDate.parse)
        updated = entry.updated.flatMap(FeedDate.parse)
        // RSS 1.0 has only dc:date, which is when the item came out.
        if published == nil, !format.declaresTextTypes { published = updated }
        enclosures = Self.enclosures(of: entry)
        self.language = entry.language ?? entry.content.first?.language ?? entry.title?.language ?? language
        self.feed = feed
        self.source = source
        extensions = entry.extensions
        comments = Self.commentCount(of: entry)
        if id.isEmpty { id = url ?? "" }
        if id.isEmpty {
            let hash = ContentHash.of(self)
            (id, contentHash) = (hash, hash)
        }
    }

    static func plainText(_ text: FeedText) -> String {
        text.isMarkup ? HTMLText.plain(text.value) : HTMLText.singleLine(text.value)
    }

    private static func url(of entry: FeedResource) -> String? {
        if !entry.extensions.isEmpty, let original = entry.extensions.first("feedburner", "origlink"),
            URLReference.isWeb(original.text)
        {
            return original.text
        }
        if let link = entry.link, !link.isEmpty { return link }
        if let id = entry.id, let link = entry.idLink, URLReference.isWeb(id) || id.hasPrefix("/") {
            return link
        }
        return entry.links.first { $0.rel != "enclosure" && $0.rel != "self" && $0.href != nil }?.href
    }

    private static func content(of entry: FeedResource, summary: String?) -> Content? {
        guard let chosen = entry.content.first(where: \.isMarkup) ?? entry.content.first else {
            guard let text = entry.summary, let summary, !text.value.isEmpty else { return nil }
            // The description is all there is; its markup would otherwise be lost.
            return Content(
                type: text.type, text: summary,
                html: text.isMarkup && text.value != summary ? text.value : nil,
                language: text.language)
        }
        var content = Content(type: chosen.type, language: chosen.language)
        guard chosen.isMarkup || chosen.type.hasPrefix("text/") || chosen.type.hasSuffix("xml") else {
            return content
        }
        guard chosen.location == nil || !chosen.value.isEmpty else { return content }
        content.html = chosen.isMarkup ? chosen.value : nil
        content.text = chosen.isMarkup ? HTMLText.plain(chosen.value) : chosen.value
        return content
    }

    private static func authors(of entry: FeedResource) -> [Author] {
        guard !entry.authors.isEmpty || !entry.sources.isEmpty else { return [] }
        let people = entry.authors.isEmpty ? entry.sources[0].authors : entry.authors
        var result: [Author] = []
        for person in people {
            let name = person.name.map { HTMLText.looksLikeHTML($0) ? HTMLText.plain($0) : $0 }
            let author = Author(name: name, url: person.url, email: person.email)
            guard author != Author(), !result.contains(where: { $0.isSame(as: author) }) else { continue }
            result.append(author)
        }
        return result
    }

    private static func tags(of entry: FeedResource) -> [String] {
        guard !entry.categories.isEmpty else { return [] }
        var result: [String] = []
        for category in entry.categories {
            guard let tag = category.label ?? category.term, !tag.isEmpty, !result.contains(tag) else {
                continue
            }
            result.append(tag)
        }
        return result
    }

    private static func enclosures(of entry: FeedResource) -> [Enclosure] {
        var result: [Enclosure] = []
        for link in entry.links where link.rel == "enclosure" {
            guard let url = link.href, !url.isEmpty else { continue }
            result.append(
                Enclosure(url: url, type: link.type, length: link.length.flatMap { Int64($0.trimmed) }))
        }
        for element in entry.extensions where element.is("media", "content") {
            guard let url = element.attribute("url"), !result.contains(where: { $0.url == url }) else {
                continue
            }
            let length = element.attribute("filesize").flatMap { Int64($0.trimmed) }
            result.append(Enclosure(url: url, type: element.attribute("type"), length: length))
        }
        return result
    }

    private static func commentCount(of entry: FeedResource) -> Int64? {
        guard !entry.extensions.isEmpty else { return nil }
        let element = entry.extensions.first("slash", "comments") ?? entry.extensions.first("thr", "total")
        return element.flatMap { Int64($0.text) }
    }
}

extension FeedItem.Author {
    fileprivate func isSame(as other: FeedItem.Author) -> Bool {
        name == other.name && (email == other.email || email == nil || other.email == nil)
    }
}
