import Foundation
import Notation
import Records
import Testing

@testable import Feeds

@Suite("An item")
struct FeedItemTests {
    private static let full = rss(
        """
        <item>
          <title>Fish &amp;amp; chips</title>
          <link>/story?a=1&amp;b=2</link>
          <guid isPermaLink="false">G-1</guid>
          <pubDate>Sat, 21 Nov 2026 10:00:00 +0100</pubDate>
          <dc:creator>Ann</dc:creator><dc:creator>Bo</dc:creator>
          <category>one</category><category>two</category><category>one</category>
          <description>&lt;p&gt;Short&lt;/p&gt;</description>
          <content:encoded><![CDATA[<p>Long &amp; <b>bold</b></p><p>end</p>]]></content:encoded>
          <enclosure url="http://a/x.mp3" type="audio/mpeg" length="12"/>
          <media:content url="http://a/p.jpg" type="image/jpeg"><media:credit role="by">C</media:credit></media:content>
          <slash:comments>7</slash:comments>
        </item>
        """, channel: "<title>News</title><link>https://example.com/</link><language>en-gb</language>")

    @Test("is JSON in the shape of the schema")
    func shape() throws {
        let (items, _) = parse(Self.full, context: .init(url: "https://example.com/feed.xml", source: "news"))
        let item = json(try #require(items.first))
        #expect(item["id"]?.string == "G-1")
        #expect(item["url"]?.string == "https://example.com/story?a=1&b=2")
        #expect(item["title"]?.string == "Fish & chips")
        #expect(item["summary"]?.string == "Short")
        #expect(item["content"]?["type"]?.string == "text/html")
        #expect(item["content"]?["text"]?.string == "Long & bold\nend")
        #expect(item["content"]?["html"]?.string == "<p>Long &amp; <b>bold</b></p><p>end</p>")
        #expect(item["authors"] == [["name": "Ann"], ["name": "Bo"]])
        #expect(item["author"]?.string == "Ann, Bo")
        #expect(item["tags"] == ["one", "two"])
        #expect(item["published"]?.string == "2026-11-21T09:00:00Z")
        #expect(item["comments"]?.int == 7)
        #expect(item["enclosures"]?.array?.count == 2)
        #expect(item["enclosures"]?[0] == ["url": "http://a/x.mp3", "type": "audio/mpeg", "length": 12])
        #expect(item["language"]?.string == "en-gb")
        #expect(
            item["feed"] == [
                "title": "News", "url": "https://example.com/feed.xml", "home": "https://example.com/"
            ])
        #expect(item["source"]?.string == "news")
        #expect(item["extensions"]?["slash"]?["comments"]?.string == "7")
        #expect(item["extensions"]?["media"]?["content"]?["credit"] == ["role": "by", "text": "C"])
        #expect(item["score"] == nil)
        #expect(item["updated"] == nil)
    }

    @Test(
        "has absolute addresses without escapes",
        arguments: [
            ("<link>/a?b=1&amp;amp;c=2</link>", "https://example.com/a?b=1&c=2"),
            ("<link>https://x.example/a?b=1&amp;amp;c=2&amp;d</link>", "https://x.example/a?b=1&c=2&d"),
            ("<link>https://x.example/?q=R&amp;D</link>", "https://x.example/?q=R&D"),
            ("<enclosure url='c.mp3'/>", "https://example.com/c.mp3"),
            ("<enclosure url='https://x.example/c?a&amp;amp;b'/>", "https://x.example/c?a&b")
        ])
    func addresses(element: String, expected: String) {
        let (items, _) = parse(
            rss("<item><guid isPermaLink='false'>g</guid>\(element)</item>"),
            context: .init(url: "https://example.com/feed.xml"))
        #expect(items.first.map { $0.url ?? $0.enclosures.first?.url } == expected)
    }

