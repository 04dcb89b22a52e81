import Notation
import Records
import TestSupport
import Testing

@testable import Feeds

/// Whatever a feed holds, its items are read or left out, within bounds, and however it comes in pieces they are the
/// same.
@Suite struct FuzzTests {
    static let rss = [
        """
        <!DOCTYPE rss [<!ENTITY a "AAAA"><!ENTITY b "&#38;">]>
        <rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xml:base="http://a/b/" xml:lang="en">
        <channel><title>T &a;</title><link>http://a/</link><ttl>60</ttl><skipHours><hour>24</hour></skipHours>
        <item><title>A &amp; &b; &eacute; &lt;b&gt;</title><link>c?x=1&amp;y=2</link><guid isPermaLink="false">g1</guid>
        <description><![CDATA[<p>one ]] > two</p>]]></description><pubDate>Sat, 21 Nov 2026 10:00:00 +0100</pubDate>
        <enclosure url="e.mp3" length="12345" type="audio/mpeg"/><category domain="d">x,y</category>
        <author>a@b.example (Ann)</author></item>
        <item><media:group><media:content url="u" fileSize="9"/></media:group><foo bar="&a;" n='1'><b c="d"/>t</foo>
        <slash:comments>12</slash:comments><source url="s">S</source></item></channel></rss>
        """
    ]

    static let atom = [
        """
        <?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">
        <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">T <em>x</em></div></title>
        <link rel="self" href="/f"/><updated>2026-11-21T10:00:00.5Z</updated>
        <entry xml:base="http://b/"><id>1</id><author><name>N</name><uri>u</uri></author>
        <content type="html">&lt;p&gt;é&lt;/p&gt;</content><link href="l" rel="enclosure" length="5"/></entry>
        <entry><id>2</id><summary type="xhtml"><div><svg xmlns="http://www.w3.org/2000/svg"/></div></summary>
        <content type="application/octet-stream">QUJD</content><published>2026-11-21</published></entry></feed>
        """
    ]

    static let rdf = [
        """
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://a/"><title>T</title>
        <image><url>i.png</url></image></channel>
        <item rdf:about="http://a/1"><title>One</title><dc:date>2026-11-21T10:00+01:00</dc:date>
        <dc:creator>Ann</dc:creator></item><item rdf:about="2"><link>2</link></item></rdf:RDF>
        """
    ]

    static let json = [
        #"""
        {"version":"https://jsonfeed.org/version/1.1","title":"é\"","feed_url":"f","_x":{"y":[1]},"items":[
        {"id":"1","content_html":"<p>x\\</p>","date_published":"2026-11-21T10:00:00Z","attachments":[{"url":"e",
        "size_in_bytes":12}],"authors":[{"name":"A"}],"_ext":{"n":1e3,"o":{"p":null}}},{"id":2,"tags":["a","]"]}],
        "language":"en","description":"d"}
        """#
    ]

    static let words = [
        "<", ">", "</", "/>", "&", "&a;", "&#", "&#x10FFFF;", "\"", "'", "=\"", "]]>", "<![CDATA[", "<!--",
        "-->",
        "<?", "<item>", "</item>", "<entry>", "</feed>", "<content type=\"xhtml\"><div>", "</div>", "<br>",
        "xmlns=\"",
        "xml:base=\"", "<!DOCTYPE x [", "{", "}", "[", "]", ",", ":", "\\", "\\u00", "\"items\":[", "null",
        "\u{0}",
        "\u{FEFF}", "\u{A0}"
    ]

    @Test(arguments: [("rss", rss), ("atom", atom), ("rdf", rdf), ("json-feed", json)])
    func anyFeed(name: String, corpus: [String]) throws {
        try Fuzzer(name, corpus: corpus, pieces: Self.words).run { input in
            let bytes = input.bytes()
            var context = FeedParser.Context(url: "http://base.example/feed", idScope: "scope")
            if input.chance(2) {
                context.limits = FeedLimits(
                    depth: 10, textSize: 60, parts: 3, elements: 5, attributes: 3, resourceSize: 500, items: 3
                )
            }
            let whole = parse([bytes], context: context)
            let pieces = input.pieces(of: bytes, atMost: input.chance(2) ? 3 : 40)
            let split = parse(pieces, context: context)
            guard split.items == whole.items, split.end.failure == whole.end.failure else {
                throw Violation("the pieces matter")
            }
            let lines = lines(pieces, context: context)
            guard lines == whole.items.map({ text(of: $0) }) else {
                throw Violation("the way to JSON matters")
            }
            let size = lines.reduce(0) { $0 + $1.utf8.count }
            guard size < 64 * bytes.count + whole.items.count * 4 * FeedLimits.repeatedSize + (16 << 20)
            else {
                throw Violation("\(bytes.count) bytes became \(size)")
            }
            for item in whole.items {
                _ = HTMLSanitizer.safe(item.content?.html ?? "", base: item.url)
                _ = HTMLText.plain(item.title ?? "")
            }
        }
    }

    static let dates = [
        "Sat, 21 Nov 2026 10:00:00 GMT", "2026-11-21T10:00:00.123456789+01:00", "20261121T100000Z",
        "1790000000123",
        "21. November 2026 10:00 Uhr", "11/21/2026 10:00 PM EST+1", "-2611", "2026-366",
        "2026년 11월 21일 오후 3:00",
        "Thu Jan  1 00:00:00 1970", "99-01-01", "0000-12-31T24:00:00Z"
    ]

    @Test func anyDate() throws {
        let words = ["T", "Z", "+", "-", ":", ".", "/", "GMT", " pm", "Nov", "(", ")", "th", "年", "24", "60"]
        try Fuzzer("dates", corpus: Self.dates, pieces: words).run { input in
            guard let date = FeedDate.parse(input.text()) else { return }
            guard FeedDate.parse(date.rfc3339) == date else { throw Violation("\(date) is another as text") }
        }
    }

    @Test func anyReference() throws {
        let corpus = [
            "http://a.example/b/c?d#e", "../../x", "//host", "?q", "http:///triple", "feed:x", "a:b:c", "/%"
        ]
        try Fuzzer(
            "references", corpus: corpus, pieces: ["..", "/", "./", ":", "?", "#", "javascript:", "\u{0}"]
        )
        .run { input in
            let (reference, base) = (input.text(), input.text())
            let resolved = URLReference.resolve(reference, in: base)
            guard resolved.utf8.count <= reference.utf8.count + base.utf8.count + 8 else {
                throw Violation("'\(resolved)' is longer than what it is made of")
            }
            _ = URLReference.safeBase(reference, in: base)
            _ = URLReference.isSafe(resolved)
        }
    }

    @Test func anyListOrPage() throws {
        let corpus = [
            #"<opml version="2.0"><body><outline text="&amp;t" xmlUrl="a.xml"><outline xmlUrl='b'/></outline></body></opml>"#,
            #"<html><head><base href="/x/"><link rel="alternate" type="application/rss+xml" href="f"></head><a href="rss">"#
        ]
        try Fuzzer("lists", corpus: corpus, pieces: Self.words).run { input in
            let bytes = input.bytes()
            _ = try? FeedList(bytes, contentType: input.chance(3) ? "text/xml; charset=utf-16" : nil)
            _ = FeedLinks(in: bytes).addresses
        }
    }
}

/// The JSON text of an item.
private func text(of item: FeedItem) -> String { json(item).text }
