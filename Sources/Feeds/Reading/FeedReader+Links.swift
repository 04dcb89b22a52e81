/// Links, enclosures, categories and generators: what is told by attributes.
extension FeedReader {
    /// What the attributes say, but for the address.
    private mutating func linkAttributes() -> LinkDraft {
        var link = LinkDraft()
        link.rel = store(lowercasedAttribute: "rel")?.nonEmpty
        link.type = store(lowercasedAttribute: "type")
        link.title = store(attribute: "title")
        link.hreflang = store(attribute: "hreflang")
        link.length = store(attribute: "length")
        return link
    }

    @inline(__always)
    private mutating func store(lowercasedAttribute name: StaticString) -> StoredText? {
        guard let value = tokenizer.attribute(name) else { return nil }
        return update { $0.texts.store(lowercased: Self.relation(value)) }
    }

    /// A relation without what RFC 4287 allows to stand in front of a registered one.
    private static func relation(_ value: Bytes) -> Bytes {
        let value = value.trimmed
        let registry: StaticString = "http://www.iana.org/assignments/relation/"
        guard value.hasPrefixIgnoringCase(registry) else { return value }
        return value.part(registry.utf8CodeUnitCount..<value.count)
    }

    private var writtenAddress: Bytes? {
        tokenizer.attribute("href") ?? tokenizer.attribute("url") ?? tokenizer.attribute("uri")
    }

    mutating func startLink() {
        guard !isInImage, !isInTextInput else { return }
        guard !tokenizer.attributes.isEmpty else { return update { $0.add(LinkDraft()) } }
        var link = linkAttributes()
        if let written = writtenAddress { link.href = store(address: written) }
        update {
            $0.add(link)
            if let href = link.href, !href.isEmpty, link.isMain(in: $0.texts) {
                $0.take(link: href, worth: .attribute)
            }
        }
    }

    /// A link whose address is its text, as in RSS.
    mutating func endLink(_ value: Bytes) {
        guard !value.isEmpty else { return }
        if isInImage || isInTextInput { return endPartLink(value) }
        let address = store(address: value)
        let worth = format.declaresTextTypes ? LinkWorth.attribute : .own
        update {
            guard let last = $0.links.indices.last, $0.links[last].href == nil else { return }
            $0.links[last].href = address
            if $0.links[last].isMain(in: $0.texts) { $0.take(link: address, worth: worth) }
        }
    }

    private mutating func endPartLink(_ value: Bytes) {
        let address = URLReference.resolve(String(valid: value), in: base)
        if isInImage { updateImage { $0.link = address } } else { updateTextInput { $0.link = address } }
    }

    mutating func startEnclosure() {
        var link = linkAttributes()
        // What is empty is no file, least of all the page that an empty reference means.
        guard let written = writtenAddress?.trimmed, !written.isEmpty else { return }
        link.href = store(address: written)
        update {
            link.rel = $0.texts.store("enclosure")
            $0.add(link)
        }
    }

    mutating func startCategory(prefix: String) {
        if tokenizer.attributes.isEmpty, prefix.isEmpty || prefix == "dc" { return }
        var category = CategoryDraft(term: store(attribute: prefix == "itunes" ? "text" : "term"))
        category.scheme = store(attribute: "scheme") ?? store(attribute: "domain")
        category.label = store(attribute: "label")
        if prefix == "itunes" {
            category.scheme = store(Self.itunesScheme)
        } else if prefix == "media", category.scheme == nil {
            category.scheme = store("http://search.yahoo.com/mrss/category_schema")
        }
        update { $0.add(category) }
    }

    mutating func endCategory(_ value: Bytes) {
        guard !value.isEmpty else { return }
        let term = store(value)
        update {
            if let last = $0.categories.indices.last, $0.categories[last].term?.isEmpty ?? true {
                $0.categories[last].term = term
            } else {
                $0.add(CategoryDraft(term: term))
            }
        }
    }

    static let itunesScheme = "http://www.itunes.com/"

    /// Comma-separated words.
    mutating func endTagList(_ value: Bytes, scheme: String?) {
        let scheme = store(scheme)
        for word in value.split(separator: UInt8(ascii: ",")) {
            let term = Bytes(rebasing: word).trimmed
            if !term.isEmpty { update { $0.add(CategoryDraft(term: $0.texts.store(term), scheme: scheme)) } }
        }
    }

    mutating func startGenerator() {
        let address =
            tokenizer.attribute("url") ?? tokenizer.attribute("uri") ?? tokenizer.attribute("href")
        let url = address.map { URLReference.resolve(String(valid: $0), in: base) }
        let version = tokenizer.attributeText("version")
        update { $0.generator = FeedGenerator(url: url, version: version) }
    }
}

extension LinkDraft {
    /// Whether the link is the page that is described: `alternate`, which is meant when nothing is said, and
    /// HTML.
    fileprivate func isMain(in texts: borrowing TextStore) -> Bool {
        if let rel, !texts.bytes(rel).equals("alternate") { return false }
        guard let type else { return true }
        let mime = FeedText.mimeType(texts.string(type))
        return mime == FeedText.html || mime == FeedText.xhtml
    }
}