    @Test("has no member that the schema does not describe")
    func schema() throws {
        let schema = try JSON(parsing: bytes(ofFile: "schemas/item.schema.json"))
        let described = Set((schema["properties"]?.object?.members ?? []).map(\.name))
        let (items, _) = parse(Self.full, context: .init(url: "https://example.com/feed.xml", source: "news"))
        var item = try #require(items.first)
        #expect(
            Set((json(item).object?.members ?? []).map(\.name)) == described.subtracting(["score", "updated"])
        )
        var builder = ChunkBuilder()
        var writer = ItemWriter(source: "api")
        writer.begin(id: "1")
        writer.counts(score: 1, comments: 2)
        writer.updated("2026-11-21T10:00:00Z")
        writer.end(to: &builder)
        item = try #require(FeedsTests.items(builder).first)
        #expect(item.score == 1 && item.comments == 2 && item.updated != nil)
        #expect(described.isSuperset(of: (json(item).object?.members ?? []).map(\.name)))
    }

    @Test("has the same content hash whatever its markup, address and feed")
    func contentHash() throws {
        let a = parse(
            rss("<item><title>T</title><link>http://a/1</link><description>one two</description></item>"))
        let b = parse(
            rss(
                "<item><title>T</title><link>http://b/2</link><description>&lt;p&gt;one&lt;/p&gt; &lt;b&gt;two&lt;/b&gt;</description></item>"
            ))
        let c = parse(rss("<item><title>T</title><description>one three</description></item>"))
        let hash = { (result: (items: [FeedItem], end: FeedEnd)) in result.items[0].contentHash }
        #expect(hash(a) == hash(b))
        #expect(hash(a) != hash(c))
        // printf 'T\none two' | sha256sum
        #expect(hash(a) == "430424770f9353b9f58bf1331e4c90feb30791d804957c5a87604486f9703909")
    }

    @Test(
        "has a person once, with all that is said of him",
        arguments: [
            ("<dc:creator>Ann</dc:creator><author>a@e.org (Ann)</author>", "Ann", "a@e.org"),
            ("<author>a@e.org (Ann)</author><dc:creator>Ann</dc:creator>", "Ann", "a@e.org"),
            ("<author>Ann (Annie) &lt;a@e.org&gt;</author>", "Ann (Annie)", "a@e.org"),
            ("<author>a@e.org (Ann (Annie) B)</author>", "Ann (Annie) B", "a@e.org"),
            ("<author>a@e.org, Ann</author>", "Ann", "a@e.org"),
            ("<author>Ann, a@e.org</author>", "Ann", "a@e.org"),
            ("<author>(Ann) a@e.org</author>", "Ann", "a@e.org")
        ])
    func person(elements: String, name: String, email: String) throws {
        let item = try #require(
            parse(
                rss(
                    "<item xmlns:dc='http://purl.org/dc/elements/1.1/'><title>t</title>\(elements)</item>")
            ).items.first)
        #expect(item.authors == [.init(name: name, email: email)])
    }

    @Test("of a JSON Feed has an author once who is named and described")
    func describedAuthor() throws {
        let (items, _) = parse(
            """
            {"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [
             {"id": "1", "content_text": "x", "authors": ["N", {"name": "N", "url": "https://n.example/"}]}]}
            """)
        #expect(items.first?.authors == [.init(name: "N", url: "https://n.example/")])
    }

    @Test("of the samples is complete", arguments: [("tech.rss", 18), ("releases.atom", 12)])
    func samples(name: String, count: Int) throws {
        let (items, end) = parse([try bytes(ofFile: "pipelines/samples/" + name)])
        #expect(items.count == count)
        #expect(end.problems.isEmpty)
        #expect(end.wasComplete)
        for item in items {
            #expect(item.url?.hasPrefix("https://") == true)
            #expect(item.title?.isEmpty == false)
            #expect(item.published != nil)
            #expect(item.content?.text?.isEmpty == false)
            #expect(item.authors.count == 1)
        }
    }

    @Test("of Atom has its XHTML without the wrapping div, and links by their meaning")
    func atom() throws {
        let (items, _) = parse(
            """
            <feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://example.com/a/"><title>F</title>
            <link rel="self" href="feed.atom"/><link href="."/>
            <entry><id>urn:1</id><title type="html">A &amp;lt; &lt;i&gt;B&lt;/i&gt;</title>
            <link rel="related" href="http://other/"/><link rel="enclosure" href="f.mp3" length="5"/><link href="b"/>
            <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x &amp; <br/>y</p></div></content>
            <updated>2026-01-02T03:04:05.250Z</updated></entry></feed>
            """)
        let item = try #require(items.first)
        #expect(item.url == "http://example.com/a/b")
        #expect(item.title == "A < B")
        #expect(item.content?.html == "<p>x &amp; <br />y</p>")
        #expect(item.content?.text == "x &\ny")
        #expect(item.enclosures == [.init(url: "http://example.com/a/f.mp3", length: 5)])
        #expect(item.updated?.rfc3339 == "2026-01-02T03:04:05.25Z")
        // Atom demands only the date of the last change.
        #expect(item.published == item.updated)
        #expect(
            item.feed
                == .init(title: "F", url: "http://example.com/a/feed.atom", home: "http://example.com/a/"))
    }
}
