import Testing

@testable import Feeds

@Suite("A feed's items")
struct FeedParserTests {
    @Test(
        "of every format",
        arguments: [
            (
                "<rss version='2.0'><channel><item><title>T</title><link>http://a/1</link></item></channel></rss>",
                FeedFormat.rss20
            ),
            (
                "<rss version='0.91'><channel><item><title>T</title><link>http://a/1</link></item></channel></rss>",
                .rss091u
            ),
            (
                "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
                    + "<channel/><item rdf:about='x'><title>T</title><link>http://a/1</link></item></rdf:RDF>",
                .rss10
            ),
            (
                "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title><link href='http://a/1'/></entry></feed>",
                .atom10
            ),
            (
                "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>T</title><link href='http://a/1'/>"
                    + "</entry></feed>", .atom03
            ),
            (
                #"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"title":"T","url":"http://a/1"}]}"#,
                .json11
            ),
            (
                #"{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"T","url":"http://a/1"}]}"#,
                .json1
            )
        ])
    func everyFormat(document: String, format: FeedFormat) {
        let (items, end) = parse(document)
        #expect(items.map(\.title) == ["T"])
        #expect(items.map(\.url) == ["http://a/1"])
        #expect(end.feed.format == format)
        #expect(end.failure == nil)
        #expect(end.wasComplete)
    }

