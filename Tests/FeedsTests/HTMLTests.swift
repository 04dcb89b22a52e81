import TestSupport
import Testing

@testable import Feeds

@Suite("HTML")
struct HTMLTests {
    @Test(
        "as plain text",
        arguments: [
            ("plain", "plain"),
            ("  a \n\t b  ", "a b"),
            ("<p>one</p><p>two</p>", "one two"),
            ("a<br>b<br/>c", "a b c"),
            ("H<sub>2</sub>O <b>b</b>old", "H2O bold"),
            ("fish &amp; chips&nbsp;&#8212; &#x41;&hellip;", "fish & chips — A…"),
            ("a&nbsp;&nbsp;b\u{A0}c", "a b c"),
            ("AT&T &unknown; &", "AT&T &unknown; &"),
            ("1 < 2 > 0", "1 < 2 > 0"),
            ("x<script>alert('<p>')</script>y<style>p{}</style>z", "x y z"),
            ("a<!-- b > c -->d", "ad"),
            ("<a href='x>y' title=\"q\">link</a>", "link"),
            ("naïve café — 日本", "naïve café — 日本"),
            ("<ul><li>one</li><li>two</li></ul>end", "one two end"),
            ("<p", "<p"),
            ("", ""),
            ("&lt;b&gt;", "<b>"),
            ("a  <b> c </b>  d", "a c d")
        ])
    func plain(html: String, expected: String) {
        #expect(HTMLText.plain(html) == expected)
    }

    @Test(
        "that nests deeper than its parser goes keeps all its text",
        arguments: [
            ("<div>", "</div>"), ("<b>x", ""), ("<ul><li>x", "</ul>"),
            ("<blockquote><p>", "</p></blockquote>"),
            ("<table><tr><td>", "</td></tr></table>"), ("<p><font>x</p>", ""),
            ("<figcaption>", "</figcaption>"),
            ("<dl><dd><p>x", "</dl>"), ("<dd>x", ""), ("<dt>x<dd>y", ""), ("<rt>x", ""), ("<optgroup>x", ""),
            ("<B title='>'>", "</B>")
        ])
    func deep(open: String, close: String) {
        let html =
            String(repeating: open, count: 1000) + "inside" + String(repeating: close, count: 1000)
            + "<p>behind</p>"
        let safe = HTMLSanitizer.safe(html)
        #expect(HTMLText.plain(safe) == HTMLText.plain(html))
        #expect(HTMLSanitizer.safe(safe) == safe)
    }

    @Test("that nests as deep as honest texts do keeps each tag")
    func honestDepth() {
        let open = "<div><section><ul><li><table><tr><td><blockquote><p><b>"
        let close = "</b></p></blockquote></td></tr></table></li></ul></section></div>"
        let html = String(repeating: open, count: 10) + "x" + String(repeating: close, count: 10)
        #expect(HTMLSanitizer.safe(html) == html)
    }

