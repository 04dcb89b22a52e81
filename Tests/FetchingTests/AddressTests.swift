import Notation
import Testing

@testable import Fetching

@Suite struct WebURLTests {
    @Test(arguments: [
        ("http://Example.COM", "http://example.com/"), ("HTTP://example.com:80/a", "http://example.com/a"),
        ("https://example.com:443/", "https://example.com/"),
        ("https://example.com:8443", "https://example.com:8443/"),
        ("  http://example.com/a b?q=ü \n", "http://example.com/a%20b?q=%C3%BC"),
        ("http://münchen.de/straße", "http://xn--mnchen-3ya.de/stra%C3%9Fe"),
        ("http://例え.テスト/", "http://xn--r8jz45g.xn--zckzah/"),
        ("http://BÜCHER。example:8080/", "http://xn--bcher-kva.example:8080/"),
        ("http://☕.example/", "http://xn--53h.example/"),
        ("feed://example.com/rss", "http://example.com/rss"),
        ("feed:https://example.com/rss", "https://example.com/rss"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://example.com/a#part", "http://example.com/a"), ("http://e.com/%zz|", "http://e.com/%25zz%7C")
    ])
    func normalises(text: String, expected: String) throws {
        #expect(try WebURL(text).string == expected)
    }

    @Test(arguments: [
        "", "example.com", "ftp://example.com/", "http://", "http:///path", "javascript:alert(1)",
        "http://exa mple.com/",
        "file:///etc/passwd", "//example.com/", "http://example.com:0/", "http://example.com:99999/",
        "http://a\\b/"
    ])
    func refusesWhatIsNoWebAddress(text: String) {
        #expect(throws: FetchError.self) { try WebURL(text) }
    }

    @Test(arguments: [
        ("/x", "https://example.com/x"), ("x?y=1", "https://example.com/a/x?y=1"),
        ("?p=2", "https://example.com/a/b?p=2"),
        ("//cdn.example.com/z", "https://cdn.example.com/z"), ("../up", "https://example.com/up"),
        ("http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4")
    ])
    func resolvesReferences(reference: String, expected: String) throws {
        #expect(try WebURL("https://example.com/a/b").resolving(reference)?.string == expected)
    }

    @Test func takesCredentialsOutOfTheAddress() throws {
        let url = try WebURL("https://user:p%40ss@example.com/feed?key=abc")
        #expect(url.string == "https://example.com/feed?key=abc")
        #expect(url.credentials == .basic(user: "user", password: Secret("p@ss")))
        #expect("\(url)" == "https://example.com/feed?…")
    }

    @Test func errorsShowNeitherPasswordsNorQueries() {
        #expect(throws: FetchError.invalidURL("ftp://example.com/?…")) {
            try WebURL("ftp://user:secret@example.com/?token=secret")
        }
    }

    @Test func addsQueryItems() throws {
        let url = try WebURL("https://example.com/a?x=1").appending(query: [("q", "a b&c+d"), ("ü", "=")])
        #expect(url.string == "https://example.com/a?x=1&q=a%20b%26c%2Bd&%C3%BC=%3D")
    }

    @Test func whatStandsInTheQueryIsLeftAlone() throws {
        let url = try WebURL("https://example.com/?q=a+b%2F&page=1&&page=2")
        #expect(url.setting(query: [("page", "3")]).string == "https://example.com/?q=a+b%2F&page=3")
        #expect(url.setting(query: []).string == "https://example.com/?q=a+b%2F&page=1&page=2")
        #expect(url.query("q") == "a b/")
        #expect(url.query("page") == "1")
        #expect(url.query("none") == nil)
    }
}

@Suite struct HostNameTests {
    private static let label = String(repeating: "a", count: 63)

    @Test(arguments: [
        "a", "a.b.", "1.2.3.4", label + ".example", [label, label, label, "b"].joined(separator: ".")
    ])
    func namesWithinTheirLimitsArePossible(name: String) throws {
        #expect(try WebURL("http://\(name)/").host == name)
    }

