import TestSupport
import Testing

@testable import Feeds

@Suite("Where end tags are missing")
struct MissingEndTagTests {
    private static func items(_ numbers: ClosedRange<Int>) -> String {
        numbers.map { "<item><guid>\($0)</guid><title>t\($0)</title></item>" }.joined()
    }

    @Test(
        "in what the feed says of itself, all items are kept",
        arguments: [
            "<ttl>60", "<docs>http://d/", "<cloud domain='x'>", "<sy:updatePeriod>hourly", "<language>en",
            "<atom10:link rel='hub' href='x'>", "<feedburner:info uri='x'>", "<podcast:locked>yes",
            "<copyright>c", "<description>d <b>e", "<managingEditor>x", "<image><url>x</url><title>y",
            "<textInput><title>q", "<author><name>x", "<itunes:owner><itunes:name>x", "<source><title>s",
            "<skipHours><hour>1", "<title>again", "<itunes:category text='x'>", "<items>",
            String(repeating: "<x>", count: 300), "<description>" + String(repeating: "<p>x", count: 300)
        ])
    func head(unclosed: String) {
        let (items, end) = parse(rss(Self.items(1...3), channel: "<title>F</title>" + unclosed))
        #expect(items.map(\.id) == ["1", "2", "3"])
        #expect(items.map(\.title) == ["t1", "t2", "t3"])
        #expect(items.first?.feed.title == "F")
        #expect(end.problems.contains { $0.kind == .missingEndTag })
        #expect(end.wasComplete)
    }

    @Test(
        "between items, all items are kept",
        arguments: [
            "<br>", "<hr>", "<p>", "<media:group>", "<foo>", "<x:foo>", "<title>a", "<description>b",
            "<div><p>x",
            "<br />\n<b>Warning</b>: x in <b>y</b><br>\n", "<image><url>x</url>", "<category>"
        ])
    func between(unclosed: String) {
        let (items, end) = parse(rss(Self.items(1...1) + unclosed + Self.items(2...3)))
        #expect(items.map(\.id) == ["1", "2", "3"])
        #expect(items.map(\.title) == ["t1", "t2", "t3"])
        #expect(end.wasComplete)
    }

    @Test("whatever stands in, around and between the items, all are kept", arguments: 0..<200, [false, true])
    func anything(seed: UInt64, isInside: Bool) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "<foo>", "<x:foo a='b'>", "</foo>", "<br>", "</br>", "<hr/>", "<p>text", "</p>", "<div><b>",
            "</b>",
            "<title>a", "<description>b", "</description>", "<image>", "<url>u", "<textInput><name>n",
            "<link>l",
            "<link href='h'>", "<author>", "<name>n", "<category>c", "<media:group>", "<media:content>",
            "<itunes:owner>", "<source>", "<content:encoded>", "<![CDATA[<item>]]>", "<!-- <item> -->",
            "&amp;", "a < b",
            "<image><title>t</title></image>", "<ttl>60</ttl>"
        ]
        let junk = {
            let count = Int.random(in: 0...5, using: &generator)
            return (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        }
        let items = (1...5).map {
            "<item><guid>\($0)</guid><title>t\($0)</title>\(isInside ? junk() : "")</item>" + junk()
        }.joined()
        let document = rss(junk() + items)
        let (found, end) = parse(document)
        #expect(found.map(\.id) == (1...5).map { "\($0)" }, "\(document)")
        #expect(found.map(\.title) == (1...5).map { "t\($0)" }, "\(document)")
        #expect(end.wasComplete)
        #expect(parse(document.utf8.map { [$0] }).items == found)
    }

    @Test("a list around the items does not hide them", arguments: ["items", "x:list", "list xmlns='urn:x'"])
    func wrapper(tag: String) {
        let name = tag.split(separator: " ")[0]
        let list = "<\(tag)>" + Self.items(1...2).replacing("<item>", with: "<item xmlns=''>") + "</\(name)>"
        let (items, end) = parse(rss(list))
        #expect(items.map(\.id) == ["1", "2"])
        #expect(end.wasComplete)
    }

    @Test("elements of a foreign namespace are no items because of their name")
    func foreign() {
        let menu = "<menu xmlns='urn:menu'><item>Home</item></menu><x:menu><x:item>Away</x:item></x:menu>"
        let (items, end) = parse(rss(Self.items(1...1), channel: "<title>F</title>" + menu))
        #expect(items.map(\.id) == ["1"])
        #expect(end.problems.isEmpty)
    }

    @Test(
        "in an item, it and those after it are kept",
        arguments: [
            "<foo>", "<x:foo><x:bar>", "<br>", "<enclosure url='http://a/1'>", "<category>",
            "<description>a<p>b",
            String(repeating: "<foo>", count: 300)
        ],
        ["</item>", ""])
    func item(unclosed: String, itemEnd: String) {
        let (items, end) = parse(rss("<item><guid>1</guid>\(unclosed)\(itemEnd)" + Self.items(2...3)))
        #expect(items.map(\.id) == ["1", "2", "3"])
        #expect(end.wasComplete)
    }

    @Test("one of HTML's elements without content takes nothing of the item")
    func voidInItem() {
        let (items, _) = parse(rss("<item><br><guid>1</guid><hr><title>t</title><img src='x'></item>"))
        #expect(items.map(\.id) == ["1"])
        #expect(items.map(\.title) == ["t"])
    }

    @Test(
        "however many there are in one text, what follows is read",
        arguments: ["x<br>", "<img src='x'>x", "<p>x", "<li>x", "x<wbr>"], [150, 198, 250, 5000])
    func manyInText(markup: String, count: Int) {
        let text = String(repeating: markup, count: count)
        for name in ["description", "content:encoded", "title"] {
            let item = "<item><guid>1</guid><\(name)>\(text)</\(name)><link>http://a/1</link></item>"
            let (items, end) = parse(rss(item + Self.items(2...3)))
            #expect(items.map(\.id) == ["1", "2", "3"])
            #expect(items.first?.url == "http://a/1")
            #expect(end.wasComplete)
        }
    }

    @Test("an element without content keeps nothing open, and its end tag is no problem")
    func voidsInText() {
        let open = String(repeating: "x<br>", count: 1000)
        let html = { (text: String) in
            let (items, end) = parse(rss("<item><description>\(text)</description></item>"))
            return (items.first?.content?.html, end.problems.map(\.kind))
        }
        #expect(html(open).0 == String(repeating: "x<br />", count: 1000))
        #expect(html(open).1 == [.missingEndTag])
        #expect(html("<p>a<br></br>b</p>").0 == "<p>a<br />b</p>")
        #expect(html("<p>a<br></br>b</p>").1.isEmpty)
    }
}