    @Test(
        "made safe",
        arguments: [
            ("<p onclick='x()'>a</p>", "<p>a</p>"),
            ("a<script>alert(1)</script>b", "ab"),
            ("<a href='javascript:x'>a</a>", "<a href=\"\">a</a>"),
            ("<a href=' jAvA\tscript:x'>a</a>", "<a href=\"\">a</a>"),
            ("<img src='data:text/html,x' alt='y'>", "<img alt=\"y\" />"),
            ("<iframe src='http://x'>in</iframe>", "in"),
            ("<b><i>x</b>", "<b><i>x</i></b>"),
            ("<a title='\"<x>&'>y</a>", "<a title=\"&quot;&lt;x&gt;&amp;\">y</a>"),
            ("<span style='color: red; behavior: url(x)'>y</span>", "<span style=\"color: red;\">y</span>"),
            ("<span style='color: red; position: fixed'>y</span>", "<span style=\"color: red;\">y</span>"),
            ("<!-- x --><p>y</p>", "<p>y</p>"),
            ("<style>p{}</style><base href='http://evil/'>x", "x"),
            (
                "<svg><script>x</script><circle r='1' onload='x'/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"1\"></circle></svg>"
            ),
            (
                "<svg><a><animate attributeName='href' values='javascript:x'/><set attributeName='onclick' to='x'/></a></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><a><animate></animate><set></set></a></svg>"
            ),
            (
                "<svg><animate attributeName='opacity' from='0' to='1'/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><animate attributeName=\"opacity\" from=\"0\" to=\"1\"></animate></svg>"
            ),
            (
                "<svg><use href='http://e/x.svg#a'/><rect fill='url(#a) url(http://e/)'/><rect fill='\\75rl(http://e)'/></svg>",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><use></use><rect></rect><rect></rect></svg>"
            ),
            (
                "<math href='javascript:x'><mi>y</mi></math>",
                "<math href=\"\" xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>y</mi></math>"
            ),
            (
                "<form action='http://e/'><input name='p' type=' PassWord'><button formaction='http://e/'>go</button></form>",
                "<form><input name=\"p\" /><button>go</button></form>"
            ),
            ("<a href='http://e/' ping='http://t/'>x</a>", "<a href=\"http://e/\">x</a>"),
            (
                "<picture><source srcset='a.webp 1x, javascript:x 2x, http://e/b,c.png 3x'><img src='a.png' srcset='data:x 1x'></picture>",
                "<picture><source srcset=\"a.webp 1x, http://e/b,c.png 3x\" /><img src=\"a.png\" /></picture>"
            ),
            ("<x><p>y</p></x>", "<p>y</p>"),
            ("a<!DOCTYPE", "a"),
            ("a<!-- b", "a"),
            ("a<b", "a<b></b>"),
            ("no markup & so", "no markup & so")
        ])
    func safe(html: String, expected: String) {
        #expect(HTMLSanitizer.safe(html) == expected)
    }

    @Test("made safe has its addresses resolved")
    func resolved() {
        let safe = HTMLSanitizer.safe(
            "<a href='b?c'>x</a><img src='//h/i.png'>", base: "http://example.com/a/x")
        #expect(safe == "<a href=\"http://example.com/a/b?c\">x</a><img src=\"http://h/i.png\" />")
    }

    @Test("made safe is safe again", arguments: 0..<100)
    func stable(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let parts = [
            "<p>", "</p>", "<a href=\"javascript:x\">", "<img src=x onerror=alert(1)>", "<svg/onload=x>",
            "<script", ">", "<",
            "</script>", "<!--", "-->", "\"", "'", "<math><mtext>", "<style>", "</style>", "text",
            "&lt;script&gt;", "<b ",
            "on=", "href=", "java\nscript:", "<![CDATA[", "]]>", "<table><tr>", "<textarea>", "<noscript>",
            "&#x6A;"
        ]
        var html = ""
        for _ in 0..<Int.random(in: 1...20, using: &generator) {
            html += parts.randomElement(using: &generator) ?? ""
        }
        let safe = HTMLSanitizer.safe(html)
        #expect(HTMLSanitizer.safe(safe) == safe)
        #expect(!safe.lowercased().contains("<script"))
        for tag in safe.split(separator: "<").dropFirst() {
            let inside = tag.prefix { $0 != ">" }.lowercased()
            #expect(
                !inside.contains(" onerror") && !inside.contains(" onload") && !inside.contains("javascript:")
            )
        }
    }

    @Test(
        "is told from text that only has such characters",
        arguments: [
            ("<b>x</b>", true), ("a &amp; b", true), ("a & b", false), ("1 < 2", false), ("<x>y</x>", false),
            ("a &foo; b", false), ("<br>", false), ("&#8217;", true)
        ])
    func guess(text: String, isHTML: Bool) {
        #expect(HTMLText.looksLikeHTML(text) == isHTML)
    }
}