    @Test(arguments: [
        ".", label + "a.example", [label, label, label, label].joined(separator: "."),
        String(repeating: "ä", count: 63) + ".example", String(repeating: "漢", count: 200_000)
    ])
    func longerOnesAreRefusedAtOnce(name: String) {
        let error = #expect(throws: FetchError.self) { try WebURL("http://\(name)/") }
        #expect("\(error.map { "\($0)" } ?? "")".utf8.count < 5000)
    }

    @Test func addressesWithoutEndAreRefused() throws {
        let url = try WebURL("http://a.example/")
        let long = "/" + String(repeating: "a", count: 1 << 16)
        #expect(url.resolving(long) == nil)
        // Each of these becomes six bytes.
        #expect(url.resolving("/" + String(repeating: "ä", count: 20_000)) == nil)
    }
}

@Suite struct PrivateAddressTests {
    @Test(arguments: [
        "127.0.0.1", "127.255.0.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "localhost", "feeds.localhost"
    ])
    func isPrivate(host: String) { #expect(IPAddress.isPrivate(host: host) == true) }

    @Test(arguments: [
        "8.8.8.8", "172.32.0.1", "172.15.255.255", "192.169.0.1", "100.128.0.1", "9.255.255.255", "11.0.0.0",
        "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::", "223.255.255.255"
    ])
    func isPublic(host: String) { #expect(IPAddress.isPrivate(host: host) == false) }

    @Test(arguments: [
        "example.com", "127.1", "2130706433", "0x7f.0.0.1", "localhost.example.com", "", "1.2.3.4.5"
    ])
    func mustBeResolved(host: String) { #expect(IPAddress.isPrivate(host: host) == nil) }
}

@Suite struct ProxyRulesTests {
    private func host(_ environment: [String: String], _ url: String) throws -> String? {
        ProxyRules(environment: environment).proxy(for: try WebURL(url)).map { "\($0.host):\($0.port)" }
    }

    @Test func eachSchemeHasItsVariable() throws {
        let environment = ["http_proxy": "http://plain:3128", "HTTPS_PROXY": "secure:8080"]
        #expect(try host(environment, "http://example.com/") == "plain:3128")
        #expect(try host(environment, "https://example.com/") == "secure:8080")
        #expect(try host(["all_proxy": "http://all:1"], "https://example.com/") == "all:1")
        #expect(try host(["all_proxy": "socks5://all"], "https://example.com/") == "all:1080")
    }

    @Test func theUpperCaseFormForHTTPIsNotTrusted() throws {
        #expect(try host(["HTTP_PROXY": "http://evil:1"], "http://example.com/") == nil)
    }

    @Test(arguments: [
        ("example.com", "http://example.com/"), ("example.com", "http://feeds.example.com/"),
        (".example.com", "http://example.com/"), ("*.example.com", "http://a.example.com/"),
        ("*", "http://anything/"),
        ("a.b, example.com", "http://example.com/"), ("10.0.0.0/8", "http://10.9.8.7/"),
        ("fd00::/8", "http://[fd00::1]/"),
        ("192.0.2.1", "http://192.0.2.1/"), ("example.com:8080", "http://example.com:8080/"),
        ("", "http://localhost/"),
        ("", "http://127.0.0.1:99/"), ("", "http://[::1]/")
    ])
    func goesDirectly(exceptions: String, url: String) throws {
        #expect(try host(["http_proxy": "http://p:1", "no_proxy": exceptions], url) == nil)
    }

    @Test(arguments: [
        ("example.com", "http://notexample.com/"), ("example.com:8080", "http://example.com/"),
        ("10.0.0.0/8", "http://11.0.0.1/"), ("10.0.0.0/99", "http://10.0.0.1/"), ("10.", "http://10.0.0.1/")
    ])
    func goesThroughTheProxy(exceptions: String, url: String) throws {
        #expect(try host(["http_proxy": "http://p:1", "NO_PROXY": exceptions], url) == "p:1")
    }

    @Test func credentialsAreRead() throws {
        let rules = ProxyRules(environment: ["http_proxy": "http://me:word@p:1"])
        #expect(
            rules.proxy(for: try WebURL("http://a/"))?.credentials
                == .basic(user: "me", password: Secret("word")))
    }
}
