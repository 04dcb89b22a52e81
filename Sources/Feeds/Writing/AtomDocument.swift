import Notation
import Records

/// A feed as Atom (RFC 4287).
struct AtomDocument {
    let head: FeedHead
    let items: [WrittenItem]

    var bytes: [UInt8] {
        var xml = XMLWriter(depth: 1)
        xml.element("id", Self.id(ofFeed: head))
        xml.element("title", head.title)
        xml.optional("subtitle", head.description)
        xml.element("updated", (FeedWriter.lastChange(items) ?? Timestamp(nanosecondsSince1970: 0)).rfc3339)
        if let home = head.home { xml.element("link", nil, [("rel", "alternate"), ("href", home)]) }
        if let url = head.url {
            xml.element(
                "link", nil, [("rel", "self"), ("type", "application/atom+xml"), ("href", url)])
        }
        if let author = head.author { write(author, to: &xml) }
        xml.element("generator", FeedWriter.program.name, [("uri", FeedWriter.program.page)])
        for item in items { write(item, to: &xml) }
        var attributes = "xmlns=\"http://www.w3.org/2005/Atom\""
        // A checked language tag needs no escapes.
        if let language = head.language { attributes += " xml:lang=\"\(language)\"" }
        return FeedWriter.document("feed", attributes, head, xml)
    }

    private func write(_ item: WrittenItem, to xml: inout XMLWriter) {
        xml.begin("entry", item.language.map { [("xml:lang", $0)] } ?? [])
        xml.element("id", Self.id(item.id))
        xml.element("title", item.title)
        if let url = item.url { xml.element("link", nil, [("rel", "alternate"), ("href", url)]) }
        // An entry has one date at least, that of its last change.
        let updated = item.updated ?? item.published ?? Timestamp(nanosecondsSince1970: 0)
        xml.element("updated", updated.rfc3339)
        xml.optional("published", item.published?.rfc3339)
        for author in item.authors { write(author, to: &xml) }
        // An entry without an author must not stand in a feed without one.
        if item.authors.isEmpty, head.author == nil { write(WrittenItem.Author(), to: &xml) }
        for tag in item.tags { xml.element("category", nil, [("term", tag)]) }
        xml.optional("summary", item.summary)
        write(item.content, of: item, to: &xml)
        for enclosure in item.enclosures {
            var attributes = [("rel", "enclosure"), ("href", enclosure.url)]
            if let type = enclosure.type { attributes.append(("type", type)) }
            if let length = enclosure.length { attributes.append(("length", String(length))) }
            xml.element("link", nil, attributes)
        }
        writeSource(item.feed, to: &xml)
        xml.optional("dc:language", item.languageBesideTexts)
        if let comments = item.comments { xml.element("thr:total", String(comments)) }
        FeedExtensions.write(item, to: &xml)
        xml.end("entry")
    }

    private func write(_ content: WrittenItem.Content?, of item: WrittenItem, to xml: inout XMLWriter) {
        let language = content?.language.map { [("xml:lang", $0)] } ?? []
        if let html = content?.html {
            xml.element("content", html, [("type", "html")] + language)
        } else if let text = content?.text {
            xml.element("content", text, [("type", content?.type ?? "text")] + language)
        } else if item.url == nil {
            // An entry that leads nowhere has a content.
            xml.element("content", nil)
        }
    }

    private func write(_ author: WrittenItem.Author, to xml: inout XMLWriter) {
        xml.begin("author")
        xml.element("name", author.name ?? author.email ?? author.url)
        xml.optional("uri", author.url)
        xml.optional("email", author.email)
        xml.end("author")
    }

    private func writeSource(_ feed: FeedReference, to xml: inout XMLWriter) {
        guard let address = feed.url ?? feed.home else { return }
        xml.begin("source")
        xml.element("id", address)
        xml.optional("title", feed.title)
        if let url = feed.url { xml.element("link", nil, [("rel", "self"), ("href", url)]) }
        if let home = feed.home { xml.element("link", nil, [("rel", "alternate"), ("href", home)]) }
        xml.end("source")
    }

    /// An id has to be an IRI here; one that is none becomes part of one.
    static func id(_ id: String) -> String {
        var key = id
        if key.withUTF8({ NaturalKey.isUniversal($0) }) { return CarriedText.encoded(id) }
        return "urn:feedspine:item:" + PercentEncoding.encode(id.utf8)
    }

    private static func id(ofFeed head: FeedHead) -> String {
        head.url ?? head.home ?? "urn:feedspine:feed:" + PercentEncoding.encode(head.pipeline.utf8)
    }
}
