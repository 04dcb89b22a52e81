import Notation
import Testing

@testable import Feeds

/// Which of the things that an entry says become its content, dates, title and authors.
@Suite("Of several")
struct FeedContentTests {
    private static func item(_ elements: String) throws -> FeedItem {
        let text = rss("<item xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>\(elements)</item>")
        return try #require(parse(text).items.first)
    }

    private static let encoded = "<content:encoded>&lt;p&gt;all of it&lt;/p&gt;</content:encoded>"
    private static let description = "<description>&lt;p&gt;in short&lt;/p&gt;</description>"
    private static let itunes = "<itunes:summary>&lt;p&gt;of the show&lt;/p&gt;</itunes:summary>"
    private static let caption = "<media:description>&lt;p&gt;a picture&lt;/p&gt;</media:description>"

    @Test("texts the fullest is the content, in whatever order they come", arguments: 0..<24)
    func order(permutation: Int) throws {
        var elements = [Self.encoded, Self.description, Self.itunes, Self.caption]
        var order = ""
        var rest = permutation
        for count in (1...4).reversed() {
            order += elements.remove(at: rest % count)
            rest /= count
        }
        let item = try Self.item(order)
        #expect(item.content?.html == "<p>all of it</p>")
        #expect(item.summary == "in short")
    }

    private static let emptiness: [(String, String)] = [
        ("\(description)<content:encoded></content:encoded>", "<p>in short</p>"),
        ("<content:encoded> </content:encoded>\(description)", "<p>in short</p>"),
        (
            "\(description)<content:encoded>&lt;p&gt;&amp;nbsp;&lt;/p&gt;</content:encoded>",
            "<p>in short</p>"
        ),
        ("\(encoded)<description/>", "<p>all of it</p>"),
        ("\(description)<description></description>", "<p>in short</p>"),
        ("\(itunes)\(caption)", "<p>of the show</p>"),
        (caption, "<p>a picture</p>"),
        ("\(description)\(caption)", "<p>in short</p>"),
        ("\(itunes)\(description)", "<p>in short</p>"),
        (
            "\(description)<content:encoded>&lt;img src='http://a/i.png'&gt;</content:encoded>",
            "<img src='http://a/i.png'>"
        ),
        (
            """
            <description>&lt;p&gt;all of it and more&lt;/p&gt;</description>\
            <content:encoded>&lt;p&gt;all of it …&lt;/p&gt;</content:encoded>
            """,
            "<p>all of it and more</p>"
        )
    ]

    @Test(
        "texts what is empty takes nothing away",
        arguments: emptiness)
    func empty(elements: String, html: String) throws {
        #expect(try Self.item(elements).content?.html == html)
    }