    @Test("leave with the last byte of their closing tag")
    func incremental() {
        let head = "<rss><channel><title>F</title><item><title>One</title><guid>1</guid></item"
        var parser = FeedParser()
        for byte in head.utf8 { #expect(parser.push([byte]).isEmpty) }
        #expect(parser.push([UInt8(ascii: ">")]).map(\.id) == ["1"])
    }

    @Test("of a JSON Feed leave with the last byte of their object, with what is known of the feed")
    func incrementalJSON() {
        let head =
            #"{"version":"https://jsonfeed.org/version/1.1","title":"F","items":[{"id":"a","tags":["}"]}"#
        var parser = FeedParser()
        for byte in head.utf8.dropLast() { #expect(parser.push([byte]).isEmpty) }
        let items = parser.push([UInt8(ascii: "}")])
        #expect(items.map(\.id) == ["a"])
        #expect(items.first?.feed.title == "F")
    }

    @Test("before a break are kept, and the break is told")
    func breakOff() {
        let (items, end) = parse(
            "<rss><channel><item><guid>1</guid></item><item><guid>2</guid></item><item><guid>3")
        #expect(items.map(\.id) == ["1", "2"])
        #expect(!end.wasComplete)
        #expect(end.problems.map(\.kind) == [.cutOff])
        #expect(end.failure == nil)
    }

    @Test("have the guid, else the link, else a hash as id, in their own case")
    func ids() {
        let (items, _) = parse(
            rss(
                """
                <item><guid isPermaLink="false">AbC</guid><link>http://a/1</link></item>
                <item><link>http://A/Path</link></item>
                <item><title>x</title><description>y</description></item>
                <item><title>x</title><description>z</description></item>
                """))
        #expect(items.map(\.id).prefix(2) == ["AbC", "http://A/Path"])
        #expect(items[2].id.count == 64)
        #expect(items[2].id != items[3].id)
    }

    @Test("with one guid and different links are kept apart; true repetitions are not")
    func repeatedGuid() {
        let item = { (link: String) in "<item><guid isPermaLink='false'>g</guid><link>\(link)</link></item>" }
        let (items, _) = parse(rss(item("http://a/1") + item("http://a/2") + item("http://a/1")))
        #expect(items.map(\.id) == ["g", "g#http://a/2", "g"])
    }

    @Test(
        "have their feed in front of an id that is no URI, where feeds share a source",
        arguments: [
            ("1", "http://f#1"), ("a:b", "http://f#a:b"), ("http://a/1", "http://a/1"),
            ("x://y", "x://y"), ("URN:uuid:1", "URN:uuid:1"), ("tag:a,2026:1", "tag:a,2026:1")
        ])
    func scopedIDs(guid: String, expected: String) {
        let document = rss("<item><guid isPermaLink='false'>\(guid)</guid></item>")
        let (items, _) = parse(document, context: .init(idScope: "http://f"))
        #expect(items.map(\.id) == [expected])
    }

    @Test("are kept apart however many came before")
    func manyRepeatedGuids() {
        let documents = ["a", "b"].map { host in
            (0..<3000).map {
                "<item><guid isPermaLink='false'>\($0)</guid><link>http://\(host)/</link></item>"
            }
        }
        let (items, _) = parse(rss(documents.joined().joined()))
        #expect(items.map(\.id) == (0..<3000).map { "\($0)" } + (0..<3000).map { "\($0)#http://b/" })
    }

    @Test(
        "survive what is no XML",
        arguments: [
            ("AT&T and R&D", "AT&T and R&D", FeedProblem.Kind.bareAmpersand),
            ("caf&eacute;&nbsp;&rarr;", "café\u{A0}→", .undeclaredEntity),
            ("1 < 2 <3", "1 < 2 <3", .bareLessThan),
            ("one<br>two", "one two", .missingEndTag),
            ("a\u{8}b", "ab", .invalidBytes),
            ("<b><i>x</b> y", "x y", .missingEndTag),
            ("x</i>", "x", .unexpectedEndTag)
        ])
    func mended(title: String, expected: String, problem: FeedProblem.Kind) {
        let (items, end) = parse(
            rss("<item>\n<title>\(title)</title><link>http://a/1</link></item><item><guid>2</guid></item>"))
        #expect(items.map(\.title) == [expected, nil])
        #expect(items.map(\.url) == ["http://a/1", nil])
        #expect(end.problems.map(\.kind) == [problem])
        #expect(end.wasComplete)
    }

    @Test("whose end tag is missing end where the next begins")
    func missingItemEnd() {
        let (items, end) = parse(rss("<item><guid>1</guid><title>A</title><item><guid>2</guid></item>"))
        #expect(items.map(\.id) == ["1", "2"])
        #expect(end.problems.map(\.kind) == [.missingEndTag])
    }

    @Test(
        "after junk before the prolog",
        arguments: ["\n\n", "PHP Warning: x in y\n", "\u{FEFF}\u{FEFF}", "<?php echo 1 ?>"])
    func junk(before: String) {
        let (items, end) = parse(before + rss("<item><guid>1</guid></item>"))
        #expect(items.map(\.id) == ["1"])
        #expect(end.failure == nil)
    }

    @Test(
        "are nobody's when the document is no feed",
        arguments: [
            ("", FeedFailure.empty),
            ("<!DOCTYPE html><html><head><title>Log in</title></head><body><form>", .htmlPage),
            ("<!doctype html>", .htmlPage),
            ("<p>Bad gateway</p>", .htmlPage),
            ("<svg xmlns='http://www.w3.org/2000/svg'><title>x</title></svg>", .notAFeed(root: "svg")),
            ("{\"error\":\"rate limit\"}", .notAJSONFeed),
            ("[]", .notAJSONFeed),
            ("just text", .notText),
            ("\u{1F}\u{8B}\u{8}\u{0}", .notText)
        ])
    func noFeed(document: String, failure: FeedFailure) {
        let (items, end) = parse(document)
        #expect(items.isEmpty)
        #expect(end.failure == failure)
        #expect(!end.wasComplete)
    }

    @Test("of an HTML page are waited for as long as it may have a feed inside, and no longer")
    func earlyFailure() {
        var parser = FeedParser()
        _ = parser.push(Array("<html><head>".utf8))
        #expect(parser.failure == nil)
        _ = parser.push(Array(String(repeating: "<p>text</p>", count: 10_000).utf8))
        #expect(parser.failure == .htmlPage)
    }

    @Test("stay within the limits")
    func limits() {
        let limits = FeedLimits(depth: 20, textSize: 100, items: 2)
        let deep = String(repeating: "<x>", count: 50) + String(repeating: "</x>", count: 50)
        let long = String(repeating: "y", count: 500)
        let (items, end) = parse(
            rss(
                "<item><guid>1</guid>\(deep)<title>\(long)</title></item><item><guid>2</guid></item><item><guid>3</guid></item>"
            ),
            context: .init(limits: limits))
        #expect(items.map(\.id) == ["1", "2"])
        #expect(items[0].title == String(repeating: "y", count: 100))
        #expect(Set(end.problems.map(\.kind)) == [.tooDeep, .textTooLong, .tooManyItems])
    }

    @Test("do not grow by entities that refer to entities")
    func billionLaughs() {
        let lines = (1...9).map { "<!ENTITY l\($0) \"\(String(repeating: "&l\($0 - 1);", count: 10))\">" }
            .joined()
        let (items, _) = parse(
            "<!DOCTYPE rss [<!ENTITY l0 \"lol\">\(lines)]><rss><channel><item><title>&l9; &l0;</title></item></channel></rss>"
        )
        #expect(items.map(\.title) == ["&l9; lol"])
    }

    @Test("name the line of a problem")
    func lines() {
        let (_, end) = parse(
            "<rss><channel>\n<title>a</title>\n<item><title>A & B</title></item></channel></rss>")
        #expect(end.problems == [FeedProblem(.bareAmpersand, line: 3)])
    }
}
