import Foundation
import Notation
import Records
import TestSupport
import Testing

@testable import Feeds

@Suite("A feed that is written")
struct WrittenFeedTests {
    private static let formats: [WrittenFormat] = [.rss, .atom, .json]

    private static func text(_ items: [WrittenItem], _ format: WrittenFormat) -> String {
        String(decoding: FeedWriter.write(WrittenFeeds.head, items, as: format), as: UTF8.self)
    }

    // MARK: Round trips

    private static let documents: [(String, [UInt8])] = {
        let files = ["tech.rss", "releases.atom", "reddit-technology.json", "mastodon-ai.json"]
        return files.compactMap { name in
            (try? bytes(ofFile: "pipelines/samples/\(name)")).map { (name, $0) }
        } + (FeedPropertyTests.documents + documentsOfTexts).enumerated().map { ("\($0)", Array($1.utf8)) }
    }()

    private static let documentsOfTexts = [
        rss(
            """
            <item><guid>a</guid><title>1 &lt; 2 &amp;amp; 3</title><description>only &lt;b&gt;this&lt;/b&gt;</description>
            <author>jane@example.org (Jane Doe)</author><dc:creator>Joe</dc:creator>
            <enclosure url="http://a.example/x.mp3" type="audio/mpeg" length="12"/>
            <media:content url="http://a.example/y.png" type="image/png" fileSize="7"/>
            <category>x</category><category>y &amp; z</category></item>
            <item><guid>https://a.example/2</guid><link>https://a.example/2</link><author>mail@example.org</author>
            <content:encoded>&lt;p&gt;a&lt;/p&gt;&lt;img src="i.png" srcset="i.png 1x, /j.png 2x"&gt;</content:encoded>
            <slash:comments>7</slash:comments><pubDate>Sat, 21 Nov 2026 10:00:00 +0200</pubDate></item>
            """),
        """
        <feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/x/"><title>T</title>
        <entry xml:lang="fr"><id>urn:uuid:1</id><title type="html">&lt;i&gt;é&lt;/i&gt;</title><link href="page"/>
        <published>2026-11-21T10:00:00.25Z</published><updated>2026-11-22T10:00:00Z</updated>
        <author><name>N</name><uri>https://n.example/</uri><email>n@example.org</email></author>
        <author><name>M</name></author>
        <link rel="enclosure" href="f.ogg" type="audio/ogg" length="99"/><category term="t" label="Tag"/>
        <summary>short</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>long <a href="../q">q</a></p></div></content>
        </entry><entry><id>tag:b.example,2026:2</id><content>plain text
        of two lines</content><updated>2026-11-22T10:00:00Z</updated></entry></feed>
        """,
        """
        {"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"https://c.example/1","content_text":"a\\n\\nb",
        "title":"x","summary":"s","authors":[{"name":"A","url":"https://a.example/"}],"tags":["p","q"],"language":"en",
        "attachments":[{"url":"https://c.example/f.mp4","mime_type":"video/mp4","size_in_bytes":5}],
        "date_published":"2026-11-22T10:00:00Z","date_modified":"2026-11-23T10:00:00Z"}]}
        """
    ]

