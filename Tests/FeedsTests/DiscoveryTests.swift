import Testing

@testable import Feeds

@Suite("The feeds that a page names")
struct FeedLinksTests {
    private func links(_ page: String) -> [String] { FeedLinks(in: Array(page.utf8)).addresses }

    @Test("links of a feed's type come first, JSON and comments behind, guesses from the text last")
    func order() {
        let page = """
            <!DOCTYPE html><html><head><title>A page</title>
            <link rel="stylesheet" href="/a.css"><link rel=icon href=/i.png>
            <link rel="alternate" hreflang="de" href="/de/">
            <link rel="alternate" type="application/json+oembed" href="/oembed">
            <link rel="alternate" type="application/json" href="/wp-json/1">
            <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
            <LINK REL="Alternate" TYPE="Application/Atom+XML; charset=utf-8" HREF=" /atom ">
            <link rel='alternate home' type='application/feed+json' href='feed.json?a=1&amp;b=2'/>
            </head><body><p>Read <a href="/about">this</a>, <a href="https://x.test/news.rss?x=1">that</a>
            <a href="/feed/">and</a><a href="/atom">again</a></body></html>
            """
        #expect(
            links(page) == [
                "/atom", "feed.json?a=1&b=2", "/wp-json/1", "/comments/feed/", "https://x.test/news.rss?x=1",
                "/feed/"
            ])
    }

    @Test("the page's base is told, the first one only")
    func base() {
        let page = "<head><base href='https://x.test/a/'><base href='/b'><link rel=feed href=f></head>"
        let links = FeedLinks(in: Array(page.utf8))
        #expect(links.base == "https://x.test/a/")
        #expect(links.addresses == ["f"])
    }

    @Test(
        "broken pages give what can be seen, and others nothing",
        arguments: [
            ("<link rel=alternate type=application/rss+xml href=/f", ["/f"]),
            ("<html><head><script>'<link rel=feed href=no>'</script><link rel=feed href=/f><body", ["/f"]),
            ("<!-- <link rel=feed href=no> --><p><link rel=feed href=/f>", ["/f"]),
            ("", []), ("plain text", []), ("<link rel=feed href=''><link rel=feed><a>x</a>", [])
        ])
    func brokenPages(page: String, expected: [String]) {
        #expect(links(page) == expected)
    }

    @Test("pages in other charsets are read")
    func charsets() {
        var page = Array("<head><meta charset=iso-8859-1><title>caf".utf8) + [0xE9]
        page += Array("</title><link rel=feed href=/f></head>".utf8)
        #expect(FeedLinks(in: page, contentType: "text/html; charset=iso-8859-1").addresses == ["/f"])
        let wide = "\u{FEFF}<link rel=feed href=/f>".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(FeedLinks(in: wide).addresses == ["/f"])
    }
}

@Suite("A list of feeds")
struct FeedListTests {
    private func list(_ text: String) throws -> FeedList { try FeedList(Array(text.utf8)) }

    @Test("entries are found at every depth, whatever the case of their attributes")
    func entries() throws {
        let list = try list(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <opml version="2.0"><head><title>Mine</title></head><body>
            <outline text="News"><outline type="rss" text="A &amp; B" title="" xmlUrl=" https://a.test/f?x=1&amp;y=2 "/>
            <outline text="deeper"><OUTLINE TEXT="C" title="Sea" XMLURL='https://c.test/'></OUTLINE></outline></outline>
            <outline text="a page" type="link" url="https://d.test/"/><outline xmlUrl=""/>
            </body></opml>
            """)
        #expect(list.isComplete)
        #expect(list.entries.map(\.address) == ["https://a.test/f?x=1&y=2", "https://c.test/"])
        #expect(list.entries.map(\.title) == ["A & B", "Sea"])
        #expect(list.entries.map(\.line) == [3, 4])
    }

    @Test("a list that breaks off keeps what came before, and shows it")
    func cut() throws {
        let list = try list("<opml><body><outline xmlUrl='https://a.test/'/><outline xmlUrl='https://b.te")
        #expect(list.entries.map(\.address) == ["https://a.test/"])
        #expect(!list.isComplete)
    }

    @Test(
        "what is no list is refused",
        arguments: [
            ("", FeedList.Failure.empty), ("nothing", .notOPML(root: nil)),
            ("<rss version='2.0'><channel/></rss>", .notOPML(root: "rss")),
            ("<!DOCTYPE html><html><outline xmlUrl='x'/></html>", .notOPML(root: "html"))
        ])
    func refused(text: String, failure: FeedList.Failure) {
        #expect(throws: failure) { try list(text) }
    }

    @Test("a long list is read in one go") func long() throws {
        let outlines = (0..<20_000).map { "<outline text='feed \($0)' xmlUrl='https://h.test/\($0)'/>\n" }
        let list = try list("<opml><body>" + outlines.joined() + "</body></opml>")
        #expect(list.entries.count == 20_000)
        #expect(list.entries.last?.line == 20_000)
    }
}
