import Records
import TestSupport
import Testing

@testable import Feeds

@Suite("Whatever the bytes and however they come")
struct FeedPropertyTests {
    static let documents: [String] = [
        rss(
            """
            <item><title>A &amp; B &eacute; &lt;b&gt;</title><link>http://a/1?x=1&amp;y=2</link><guid>g1</guid>
            <description><![CDATA[<p>one ]] > two</p>]]></description><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate></item>
            <!-- comment > --><item><title>caf\u{E9} 日本 🙂</title><media:thumbnail url="u" width='1'/><guid>g2</guid></item>
            """),
        """
        <?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">
        <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">T <em>x</em></div></title>
        <entry><id>1</id><author><name>N</name></author><content type="html">&lt;p&gt;é&lt;/p&gt;</content></entry>
        <entry><id>2</id><summary>s</summary><link href="l" rel="alternate"/></entry></feed>
        """,
        #"{"version":"https://jsonfeed.org/version/1.1","title":"é\"","items":[{"id":"1","content_html":"<p>x\\</p>"},{"id":2,"tags":["a","]"]}],"language":"en"}"#
    ]

    @Test("the pieces do not matter", arguments: 0..<60)
    func splits(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for document in Self.documents {
            let bytes = Array(document.utf8)
            var pieces: [[UInt8]] = []
            var start = 0
            while start < bytes.count {
                let end = min(
                    bytes.count,
                    start + Int.random(in: 1...Int.random(in: 1...80, using: &generator), using: &generator))
                pieces.append(Array(bytes[start..<end]))
                start = end
            }
            let whole = parse([bytes])
            let split = parse(pieces)
            #expect(split.items == whole.items)
            #expect(lines(pieces) == whole.items.map { json($0).text })
            #expect(split.end.feed == whole.end.feed)
            #expect(Set(split.end.problems.map(\.kind)) == Set(whole.end.problems.map(\.kind)))
        }
    }

    @Test("items that are complete survive a cut at any byte", arguments: 0..<3)
    func truncation(index: Int) {
        let bytes = Array(Self.documents[index].utf8)
        let whole = parse([bytes]).items.map(\.id)
        #expect(whole.count == 2)
        var longest = 0
        for length in 0...bytes.count {
            let ids = parse([Array(bytes[..<length])]).items.map(\.id)
            #expect(whole.starts(with: ids))
            #expect(ids.count >= longest, "an item was lost by more bytes, at \(length)")
            longest = ids.count
        }
        #expect(longest == 2)
    }
}
