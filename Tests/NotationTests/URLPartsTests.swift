import Notation
import TestSupport
import Testing

@Suite("The parts of a URL")
struct URLPartsTests {
    @Test(
        "stand between its separators",
        arguments: [
            ("http://u:p@h:8/p/q?r#s", "http", "u:p@h:8", "/p/q", "r", "s"),
            ("mailto:a@b.example", "mailto", nil, "a@b.example", nil, nil), ("//h", nil, "h", "", nil, nil),
            ("/p?", nil, nil, "/p", "", nil), ("#", nil, nil, "", nil, ""),
            ("?a:b", nil, nil, "", "a:b", nil),
            ("a/b:c", nil, nil, "a/b:c", nil, nil), ("1a:b", nil, nil, "1a:b", nil, nil),
            (":a", nil, nil, ":a", nil, nil),
            ("file:///x", "file", "", "/x", nil, nil), ("http://h?q", "http", "h", "", "q", nil),
            ("http://h#a?b#c", "http", "h", "", nil, "a?b#c"), ("http://h\\p", "http", "h", "\\p", nil, nil),
            ("", nil, nil, "", nil, nil), ("é:b", nil, nil, "é:b", nil, nil)
        ] as [(String, String?, String?, String, String?, String?)])
    func cutting(
        text: String, scheme: String?, authority: String?, path: String, query: String?, fragment: String?
    ) {
        let parts = URLParts(text)
        #expect(parts.scheme.map(String.init) == scheme)
        #expect(parts.authority.map(String.init) == authority)
        #expect(String(parts.path) == path)
        #expect(parts.query.map(String.init) == query)
        #expect(parts.fragment.map(String.init) == fragment)
    }

    @Test("make the text again, whatever it is")
    func roundTrip() {
        var random = SeededGenerator(seed: 4)
        let pieces = [
            "http", ":", "/", "//", "?", "#", "@", "[", "]", "h", "é", "\u{301}", "\r\n", "\\", ".", "..",
            "%", "1"
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...12, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            #expect(Array(URLParts(text).text.utf8) == Array(text.utf8))
        }
    }

    @Test(
        "of an authority are user, host and port",
        arguments: [
            ("h", nil, "h", nil), ("h:80", nil, "h", "80"), ("h:", nil, "h", ""), ("u@h", "u", "h", nil),
            ("u:p@w@h:1", "u:p@w", "h", "1"), ("[::1]", nil, "[::1]", nil), ("[::1]:8", nil, "[::1]", "8"),
            ("h:x", nil, "h:x", nil), ("[::1", nil, "[::1", nil), ("", nil, "", nil), ("@", "", "", nil)
        ] as [(String, String?, String, String?)])
    func host(authority: String, userInfo: String?, host: String, port: String?) {
        let parts = URLParts.Host(authority[...])
        #expect(parts.userInfo.map(String.init) == userInfo)
        #expect(String(parts.host) == host)
        #expect(parts.port.map(String.init) == port)
    }

    @Test(
        "of a reference are resolved as in the examples of RFC 3986, 5.4",
        arguments: [
            ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"),
            (";x", "http://a/b/c/;x"), ("g;x", "http://a/b/c/g;x"), ("g;x?y#s", "http://a/b/c/g;x?y#s"),
            ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../", "http://a/"),
            ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"),
            ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."),
            (".g", "http://a/b/c/.g"),
            ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"), ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"),
            ("g;x=1/./y", "http://a/b/c/g;x=1/y"), ("g;x=1/../y", "http://a/b/c/y"),
            ("g?y/./x", "http://a/b/c/g?y/./x"), ("g#s/../x", "http://a/b/c/g#s/../x"),
            ("http:g", "http://a/b/c/g")
        ])
    func resolution(reference: String, expected: String) {
        #expect(URLParts(reference).resolved(against: URLParts("http://a/b/c/d;p?q")).text == expected)
    }

    @Test("of a base without a path leave the reference its slash")
    func emptyPath() {
        #expect(URLParts("g").resolved(against: URLParts("http://a")).text == "http://a/g")
        #expect(URLParts("?y").resolved(against: URLParts("http://a")).text == "http://a?y")
    }
}
