import Notation
import TestSupport
import Testing

@testable import Builtins

/// Bodies of mails.
@Suite struct MailTextTests {
    private func text(_ text: String) -> (encoding: String, body: String) {
        let made = MailText(text)
        return (made.encoding, String(decoding: made.bytes, as: UTF8.self))
    }

    @Test(arguments: [
        ("a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd\r\n"), (".\n..a\nb.", "=2E\r\n=2E.a\r\nb.\r\n"),
        ("From me\nFor", "=46rom me\r\n=46or\r\n"), ("a \nb\t\n", "a=20\r\nb=09\r\n"),
        ("so a=b holds", "so a=3Db holds\r\n"),
        ("a\0b\u{1B}[1mc\u{7F}", "ab[1mc\r\n"), ("", ""),
        ("naive cafés are open", "naive caf=C3=A9s are open\r\n")
    ])
    func `lines end in CR LF, and none could be the end of the mail`(given: String, body: String) {
        let (encoding, made) = text(given)
        #expect(encoding == "quoted-printable")
        #expect(made == body)
    }

    @Test func `what is no ASCII for the most part is Base64`() {
        let (encoding, body) = text("日本語\n")
        #expect(encoding == "base64")
        #expect(body == Base64.encode(Array("日本語\r\n".utf8)) + "\r\n")
    }

    @Test func `whatever a text holds, its lines are short and come back as they were`() throws {
        var random = SeededGenerator(seed: 6)
        var texts = (0..<500).map { _ in HostileText.make(using: &random) }
        texts.append(String(repeating: "=", count: 10_000))
        texts.append(String(repeating: "a b. ", count: 50_000))
        texts.append(String(repeating: "é", count: 3000))
        for given in texts {
            let made = MailText(given)
            for line in made.bytes.split(separator: 0x0A, omittingEmptySubsequences: true) {
                #expect(line.last == 0x0D)
                #expect(line.count <= 77)
                #expect(line.first != UInt8(ascii: "."))
                #expect(line.dropLast().allSatisfy { $0 == 0x09 || (0x20..<0x7F).contains($0) })
            }
            let wanted = String(String.UnicodeScalarView(given.unicodeScalars.filter(isKept)))
            let back = normalised(decoded(made))
            #expect(back == normalised(Array(wanted.utf8)))
            #expect(made.bytes.count <= given.utf8.count * 3 / 2 + 100)
        }
    }

    private func isKept(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\n" || scalar == "\r" || scalar == "\t" { return true }
        return scalar.value >= 0x20 && scalar.value != 0x7F
    }

    private func decoded(_ text: MailText) -> [UInt8] {
        if text.encoding == "base64" {
            return Base64.decode(String(decoding: text.bytes.filter { !$0.isSpace }, as: UTF8.self)) ?? []
        }
        var bytes: [UInt8] = []
        var place = 0
        while place < text.bytes.count {
            if text.bytes[place] != UInt8(ascii: "=") {
                bytes.append(text.bytes[place])
                place += 1
                continue
            }
            if let high = text.bytes[place + 1].hexValue, let low = text.bytes[place + 2].hexValue {
                bytes.append(high << 4 | low)
            }
            place += 3
        }
        return bytes
    }

    /// With one kind of line break, and none at the end.
    private func normalised(_ bytes: [UInt8]) -> [UInt8] {
        var all: [UInt8] = []
        for (place, byte) in bytes.enumerated() {
            if byte == 0x0A, place > 0, bytes[place - 1] == 0x0D { continue }
            all.append(byte == 0x0D ? 0x0A : byte)
        }
        if all.last == 0x0A { all.removeLast() }
        return all
    }
}

@Suite struct HTMLTemplateTests {
    private func render(_ template: String, _ record: String) throws -> String {
        let (spec, record) = (HTMLTemplate(stringLiteral: template), try SinkRecords.parse([record])[0])
        return try spec.template.render(record)
    }

    @Test(arguments: [
        (
            "<b>{t}</b>", #"{"t":"<script>\"a\" & 'b'"}"#,
            "<b>&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;</b>"
        ),
        ("<a title='{t}'>", #"{"t":"' onclick='x"}"#, "<a title='&#39; onclick=&#39;x'>"),
        (
            "<a href=\"{t}\">", #"{"t":"https://e.org/?a=1&b=\"<2>\""}"#,
            "<a href=\"https://e.org/?a=1&amp;b=%22%3C2%3E%22\">"
        ),
        ("<a href=\"{t}\">", #"{"t":"javascript:alert(1)"}"#, "<a href=\"#\">"),
        ("<a href=\"{t}\">", #"{"t":" JavaScript:alert(1)"}"#, "<a href=\"#\">"),
        ("<a HREF = '{t}'>", #"{"t":"data:text/html,x"}"#, "<a HREF = '#'>"),
        ("<a href=\"{t}\">", "{}", "<a href=\"#\">"),
        (
            "<img alt=\"{t}\" src=\"https://e.org/{t}\">", #"{"t":"a/b\" x"}"#,
            "<img alt=\"a/b&quot; x\" src=\"https://e.org/a%2Fb%22%20x\">"
        ),
        (
            "<p>{content.html}</p>", #"{"content":{"html":"<b onclick=x>a</b><script>y</script>"}}"#,
            "<p><b>a</b></p>"
        ),
        ("1 < 2 {t}", #"{"t":"<"}"#, "1 < 2 &lt;")
    ])
    func `values are escaped for their place`(template: String, record: String, html: String) throws {
        #expect(try render(template, record) == html)
    }

    @Test(arguments: [
        "tap:\n  {t}", "<a href={t}>", "<a {t}>", "<{t}>", "<p STYLE=\"{t}\">", "<p onclick=\"{t}\">",
        "<a b=\"\"{t}>"
    ])
    func `places without an escape are refused`(template: String) {
        let entry =
            #"email: { server: "smtp://h", from: a@b, to: a@b, html: '\#(template.replacing("t", with: "title"))' }"#
        let findings = HTTPSinkHarness.findings(entry)
        #expect(findings.count == (template.contains("<") ? 1 : 0), "\(findings)")
    }
}
