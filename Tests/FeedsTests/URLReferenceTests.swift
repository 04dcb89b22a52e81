import Testing

@testable import Feeds

@Suite("A reference")
struct URLReferenceTests {
    @Test(
        "is resolved as RFC 3986 says",
        arguments: [
            ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../../g", "http://a/g"), ("g;x=1/../y", "http://a/b/c/y"), ("mailto:x@y", "mailto:x@y"),
            ("http:g", "http://a/b/c/g"), ("HTTPS://X/Y", "HTTPS://X/Y"), ("http:///x/y", "http://x/y"),
            (" g ", "http://a/b/c/g")
        ])
    func resolution(reference: String, expected: String) {
        #expect(URLReference.resolve(reference, in: "http://a/b/c/d;p?q") == expected)
    }

    @Test("without a base stays as it is", arguments: ["g", "../x", "http://a"])
    func noBase(reference: String) {
        #expect(URLReference.resolve(reference, in: "") == reference)
    }

    @Test(
        "is unsafe when it is code",
        arguments: [
            ("http://a", true), ("/a", true), ("mailto:x", true), ("javascript:x", false),
            ("JAVA\nSCRIPT:x", false),
            ("\u{1}javascript:x", false), ("data:text/html,x", false), ("vbscript:x", false), ("a:b", false),
            ("?a:b", true)
        ])
    func safety(reference: String, isSafe: Bool) {
        #expect(URLReference.isSafe(reference) == isSafe)
    }
}
