/// Links, enclosures, categories and generators: what is told by attributes.
extension FeedReader {
    private mutating func linkAttributes() -> FeedLink {
        let href = tokenizer.attribute("href") ?? tokenizer.attribute("url") ?? tokenizer.attribute("uri")
        var link = FeedLink(href: href)
        link.rel = tokenizer.attribute("rel").map { $0.asciiLowercased }
        link.type = tokenizer.attribute("type").map { $0.asciiLowercased }
        link.title = tokenizer.attribute("title")
        link.hreflang = tokenizer.attribute("hreflang")
        link.length = tokenizer.attribute("length")
        return link
    }

    mutating func startLink() {
        guard !isInImage, !isInTextInput else { return }
        guard !tokenizer.attributes.isEmpty else { return update { $0.links.append(FeedLink(href: nil)) } }
        var link = linkAttributes()
        if let href = link.href { link.href = URLReference.resolve(href, in: base) }
        update {
            $0.links.append(link)
            if let href = link.href, link.isMainLink { $0.link = href }
        }
    }

    /// A link whose address is its text, as in RSS.
    mutating func endLink(_ value: String) {
        guard !value.isEmpty else { return }
        let address = URLReference.resolve(value, in: base)
        if isInImage { return updateImage { $0.link = address } }
        if isInTextInput { return updateTextInput { $0.link = address } }
        update {
            guard let last = $0.links.indices.last, $0.links[last].href == nil else { return }
            $0.links[last].href = address
            $0.link = address
        }
    }

    mutating func startEnclosure() {
        var link = linkAttributes()
        link.rel = "enclosure"
        update { $0.links.append(link) }
    }

    mutating func startCategory(prefix: String) {
        if tokenizer.attributes.isEmpty, prefix.isEmpty || prefix == "dc" { return }
        var category = FeedCategory(term: tokenizer.attribute("term"))
        category.scheme = tokenizer.attribute("scheme") ?? tokenizer.attribute("domain")
        category.label = tokenizer.attribute("label")
        if prefix == "itunes" {
            category.term = tokenizer.attribute("text")
            category.scheme = "http://www.itunes.com/"
        } else if prefix == "media", category.scheme == nil {
            category.scheme = "http://search.yahoo.com/mrss/category_schema"
        }
        add(category)
    }

    mutating func endCategory(_ value: String) {
        guard !value.isEmpty else { return }
        var isNew = true
        update {
            guard let last = $0.categories.indices.last, $0.categories[last].term?.isEmpty ?? true else {
                return
            }
            $0.categories[last].term = value
            isNew = false
        }
        if isNew { add(FeedCategory(term: value)) }
    }

    /// Categories that differ in nothing are one.
    mutating func add(_ category: FeedCategory) {
        guard category.term ?? category.scheme ?? category.label != nil else { return }
        update { if !$0.categories.contains(category) { $0.categories.append(category) } }
    }

    /// Comma-separated words.
    mutating func endTagList(_ value: String, scheme: String?) {
        for word in value.split(separator: ",") {
            let term = String(word).trimmed
            if !term.isEmpty { add(FeedCategory(term: term, scheme: scheme)) }
        }
    }

    mutating func startGenerator() {
        let address = tokenizer.attribute("url") ?? tokenizer.attribute("uri") ?? tokenizer.attribute("href")
        let url = address.map { URLReference.resolve($0, in: base) }
        let version = tokenizer.attribute("version")
        update { $0.generator = FeedGenerator(url: url, version: version) }
    }
}

extension FeedLink {
    /// Whether the link is the page that is described: `alternate`, which is meant when nothing is said, and
    /// HTML.
    var isMainLink: Bool {
        guard rel == nil || rel == "alternate" else { return false }
        guard let type else { return true }
        let mime = FeedText.mimeType(type)
        return mime == FeedText.html || mime == FeedText.xhtml
    }
}
