import Testing

@testable import Feeds

/// Attacks by kind. `scripts/sanitiser-in-chromium` opens what is left of the same ones in a browser.
@Suite("Sanitised HTML")
struct SanitizerVectorTests {
    static let vectors: [String] = {
        let bytes = (try? FeedsTests.bytes(ofFile: "Tests/Vectors/sanitizer.txt")) ?? []
        let escapes = [("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t"), ("\\f", "\u{C}"), ("\\0", "\0")]
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("# ") }
            .map {
                escapes.reduce(String($0)) { $0.replacing($1.0, with: $1.1) }
            }
    }()

    /// What nobody may meet in sanitised HTML, whatever the lists of the sanitiser say.
    private static let elements: Set<String> = [
        "applet", "base", "bgsound", "embed", "fencedframe", "frame", "frameset", "handler", "iframe",
        "image", "link",
        "listener", "math:script", "meta", "noembed", "noframes", "object", "param", "plaintext", "portal",
        "script",
        "style", "template", "xml", "xmp"
    ]
    private static let attributes: Set<String> = [
        "srcdoc", "formaction", "http-equiv", "ping", "popovertarget"
    ]
    private static let addresses: Set<String> = [
        "action", "altimg", "background", "cite", "data", "dynsrc", "href", "longdesc", "lowsrc", "poster",
        "src",
        "usemap", "xlink:href", "xml:base"
    ]

    @Test("holds nothing that runs", arguments: vectors)
    func nothingRuns(vector: String) throws {
        for html in [vector, "<p>a</p>" + vector + "<p>b</p>", "<table><tr><td>" + vector] {
            let safe = HTMLSanitizer.safe(html, base: "https://example.com/")
            // Text without a tag is not HTML, so that nothing is done to it.
            guard html.contains("<") else { continue }
            for tag in try StrictHTML.tags(safe) {
                #expect(!Self.elements.contains(tag.name), "\(safe)")
                for (name, value) in tag.attributes {
                    #expect(!name.hasPrefix("on") && !Self.attributes.contains(name), "\(safe)")
                    guard Self.addresses.contains(name) else { continue }
                    #expect(value.isEmpty || value.hasPrefix("#") || isHarmless(value), "\(safe)")
                }
            }
            #expect(HTMLSanitizer.safe(safe, base: "https://example.com/") == safe)
        }
    }

    @Test("was tried on many")
    func count() { #expect(Self.vectors.count >= 250) }

    @Test("has no line breaks in its addresses, and keeps the sets of pictures")
    func addresses() {
        let html = """
            <picture><source srcset="a.webp 1x, javascript:x 2x"><img src="https://x/&#10;  y.png" srcset="b.png 2x"></picture>
            <a href="https://x/\n\ty">z</a>
            """
        #expect(
            HTMLSanitizer.safe(html)
                == """
                <picture><source srcset="a.webp 1x" /><img src="https://x/y.png" srcset="b.png 2x" /></picture>
                <a href="https://x/y">z</a>
                """)
    }

    private func isHarmless(_ address: String) -> Bool {
        let scheme = address.utf8.prefix { $0 != UInt8(ascii: ":") }
        let known = ["http", "https", "mailto", "feed"]
        return scheme.count == address.utf8.count
            || known.contains { scheme.elementsEqual($0.utf8) }
                && !address.dropFirst(5).lowercased().hasPrefix("javascript")
    }
}

/// Tags in the one spelling in which they are written, so that no two readers take them for different things.
private enum StrictHTML {
    struct Tag {
        var name: String
        var attributes: [(String, String)] = []
    }

    struct Unclear: Error {
        var html: String
    }

    static func tags(_ html: String) throws -> [Tag] {
        let tag = /<\/?([a-zA-Z][a-zA-Z0-9\-]*)((?: [a-zA-Z][a-zA-Z0-9\-:]*="[^"<>]*")*)(?: \/)?>/
        let attribute = /\ ([a-zA-Z][a-zA-Z0-9\-:]*)="([^"<>]*)"/
        guard !html.replacing(tag, with: "").contains(where: { $0 == "<" || $0 == ">" }) else {
            throw Unclear(html: html)
        }
        return html.matches(of: tag).map { match in
            let attributes = String(match.2).matches(of: attribute)
            return Tag(
                name: match.1.lowercased(),
                attributes: attributes.map { ($0.1.lowercased(), HTMLText.plain(String($0.2))) })
        }
    }
}
