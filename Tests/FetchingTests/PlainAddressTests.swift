import TestSupport
import Testing

@testable import Fetching

/// Addresses in normal form are read without Foundation, and mean the same.
struct PlainAddressTests {
    private static let pieces = [
        "http://", "https://", "HTTP://", "feed:", "a", "news", "Ex", "example.org", "127.0.0.1",
        "xn--bcher-kva", ".",
        "..", "-", "_", "/", "//", "/./", "/../", ":", ":80", ":443", ":8080", ":065", ":70000", "?", "=",
        "&", "#", "@",
        "%41", "%", "+", "~", " ", "é", "[::1]", "rss.xml", "1"
    ]

    @Test(arguments: 0..<20) func theyAreReadAsOthersAre(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var plainCount = 0
        for _ in 0..<2000 {
            var text = Bool.random(using: &random) ? "http://example.org/" : "https://news.a-b.example:8080"
            if Int.random(in: 0..<4, using: &random) == 0 { text = "" }
            for _ in 0..<Int.random(in: 0..<6, using: &random) {
                text += Self.pieces.randomElement(using: &random) ?? ""
            }
            guard let plain = WebURL(plain: text) else { continue }
            plainCount += 1
            #expect(plain == (try? WebURL(anyhowWritten: text)), "\(text)")
        }
        #expect(plainCount > 100)
    }

    @Test(arguments: [
        "http://example.org/", "https://example.org/feed/rss.xml?page=2&n=10",
        "http://127.0.0.1:46811/feeds/17",
        "https://a.b-c.example:8443/x_y/Z.atom"
    ]) func mostAreInNormalForm(text: String) {
        #expect(WebURL(plain: text)?.string == text)
    }

    @Test(arguments: [
        "http://example.org", "HTTP://example.org/", "http://Example.org/", "http://example.org:80/",
        "https://example.org:443/", "http://u@example.org/", "http://example.org/a/../b",
        "http://example.org/%41",
        "http://example.org/a#b", "http://bücher.example/", "/feed", "ftp://example.org/", "http:///a"
    ]) func othersTakeMore(text: String) {
        #expect(WebURL(plain: text) == nil)
    }
}