    @Test("texts of Atom and JSON Feed, too")
    func formats() throws {
        let atom = parse(
            """
            <feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:1</id>\
            <summary type='html'>&lt;b&gt;short&lt;/b&gt;</summary><content type='html'/></entry></feed>
            """)
        #expect(atom.items.first?.content?.html == "<b>short</b>")
        let json = parse(
            #"{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "content_html": "", "#
                + #""content_text": "words", "summary": "short"}]}"#)
        #expect(json.items.first?.content?.text == "words")
        #expect(json.items.first?.summary == "short")
    }

    @Test(
        "dates the feed's own counts, and what is none takes nothing away",
        arguments: [
            "<pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate><pubDate/>",
            "<pubDate>soon</pubDate><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate><pubDate>later</pubDate>",
            "<pubDate/><dc:date>2026-11-21T10:00:00Z</dc:date>",
            "<dcterms:issued>2020-01-01</dcterms:issued><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate>",
            "<pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate><dcterms:issued>2020-01-01</dcterms:issued>"
        ])
    func dates(elements: String) throws {
        #expect(try Self.item(elements).published?.rfc3339 == "2026-11-21T10:00:00Z")
    }

    @Test("dates that of the last change stands in for the one of publication")
    func updated() throws {
        let (items, _) = parse(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:1</id><updated>2026-11-21T10:00:00Z</updated></entry></feed>"
        )
        #expect(items.first?.published?.rfc3339 == "2026-11-21T10:00:00Z")
        #expect(items.first?.updated == items.first?.published)
    }

    @Test("titles the feed's own counts")
    func titles() throws {
        let titles =
            "<media:title>picture</media:title><title>story</title><media:title>other</media:title><title/>"
        #expect(try Self.item(titles).title == "story")
        #expect(try Self.item("<dc:title>paper</dc:title><title>story</title>").title == "story")
    }

    @Test("blocks each has lines of its own")
    func lines() throws {
        let html =
            "&lt;p&gt;one &lt;b&gt;two&lt;/b&gt;&lt;/p&gt;&lt;ul&gt;&lt;li&gt;a&lt;li&gt;b&lt;/ul&gt;"
            + "&lt;blockquote&gt;c&lt;/blockquote&gt;d&lt;br&gt;e&lt;pre&gt;f\ng&lt;/pre&gt;"
        let item = try Self.item("<description>\(html)</description>")
        #expect(item.content?.text == "one two\na\nb\nc\nd\ne\nf\ng")
        #expect(item.summary == "one two a b c d e f g")
    }

    @Test(
        "authors",
        arguments: [
            ("<dc:creator>Ann (mailto:ann@e.org)</dc:creator>", "Ann", "ann@e.org"),
            ("<author>mailto:ann@e.org</author>", "ann@e.org", "ann@e.org"),
            ("<author>\"Ann\" &lt;ann@e.org&gt;</author>", "Ann", "ann@e.org"),
            ("<author>ann@e.org (Ann)</author>", "Ann", "ann@e.org"),
            ("<author><name/><email>ann@e.org</email></author>", "ann@e.org", "ann@e.org"),
            ("<author/><dc:creator>Ann</dc:creator><author><name></name></author>", "Ann", nil),
            ("<itunes:author>The Show</itunes:author><dc:creator>Ann</dc:creator>", "Ann", nil),
            ("<itunes:author>The Show</itunes:author>", "The Show", nil)
        ])
    func authors(elements: String, name: String, email: String?) throws {
        let item = try Self.item(elements)
        #expect(item.author == name)
        #expect(item.authors.first?.email == email)
        #expect(item.authors.count == 1)
    }

    @Test(
        "authors those of the feed are meant where an item names nobody",
        arguments: [
            """
            <feed xmlns='http://www.w3.org/2005/Atom'><author><name>Ann</name></author><entry><id>urn:1</id></entry>\
            <entry><id>urn:2</id><author><name>Bo</name></author></entry></feed>
            """,
            #"{"version": "https://jsonfeed.org/version/1.1", "authors": ["Ann"], "items": [{"id": "1"}, "#
                + #"{"id": "2", "author": {"name": "Bo"}}]}"#,
            #"{"version": "https://jsonfeed.org/version/1", "author": {"name": "Ann"}, "items": [{"id": "1", "#
                + #""authors": []}, {"id": "2", "authors": [{"name": ""}, "Bo"]}]}"#
        ])
    func inherited(document: String) {
        #expect(parse(document).items.map(\.author) == ["Ann", "Bo"])
    }

    @Test(
        "places of an author the one that is meant has the address",
        arguments: [
            (
                #"{"name": "Ann", "url": "mailto:a@example.org"}"#,
                FeedItem.Author(name: "Ann", email: "a@example.org")
            ),
            (#"{"url": "mailto:a@example.org"}"#, FeedItem.Author(email: "a@example.org")),
            (
                #"{"name": "https://a.example/", "url": "https://a.example/"}"#,
                FeedItem.Author(url: "https://a.example/")
            )
        ])
    func addresses(author: String, expected: FeedItem.Author) {
        let document =
            #"{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "authors": [\#(author)]}]}"#
        #expect(parse(document).items.first?.authors == [expected])
    }

    @Test("names the one that only repeats the address is none")
    func namedByAddress() {
        let person = "<author><name>a@example.org</name><email>a@example.org</email></author>"
        let document =
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:1</id>\(person)</entry></feed>"
        #expect(parse(document).items.first?.authors == [FeedItem.Author(email: "a@example.org")])
    }
}
