import Notation
import Records

/// A feed as RSS 2.0, with the modules that it takes to carry a whole item: content, dc, media, and elements of Atom.
struct RSSDocument {
    let head: FeedHead
    let items: [WrittenItem]

    var bytes: [UInt8] {
        var xml = XMLWriter(depth: 1)
        xml.begin("channel")
        xml.element("title", plain(head.title))
        xml.element("link", head.home ?? head.url)
        xml.element("description", HTMLText.escaped(head.description ?? head.title))
        if let url = head.url {
            xml.element(
                "atom:link", nil, [("rel", "self"), ("type", "application/rss+xml"), ("href", url)])
        }
        xml.optional("language", head.language)
        if let author = head.author {
            if author.email != nil {
                xml.element("managingEditor", line(author))
            } else {
                xml.optional("dc:creator", author.name)
            }
        }
        xml.optional("lastBuildDate", FeedWriter.lastChange(items)?.mailDate)
        xml.element("generator", "\(FeedWriter.program.name) \(FeedWriter.program.page)")
        for item in items { write(item, to: &xml) }
        xml.end("channel")
        return FeedWriter.document("rss", "version=\"2.0\"", head, xml)
    }

    private func write(_ item: WrittenItem, to xml: inout XMLWriter) {
        xml.begin("item", item.language.map { [("xml:lang", $0)] } ?? [])
        let isLink = item.url?.isSame(as: item.id) ?? false
        xml.element("guid", item.id, isLink ? [] : [("isPermaLink", "false")])
        xml.optional("title", item.title.map(plain))
        xml.optional("link", item.url)
        writeTexts(of: item, to: &xml)
        for author in item.authors { write(author, to: &xml) }
        for tag in item.tags { xml.element("category", tag) }
        xml.optional("pubDate", item.published?.mailDate)
        if let updated = item.updated { xml.element("atom:updated", updated.rfc3339) }
        writeEnclosures(of: item, to: &xml)
        if let url = item.feed.url { xml.element("source", item.feed.title, [("url", url)]) }
        xml.optional("dc:language", item.languageBesideTexts)
        if let comments = item.comments { xml.element("slash:comments", String(comments)) }
        FeedExtensions.write(item, to: &xml)
        xml.end("item")
    }

    /// A description is HTML to whoever reads it, and so is the content.
    private func writeTexts(of item: WrittenItem, to xml: inout XMLWriter) {
        let content = item.content.map { $0.html ?? html($0.text ?? "") }
        let language = item.content?.language.map { [("xml:lang", $0)] } ?? []
        if item.summaryIsContent {
            xml.optional("description", content, language)
            return
        }
        if let summary = item.summary {
            xml.element("description", HTMLText.escaped(summary))
        } else if item.title == nil {
            // One of both there has to be.
            xml.element("description", nil)
        }
        xml.optional("content:encoded", content, language)
    }

    /// Plain text as paragraphs and lines.
    private func html(_ text: String) -> String {
        let paragraphs = HTMLText.escaped(text).split(separator: "\n\n")
        guard paragraphs.count > 1 else { return lines(paragraphs.first ?? "") }
        return paragraphs.map { "<p>\(lines($0))</p>" }.joined()
    }

    private func lines(_ text: Substring) -> String {
        text.split(separator: "\n").joined(separator: "<br>")
    }

    /// Plain text where readers guess whether it is HTML: what looks like that is written as HTML.
    private func plain(_ text: String) -> String {
        HTMLText.looksLikeHTML(text) ? HTMLText.escaped(text) : text
    }

    /// `dc:creator` is a name and `author` a mail address; who has more is an element of Atom. Each stands once: readers
    /// take two mentions for two people.
    private func write(_ author: WrittenItem.Author, to xml: inout XMLWriter) {
        if author.url == nil, author.email == nil { return xml.optional("dc:creator", author.name) }
        if author.url == nil, author.name == nil { return xml.optional("author", author.email) }
        xml.begin("atom:author")
        xml.element("atom:name", author.name)
        xml.optional("atom:uri", author.url)
        xml.optional("atom:email", author.email)
        xml.end("atom:author")
    }

    private func line(_ author: WrittenItem.Author) -> String {
        guard let email = author.email else { return author.name ?? "" }
        return author.name.map { "\(email) (\($0))" } ?? email
    }

    /// An `enclosure` has a type and is the only one; files beside it are elements of Media RSS.
    private func writeEnclosures(of item: WrittenItem, to xml: inout XMLWriter) {
        let media = FeedExtensions.media(of: item)
        for (place, enclosure) in item.enclosures.enumerated() {
            if place == 0, let type = enclosure.type {
                let length = String(enclosure.length ?? 0)
                xml.element("enclosure", nil, [("url", enclosure.url), ("length", length), ("type", type)])
            } else if !media.contains(Array(enclosure.url.utf8)) {
                var attributes = [("url", enclosure.url)]
                if let type = enclosure.type { attributes.append(("type", type)) }
                if let length = enclosure.length { attributes.append(("fileSize", String(length))) }
                xml.element("media:content", nil, attributes)
            }
        }
    }
}