    @Test("is read as the items that it was made of", arguments: documents.map(\.0), formats)
    func roundTrip(name: String, format: WrittenFormat) throws {
        let document = try #require(Self.documents.first { $0.0 == name }).1
        let read = parse(
            [document], context: .init(url: "https://example.com/feed", idScope: "https://example.com/feed")
        ).items
        let items = try read.map { try #require(try WrittenItem($0)) }
        let again = try WrittenFeeds.reread(items, format)
        #expect(WrittenFeeds.differences(again, items, format) == [])
        // From then on nothing changes any more.
        let third = try WrittenFeeds.reread(again, format)
        #expect(WrittenFeeds.differences(third, again, format) == [])
    }

    @Test(
        "of every document of other projects' tests gives its items",
        .enabled(if: ConformanceData.folder != nil))
    func documentsOfOthers() throws {
        let folder = try #require(ConformanceData.folder) + "/feeds"
        let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
        for file in files.sorted() where file.hasSuffix(".xml") || file.hasSuffix(".json") {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else { continue }
            let read = parse(
                [Array(data)],
                context: .init(url: "https://example.com/feed", idScope: "https://example.com/feed")
            ).items
            var keys: Set<[UInt8]> = []
            let items = try read.compactMap { try WrittenItem($0) }.filter { keys.insert($0.key).inserted }
            for format in Self.formats where !items.isEmpty {
                let again = try WrittenFeeds.reread(items, format)
                #expect(WrittenFeeds.differences(again, items, format) == [], "\(file), \(format)")
            }
        }
    }

    @Test("shows whatever texts a record has", arguments: 0..<300)
    func anyRecord(seed: UInt64) throws {
        var texts = HostileTexts(seed: seed)
        let items = (0..<3).compactMap { texts.item($0) }
        for format in Self.formats {
            let again = try WrittenFeeds.reread(items, format)
            #expect(WrittenFeeds.differences(again, items, format) == [], "seed \(seed), \(format)")
        }
    }

    @Test("stays as it is in the state")
    func storing() throws {
        for seed in 0..<100 as Range<UInt64> {
            var texts = HostileTexts(seed: seed)
            guard let item = texts.item(0) else { continue }
            #expect(try WrittenItem(json: item.stored.text) == item)
        }
    }

    // MARK: Texts

    @Test("has no character that XML does not have", arguments: formats)
    func controls(format: WrittenFormat) throws {
        let item = try #require(
            try WrittenItem(
                json:
                    #"{"id":"\u0000i","title":"a\u0008\u000bb\ud800c\ufffe\u0085","content":{"html":"<p>\u0001]]></p>"}}"#
            ))
        #expect(item.title == "a\u{FFFD} b\u{FFFD}c\u{FFFD}")
        #expect(item.id == "\u{FFFD}i")
        #expect(try WrittenFeeds.reread([item], format).first?.title == item.title)
        #expect(!Self.text([item], format).contains("]]>") || format == .json)
    }

    @Test("of a title that looks like markup keeps each character where readers guess and where they do not")
    func titles() throws {
        for (title, rss) in [
            ("AT&T < 5", "AT&amp;T &lt; 5"), ("<b>x</b>", "&amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt;"),
            ("&amp;", "&amp;amp;amp;")
        ] {
            var item = WrittenItem(id: "urn:x:1")
            item.title = title
            #expect(Self.text([item], .rss).contains("<title>\(rss)</title>"))
            for format in Self.formats {
                #expect(try WrittenFeeds.reread([item], format).first?.title == title)
            }
        }
    }

