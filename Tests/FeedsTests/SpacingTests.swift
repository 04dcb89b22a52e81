import Records
import TestSupport
import Testing

@testable import Feeds

/// What is known of the white space in a text, so that it is looked at once.
@Suite("Spacing")
struct SpacingTests {
    @Test(
        "of plain text says whether there are lines",
        arguments: [
            ("one two", .oneLine, "one two"),
            ("  one \n\t two ", .oneLine, "one two"),
            ("<p>one</p>", .oneLine, "one"),
            ("<p></p><p>one</p><br>", .oneLine, "one"),
            ("<p>one</p><p>two</p>", .lines, "one\ntwo"),
            ("one<br><br><br>two", .lines, "one\ntwo"),
            ("<pre>one\n\n  two</pre>", .lines, "one\ntwo"),
            ("<b>one</b>&#10;two", .oneLine, "one two")
        ] as [(String, HTMLText.Spacing, String)])
    func found(html: String, spacing: HTMLText.Spacing, text: String) {
        var output = OutputBuffer()
        let found = html.withBytes { HTMLText.appendPlain($0, keepingLines: true, to: &output) }
        #expect(found == spacing)
        #expect(String(output.bytes) == text)
    }

    @Test("of plain text in one line is one line")
    func oneLine() {
        var output = OutputBuffer()
        let found = "<p>one</p><p>two</p>".withBytes {
            HTMLText.appendPlain($0, keepingLines: false, to: &output)
        }
        #expect(found == .oneLine)
        #expect(String(output.bytes) == "one two")
    }

    @Test("is counted from where a text begins, whatever stands before it")
    func behindAnother() {
        var output = OutputBuffer()
        output.append("before ")
        let found = "<p> one</p>".withBytes { HTMLText.appendPlain($0, keepingLines: true, to: &output) }
        #expect(found == .oneLine)
        #expect(String(output.bytes) == "before one")
    }

    @Test(
        "that is known gives the same line as spacing that is not",
        arguments: [
            ("", .oneLine), ("one two", .oneLine), ("one", .lines), ("one two\nthree", .lines),
            ("one\ntwo\nthree four", .lines)
        ] as [(String, HTMLText.Spacing)])
    func known(text: String, spacing: HTMLText.Spacing) {
        #expect(line(text, spacing) == HTMLText.collapsed(text))
        #expect(line(text, .any) == HTMLText.collapsed(text))
    }

    @Test(
        "of any kind collapses",
        arguments: [
            (" one ", "one"), ("one  two", "one two"), ("\n\none\n \ntwo\n", "one two"), ("a\tb", "a b"),
            ("one\u{A0}two", "one\u{A0}two"), ("one \u{2003} two\nthree", "one \u{2003} two three")
        ])
    func any(text: String, expected: String) {
        // A line that is single spaced but for wide spaces is left as it is.
        #expect(line(text, .any) == expected)
    }

    @Test("of a line is seen wherever the spaces stand")
    func everyPlace() {
        // Words of eight bytes are looked at together: a break has to be seen inside each of them and between two.
        for length in 0...20 {
            let plain = String(repeating: "x", count: length)
            #expect(plain.withBytes { HTMLText.isSingleLine($0) })
            for place in 0...length {
                let head = plain.prefix(place)
                let tail = plain.dropFirst(place)
                for gap in [" ", "  ", "\n", "\t"] {
                    let text = head + gap + tail
                    #expect(
                        String(text).withBytes { HTMLText.isSingleLine($0) }
                            == (HTMLText.collapsed(String(text)) == text), "\(text.debugDescription)")
                }
            }
        }
    }

    private func line(_ text: String, _ spacing: HTMLText.Spacing) -> String {
        var output = OutputBuffer()
        text.withBytes { HTMLText.appendOneLine($0, spacing, to: &output) }
        return String(output.bytes)
    }
}

extension String {
    /// Calls `body` with the UTF-8 of the text.
    fileprivate func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        var text = self
        return text.withUTF8 { body($0) }
    }
}
