import Records
import Testing

@testable import Feeds

/// Each document here has some ten thousand pieces: comparing each with each, or searching to the end for each,
/// would take minutes.
@Suite("A hostile document", .timeLimit(.minutes(10)))
struct HostileDocumentTests {
    private static func repeated(_ count: Int, _ piece: (Int) -> String) -> String {
        (0..<count).map(piece).joined()
    }

    private static func item(_ content: String) -> (item: FeedItem?, problems: [FeedProblem.Kind]) {
        let (items, end) = parse(rss("<item>\(content)</item><item><guid>last</guid></item>"))
        #expect(items.last?.id == "last")
        #expect(end.wasComplete)
        return (items.first, end.problems.map(\.kind))
    }

    private static let count = 20_000

    @Test("that begins with white space without end is looked at once", arguments: ["<x>", "{", "x"])
    func blankStart(_ start: String) {
        var parser = FeedParser(context: .init())
        let blank = [UInt8](repeating: 0x20, count: 64)
        for _ in 0..<Self.count { _ = parser.push(blank) }
        _ = parser.push(start.utf8)
        #expect(parser.finish().end.failure != nil)
    }

    enum Part {
        case tags, authors, enclosures, extensions

        func count(in item: FeedItem) -> Int {
            switch self {
            case .tags: item.tags.count
            case .authors: item.authors.count
            case .enclosures: item.enclosures.count
            case .extensions: item.extensions.count
            }
        }
    }

    @Test(
        "with too many parts keeps as many as the limit says, and notes it",
        arguments: [
            ("<category>c#</category>", Part.tags), ("<author>a#</author>", .authors),
            ("<author><name>a#</name><url>u</url></author>", .authors),
            ("<enclosure url='http://a/#'/>", .enclosures)
        ])
    func parts(piece: String, kept: Part) {
        let content = Self.repeated(Self.count) { piece.replacing("#", with: "\($0)") }
        let (item, problems) = Self.item(content)
        #expect(item.map(kept.count) == FeedLimits().parts)
        #expect(item?.authors.last?.name?.hasSuffix("999") ?? true)
        #expect(problems == [.tooManyParts])
    }

    @Test("of many links takes the last for its own, as of few")
    func links() {
        let (item, problems) = Self.item(Self.repeated(Self.count) { "<link>http://a/\($0)</link>" })
        #expect(item?.url == "http://a/\(FeedLimits().parts - 1)")
        #expect(problems == [.tooManyParts])
    }

    @Test(
        "with too many extension elements keeps the first",
        arguments: [
            "<x:e# xmlns:x='urn:x'>v</x:e#>", "<p#:e xmlns:p#='urn:#'>v</p#:e>", "<e>v</e>",
            "<media:content url='http://a/#'/>"
        ])
    func extensions(piece: String) {
        let (item, problems) = Self.item(Self.repeated(Self.count) { piece.replacing("#", with: "\($0)") })
        #expect(item?.extensions.count == FeedLimits().elements)
        #expect(problems == [.tooManyParts])
        #expect(item.map { json($0).text.utf8.count > 4 * FeedLimits().elements } == true)
    }

    @Test("with too many elements inside one leaves the others whole")
    func nestedExtensions() {
        let inside = Self.repeated(Self.count) { "<x:e\($0)><x:f>v</x:f></x:e\($0)>" }
        let (item, _) = Self.item("<x:a>\(inside)</x:a><title>t</title><x:b>w</x:b>")
        #expect(item?.title == "t")
        #expect(item?.extensions.map(\.name) == ["a"])
        #expect(item?.extensions.first?.memberCount == (FeedLimits().elements - 1 + 1) / 2)
    }

    @Test("with too many attributes keeps the first")
    func attributes() {
        let attributes = Self.repeated(Self.count) { " a\($0 % 2000)='x'" }
        let (item, problems) = Self.item("<foo\(attributes)/>")
        #expect(item?.extensions.first?.memberCount == FeedLimits().attributes)
        #expect(problems == [.tooManyParts])
    }

