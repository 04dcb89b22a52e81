import Testing

@testable import Feeds

/// Where a feed begins and ends in its document.
@Suite("A feed")
struct DocumentEndTests {
    private static let feed = rss("<item><title>a</title></item>")
    private static let atom =
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><entry><id>urn:1</id></entry></feed>"

    @Test(
        "is whole although something follows",
        arguments: [
            "<img src='x' width=1>", "<br>", "<script>if (a < b) { }</script>", "</body></html>",
            "<!-- 1.2 s",
            "<div><p>served", "\u{0}\u{1A}"
        ])
    func after(rest: String) {
        let (items, end) = parse(Self.feed + rest)
        #expect(items.count == 1)
        #expect(end.wasComplete)
    }

    @Test("that breaks off is not whole, even after another")
    func second() {
        #expect(!parse(Self.feed + "<rss><channel><item><title>b</title>").end.wasComplete)
    }

    @Test("inside a page is read, with its own title", arguments: [feed, atom])
    func page(feed: String) {
        let document =
            feed.drop { $0 != "<" }.hasPrefix("<?") ? String(feed.drop { $0 != ">" }.dropFirst()) : feed
        let (items, end) = parse(
            "<!DOCTYPE html><html><head><title>Page</title><link href='x.css'></head><body><div>\(document)</div></body></html>"
        )
        #expect(items.count == 1)
        #expect(end.failure == nil)
        #expect(end.wasComplete)
        #expect(end.feed.title?.hasPrefix("F") == true)
    }

    @Test("is told from a page without one, soon or at its end")
    func noFeed() {
        #expect(parse("<html><body><p>x</p></body></html>").end.failure == .htmlPage)
        var parser = FeedParser()
        _ = parser.push(Array(("<html><body>" + String(repeating: "<p>text</p>", count: 10_000)).utf8))
        #expect(parser.failure == .htmlPage)
    }

    @Test(
        "may have two byte order marks",
        arguments: [feed, #"{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}]}"#])
    func marks(document: String) {
        let (items, end) = parse("\u{FEFF}\u{FEFF}" + document)
        #expect(items.count == 1)
        #expect(end.wasComplete)
    }
}
