import Testing

@testable import Feeds

/// Which link is an item's, and what relative addresses are relative to.
@Suite("An address")
struct FeedAddressTests {
    private static let atom = "xmlns:atom='http://www.w3.org/2005/Atom'"

    @Test(
        "of an RSS item is its own link, whatever Atom's say",
        arguments: [
            "<link>https://e.org/1</link><atom:link href='https://e.org/1.atom'/>",
            "<atom:link href='https://e.org/1.atom'/><link>https://e.org/1</link>",
            "<atom:link rel='alternate' href='https://e.org/1'/><atom:link rel='self' href='https://e.org/s'/>",
            "<atom:link rel='http://www.iana.org/assignments/relation/alternate' href='https://e.org/1'/>",
            "<link>https://e.org/1</link><atom:link rel='enclosure' href='https://e.org/1.mp3'/>",
            "<link>https://e.org/1</link><link/>",
            "<atom:link rel='edit' href='https://e.org/e'/><atom:link rel='' href='https://e.org/1'/>",
            "<link>\n  https://e.org/\n  1</link>"
        ])
    func main(links: String) throws {
        let item = try #require(parse(rss("<item \(Self.atom)><title>t</title>\(links)</item>")).items.first)
        #expect(item.url == "https://e.org/1")
    }

    @Test(
        "has no line breaks, whether it is written in an attribute or not",
        arguments: ["\n  ", "\t", "\r\n\t", "&#10;", "&#xA;  ", "&#9;&#13;"])
    func lineBreaks(written: String) throws {
        let item = """
            <item \(Self.atom)><title>t</title><atom:link href=' https://e.org/\(written)1\n'/>
            <enclosure url='https://e.org/\(written)a.mp3' type='audio/mpeg'/>
            <media:content url='https://e.org/\(written)b.mp4' type='video/mp4'/>
            <description xml:base='https://e.org/\(written)d/'>&lt;img src="\(written)c.png"&gt;</description></item>
            """
        let parsed = try #require(parse(rss(item)).items.first)
        #expect(parsed.url == "https://e.org/1")
        #expect(parsed.enclosures.map(\.url) == ["https://e.org/a.mp3", "https://e.org/b.mp4"])
        #expect(parsed.content?.base == "https://e.org/d/")
        #expect(
            HTMLSanitizer.safe(parsed.content?.html ?? "", base: parsed.content?.base)
                == #"<img src="https://e.org/d/c.png" />"#)
    }

    @Test("of a file that is given twice is one, with all that is said of it")
    func fileTwice() throws {
        let item = try #require(
            parse(
                rss(
                    """
                    <item><title>t</title><enclosure url='https://e.org/a.mp3'/><enclosure url=' '/><enclosure/>
                    <media:content url='https://e.org/a.mp3' type='audio/mpeg' fileSize='12'/>
                    <media:content url='' type='audio/mpeg'/></item>
                    """)
            ).items.first)
        #expect(item.enclosures == [.init(url: "https://e.org/a.mp3", type: "audio/mpeg", length: 12)])
    }

    @Test("that is the text of a link obeys its relation")
    func textOfEnclosure() throws {
        let (items, _) = parse(
            """
            <feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:1</id><link href='https://e.org/1'/>\
            <link rel='enclosure' type='image/png'>https://e.org/1.png</link>\
            <link rel='replies' href='https://e.org/1/comments'/></entry></feed>
            """)
        #expect(items.first?.url == "https://e.org/1")
        #expect(items.first?.enclosures.map(\.url) == ["https://e.org/1.png"])
    }

    @Test("in RSS is relative to the site, in Atom to the document, unless xml:base says otherwise")
    func bases() throws {
        let item = """
            <item><link>/1</link><enclosure url='1.mp3'/><media:content url='/1.png'/>\
            <description>&lt;img src='i.png'&gt;</description></item>
            """
        let found = try #require(parse(rss(item), context: .init(url: "https://feeds.e.net/x")).items.first)
        #expect(found.url == "https://example.com/1")
        #expect(found.enclosures.map(\.url) == ["https://example.com/1.mp3", "https://example.com/1.png"])
        #expect(found.content?.base == "https://example.com/")
        let saved = try #require(parse(rss(item)).items.first)
        #expect(saved.url == "https://example.com/1")

        let entry =
            "<entry xml:base='a/'><id>urn:1</id><link href='1'/></entry><entry><id>urn:2</id><link href='2'/></entry>"
        let atom =
            "<link rel='self' href='https://e.org/feed'/><link href='https://site.example/'/>\(entry)</feed>"
        let open = "<feed xmlns='http://www.w3.org/2005/Atom'"
        let plain = parse("\(open)>\(atom)", context: .init(url: "https://e.net/f")).items
        #expect(plain.map(\.url) == ["https://e.net/a/1", "https://e.net/2"])
        let based = parse("\(open) xml:base='https://b.org/'>\(atom)", context: .init(url: "https://e.net/f"))
        #expect(based.items.map(\.url) == ["https://b.org/a/1", "https://b.org/2"])
        #expect(parse("\(open)>\(atom)").items.last?.url == "https://e.org/2")

        let json =
            #"{"version": "https://jsonfeed.org/version/1.1", "feed_url": "https://e.org/f.json", "items": [{"id": "1", "url": "1"}]}"#
        #expect(parse(json).items.first?.url == "https://e.org/1")
    }

    @Test(
        "that needs a base is told from one that does not",
        arguments: [
            ("<img src='i.png'>", true), ("<a href=\"/x\">", true), ("<a href=//h/x>", true),
            ("<img src='https://e.org/i.png'>", false), ("<a href='#note'>", false), ("a = b", false),
            ("<a href='mailto:a@b.c'>", false), ("<img srcset='a.png 2x'>", true)
        ])
    func relative(html: String, isRelative: Bool) {
        var html = html
        #expect(html.withUTF8 { HTMLText.hasRelativeAddress($0) } == isRelative)
    }
}