    @Test("with many declarations of namespaces finds each prefix")
    func namespaces() {
        let declare = { (range: Range<Int>) in range.map { " xmlns:p\($0)='urn:\($0)'" }.joined() }
        let outer = Self.repeated(50) { "<g\(declare(($0 * 900)..<($0 * 900 + 900)))>" }
        let use = Self.repeated(3000) { "<p\($0 * 37 % 9000):x/>" }
        let (items, _) = parse("<rss><channel><item><guid>1</guid>\(outer)\(use)</item></channel></rss>")
        #expect(items.map(\.id) == ["1"])
    }

    @Test(
        "whose markup never ends is text",
        arguments: ["<a ", "<a b='", "<!x ", "<?x ", "<script>", "<!--", "&amp", "<a =\">=\"", "<", "&"])
    func markup(piece: String) {
        let text = Self.repeated(4 * Self.count) { _ in piece }
        let (item, _) = Self.item("<guid>1</guid><description><![CDATA[\(text)]]></description>")
        #expect(item?.id == "1")
    }

    @Test(
        "whose end tags never end is read on",
        arguments: ["</a", "</aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "<a "])
    func endTags(piece: String) {
        let (item, _) = Self.item("<guid>1</guid>" + Self.repeated(4 * Self.count) { _ in piece } + ">")
        #expect(item?.id == "1")
    }

    @Test("whose feed says much and has no title does not say it again with each item")
    func feedWithoutTitle() {
        let channel = Self.repeated(4000) { "<x:e\($0)>v</x:e\($0)>" }
        let (items, _) = parse(
            rss(Self.repeated(4000) { "<item><guid>\($0)</guid></item>" }, channel: channel))
        #expect(items.count == 4000)
    }

    @Test("whose feed has a long title repeats its beginning only")
    func longTitle() {
        let title = String(repeating: "é", count: 200_000)
        let text = rss(
            Self.repeated(2000) { "<item><guid>\($0)</guid></item>" }, channel: "<title>\(title)</title>")
        let (items, end) = parse(text)
        #expect(items.count == 2000)
        #expect(items.last?.feed.title == String(repeating: "é", count: FeedLimits.repeatedSize / 2))
        #expect(end.feed.title == title)
        #expect(lines([Array(text.utf8)]).allSatisfy { $0.utf8.count < 2 * FeedLimits.repeatedSize })
    }

    @Test(
        "whose feed has long addresses leaves them out",
        arguments: [
            "<link>http://a/#</link>", "<language>#</language>", "<atom:link rel='self' href='http://a/#'/>",
            "<x xml:base='http://a/#'/>"
        ])
    func longAddresses(element: String) {
        let long = String(repeating: "x", count: 100_000)
        let channel = "<title>T</title>" + element.replacing("#", with: long)
        let items = parse(rss("<item><guid>1</guid><link>a</link></item>", channel: channel)).items
        #expect(items.first.map { json($0).text.utf8.count < 1000 } == true)
    }

    @Test(
        "cannot multiply a long base", arguments: ["<rights/>", "<content:encoded/>", "<enclosure url='x'/>"])
    func longBase(element: String) {
        let base = "http://a/" + String(repeating: "b", count: 1900) + "/"
        let text = rss(
            "<item xml:base='\(base)'><guid>1</guid>\(Self.repeated(Self.count) { _ in element })</item>")
        let (items, end) = parse(text)
        #expect(items.first?.id == "1")
        #expect(items.first.map { json($0).text.utf8.count < 3 << 20 } == true)
        #expect(end.problems.map(\.kind).allSatisfy { $0 == .tooManyParts })
    }

    @Test("cannot make much text of declared entities", arguments: ["<x y=\"#\"/>", "<title>#</title>"])
    func entities(element: String) {
        let doctype = "<!DOCTYPE rss [<!ENTITY a \"\(String(repeating: "A", count: 1000))\">]>"
        let content = element.replacing("#", with: String(repeating: "&a;", count: 100_000))
        let (items, end) = parse(
            doctype + "<rss><channel><title>&a;</title><item><guid>1</guid>\(content)</item></channel></rss>")
        #expect(items.first?.feed.title?.utf8.count == 1000)
        #expect(items.first.map { json($0).text.utf8.count < 4 << 20 } == true)
        #expect(end.problems.contains { $0.kind == .entitiesTooLong })
    }

    @Test("of XHTML whose first tag is cut for its length keeps what there is")
    func cutTag() {
        let limits = FeedLimits(textSize: 100)
        let text = """
            <feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><content type="xhtml">\
            <div class="\(String(repeating: "x", count: 200))">text</div></content></entry></feed>
            """
        let (items, end) = parse(text, context: .init(limits: limits))
        #expect(items.map(\.id) == ["1"])
        #expect(end.problems.contains { $0.kind == .textTooLong })
    }

    @Test("of JSON with a long head has its items and the rest of the head", arguments: [1 << 16, 9 << 20])
    func longHead(size: Int) {
        for text in ["x", "é", #"\""#, #"\u00e9"#] {
            let long = String(repeating: text, count: size / text.utf8.count)
            let (items, end) = parse(
                #"{"version":"https://jsonfeed.org/version/1.1","description":"\#(long)","title":"t","#
                    + #""items":[{"id":"1"}]}"#)
            #expect(items.map(\.id) == ["1"])
            #expect(items.first?.feed.title == "t")
            #expect(end.wasComplete)
        }
    }

    @Test(
        "of JSON with too many parts keeps as many as the limit says",
        arguments: [
            (#""_x":{@}"#, #""k#":#"#, Part.extensions, FeedLimits().elements),
            (#""tags":[@]"#, #""t#""#, .tags, FeedLimits().parts),
            (#""authors":[@]"#, ##"{"name":"n#"}"##, .authors, FeedLimits().parts),
            (#""attachments":[@]"#, ##"{"url":"http://a/#"}"##, .enclosures, FeedLimits().parts)
        ])
    func partsOfJSON(member: String, piece: String, kept: Part, limit: Int) {
        let pieces = (0..<Self.count).map { piece.replacing("#", with: "\($0)") }.joined(separator: ",")
        let (items, end) = parse(
            #"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","#
                + member.replacing("@", with: pieces) + "}]}")
        #expect(items.first.map(kept.count) == limit)
        #expect(items.first.map { json($0).text.utf8.count > 5 * limit } == true)
        #expect(end.problems.map(\.kind) == [.tooManyParts])
    }

    @Test(
        "with too many attributes in its markup is sanitised without the rest of them",
        arguments: ["x'", ">'"])
    func sanitised(value: String) {
        let attributes = Self.repeated(4 * Self.count) { " a\($0)='\(value)" }
        let html = "<p title='t'>x</p><p id='i'\(attributes)>y</p><p>z</p>"
        let safe = HTMLSanitizer.safe(html)
        #expect(safe.hasPrefix("<p title=\"t\">x</p>"))
        #expect(safe.hasSuffix("<p>z</p>"))
    }

    @Test("whose styles never end has none")
    func styles() {
        let style = Self.repeated(Self.count) { _ in "url(" }
        #expect(HTMLSanitizer.safe("<p style='color: red; \(style)'>x</p>") == "<p>x</p>")
        #expect(
            HTMLSanitizer.safe("<p style='color: red; \(style))'>x</p>") == "<p style=\"color: red;\">x</p>")
    }

    @Test("many extension elements become the same JSON as few", arguments: [3, 40])
    func sameJSON(rounds: Int) {
        let round = "<x:a>1</x:a><y:a>2</y:a><x:b z='3' z='4'/><plain>5</plain>"
        let (item, _) = Self.item("<x:o y:a='6'>\(Self.repeated(rounds) { _ in round })</x:o>" + round)
        let list = { (value: String) in "[" + Self.repeated(rounds) { _ in value + "," }.dropLast() + "]" }
        let inner =
            #"{"y:a":"6","a":\#(list(#""1""#)),"b":\#(list(#"{"z":"3"}"#)),"plain":\#(list(#""5""#))}"#
        let expected =
            #"{"x":{"o":\#(inner),"a":"1","b":{"z":"3"}},"y":{"a":"2"},"other":{"plain":"5"}}"#
        #expect(item.flatMap { json($0)["extensions"]?.text } == expected)
    }
}