    @Test("has absolute addresses alone, and none that leads to code")
    func addresses() throws {
        let item = try #require(
            try WrittenItem(
                json: #"""
                    {"id":"1","url":"/a b","feed":{"home":"https://h.example/x/"},"authors":[{"name":"n","url":"javascript:x"}],
                    "enclosures":["f.mp3","https://h.example/a|b"],"content":{"html":"<a href=../c?d&amp;e>x</a><img SRC='i.png'/><a href='#f' title='href=\"no\"'>"}}
                    """#))
        #expect(item.url == "https://h.example/a%20b")
        #expect(item.authors == [WrittenItem.Author(name: "n")])
        #expect(item.enclosures.map(\.url) == ["https://h.example/a%7Cb"])
        #expect(
            item.content?.html
                == #"<a href="https://h.example/c?d&amp;e">x</a><img SRC="https://h.example/i.png"/><a href='#f' title='href="no"'>"#
        )
    }

    @Test("takes dates of items alone", arguments: formats)
    func dates(format: WrittenFormat) throws {
        var old = WrittenItem(id: "urn:x:1")
        old.published = Timestamp(seconds: 1_000_000_000)
        var new = WrittenItem(id: "urn:x:2")
        new.published = Timestamp(seconds: 999_999_999)
        new.updated = Timestamp(seconds: 1_100_000_000)
        let text = Self.text([old, new], format)
        #expect(text == Self.text([old, new], format))
        switch format {
        case .rss: #expect(text.contains("<lastBuildDate>Tue, 09 Nov 2004 11:33:20 GMT</lastBuildDate>"))
        case .atom: #expect(text.contains("<title>Planet</title>\n  <updated>2004-11-09T11:33:20Z</updated>"))
        case .json: #expect(text.contains(#""date_modified":"2004-11-09T11:33:20Z""#))
        }
    }

    @Test("is known again by who wrote it", arguments: formats)
    func marks(format: WrittenFormat) {
        for name in ["planet", #"a"b<c?>&--"#, ""] {
            var head = WrittenFeeds.head
            head.pipeline = name
            let bytes = Array(FeedWriter.write(head, [], as: format).prefix(WrittenFeedMark.size))
            #expect(WrittenFeedMark(start: bytes, pipeline: name) == .pipeline(name))
            if name == "planet" {
                #expect(WrittenFeedMark(start: bytes, pipeline: "other") == .pipeline("planet"))
            }
        }
        #expect(WrittenFeedMark(start: Array("<rss/>".utf8), pipeline: "x") == .none)
    }

    @Test("keeps what namespaces add", arguments: formats)
    func extensions(format: WrittenFormat) throws {
        let json = #"""
            {"id":"urn:x:1","title":"t","extensions":{"itunes":{"duration":"1:02"},
            "media":{"thumbnail":[{"url":"https://a.example/1"},{"url":"https://a.example/2","text":"x"}]},
            "podcast":{"transcript":{"url":"https://a.example/t","type":"text/vtt"}},"nobody":{"x":"y"},"other":{"x":"y"}}}
            """#
        let item = try #require(try WrittenItem(json: json))
        let again = try #require(try WrittenFeeds.reread([item], format).first).extensions
        for prefix in ["itunes", "podcast"] { #expect(again[prefix] == item.extensions[prefix]) }
        #expect(again["media"]?["thumbnail"]?[0]?["url"] == "https://a.example/1")
        // Nobody knows which namespace that is.
        #expect((again["nobody"] != nil) == (format == .json))
        #expect(again["other"] == nil)
    }
}

/// Records with every kind of text that breaks writers.
private struct HostileTexts {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private static let pieces = [
        "<b>", "</b>", "<br/>", "&amp;", "&", "&lt;", "&#0;", "&#x41;", "&nbsp;", "&bogus;", "]]>",
        "<![CDATA[", "-->", "<!--", "<?x?>",
        "\u{0}", "\u{8}", "\u{B}", "\u{C}", "\u{1F}", "\u{7F}", "\u{FFFE}", "\u{FEFF}", "é", "e\u{301}", "日本",
        "🙂", "👨‍👩‍👧",
        "\"", "'", "\t", "\n", "\r\n", "\r", "  ", " ", "\u{2028}", "\u{202E}", "%", "%zz", "{{", "\\", "{",
        "a", "word", "Zeile",
        "<script>alert(1)</script>", "1 < 2", "=", "/", "#", ":", "<p>", "</p>", "<pre>", "</rss>", "</entry>"
    ]

    private mutating func text(_ most: Int) -> String {
        (0..<Int.random(in: 0...most, using: &random)).map { _ in
            Self.pieces.randomElement(using: &random) ?? ""
        }.joined()
    }

    private mutating func maybe(_ value: JSON) -> JSON? { Bool.random(using: &random) ? value : nil }

    mutating func item(_ number: Int) -> WrittenItem? {
        var members: [(String, JSON?)] = [("id", .string("urn:x:\(number)" + text(3)))]
        members.append(("title", maybe(.string(text(6)))))
        members.append(("summary", maybe(.string("s" + text(6)))))
        members.append(("url", maybe(.string("https://a.example/" + text(3)))))
        let html = ["html": .string("<p>x" + text(8) + "</p>")] as JSON
        members.append(("content", maybe(Bool.random(using: &random) ? html : .string("x" + text(8)))))
        members.append(("tags", maybe(.array([.string(text(2)), .string(text(2)), .int(5)]))))
        members.append(
            ("published", maybe(.string(Bool.random(using: &random) ? "2026-11-22T10:00:00.5Z" : "no date"))))
        members.append(("updated", maybe(.string("2026-11-23T10:00:00Z"))))
        members.append(
            (
                "language",
                maybe(.string(["de", "en-GB", "no language", ""].randomElement(using: &random) ?? ""))
            ))
        members.append(
            (
                "authors",
                maybe(
                    .array([
                        ["name": "A é \u{202E}", "url": "https://b.example/ ü"], ["email": "c@example.org"]
                    ]))
            ))
        members.append(
            ("enclosures", maybe(.array([["url": "https://a.example/f.mp3", "type": "audio/mpeg"]]))))
        return try? WrittenItem(
            json: JSON.object(JSONObject(members.compactMap { name, value in value.map { (name, $0) } })).text
        )
    }
}
