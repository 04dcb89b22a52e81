import Notation
import Testing

@testable import Fetching

@Suite struct HeaderTests {
    @Test func namesAreComparedWithoutCase() {
        let headers = HeaderFields([("ETag", "a"), ("etag", "b")])
        #expect(headers["ETAG"] == "a")
        #expect(headers.all("Etag") == ["a", "b"])
    }

    @Test func listsAreSplitOutsideOfQuotes() {
        let headers = HeaderFields([("X", "a, \"b,\\\"c\" ,, d"), ("x", "e")])
        #expect(headers.list("x") == ["a", "\"b,\\\"c\"", "d", "e"])
    }

    @Test(arguments: [
        ("text/XML; charset=UTF-8", "text/xml", "UTF-8"),
        ("application/rss+xml;Charset=\"utf-8\"", "application/rss+xml", "utf-8"),
        ("text/html ;x=y; charset = iso-8859-1", "text/html", "iso-8859-1")
    ])
    func mediaTypesHaveACharset(value: String, essence: String, charset: String) {
        let type = MediaType(value)
        #expect(type?.essence == essence)
        #expect(type?.charset == charset)
    }

    @Test func aMediaTypeNeedsASlash() {
        #expect(MediaType("rss") == nil)
        #expect(MediaType("") == nil)
    }

    @Test func linksAreFoundByRelation() {
        let value =
            #"<https://a/?x=1,2&max_id=3>; rel="next", </p?min_id=9>; title="a, b"; rel="prev self", <x>, junk; rel="first""#
        let links = LinkHeader(HeaderFields([("Link", value)]))
        #expect(links["next"] == "https://a/?x=1,2&max_id=3")
        #expect(links["prev"] == "/p?min_id=9")
        #expect(links["self"] == "/p?min_id=9")
        #expect(links["first"] == nil)
        #expect(links.links.count == 3)
    }

    @Test(arguments: ["<", "<>", "<a", "\"", ";", ",", "<a>;rel", "<a>;rel=\"", "<a>; rel=\"\\"])
    func brokenLinksHurtNobody(value: String) {
        #expect(LinkHeader(HeaderFields([("Link", value)]))["next"] == nil)
    }

    @Test func secretsStaySecret() throws {
        let secret = Secret("hunter2")
        var request = try FetchRequest("https://user:hunter2@example.com/?k=hunter2")
        request.headers = [("X-Key", secret)]
        var dumped = ""
        dump(secret, to: &dumped)
        dump(Credentials.bearer(secret), to: &dumped)
        for text in [
            "\(secret)", String(reflecting: secret), "\(Credentials.bearer(secret))", "\(request)", dumped
        ] {
            #expect(!text.contains("hunter2"))
        }
    }
}
