import TestSupport
import Testing

@testable import Builtins

/// Header fields as RFC 5322 and RFC 2047 have them.
@Suite struct MailHeaderTests {
    private func address(_ text: String) throws -> MailAddress { try #require(MailAddress(text)) }

    @Test(arguments: [
        ("Hello", "Subject: Hello\r\n"), ("", "Subject:\r\n"), ("  a \r\n\tb  ", "Subject: a b\r\n"),
        ("a\r\nBcc: x@example.org", "Subject: a Bcc: x@example.org\r\n"), ("a\0b", "Subject: a b\r\n"),
        ("Grüße", "Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"),
        // What only looks encoded would be decoded.
        ("=?UTF-8?Q?x?=", "Subject: =?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=\r\n")
    ])
    func `a subject is one line of text`(text: String, field: String) {
        #expect(MailHeader.text("Subject", text) == field)
    }

    @Test func `addresses have their names quoted or encoded`() throws {
        let addresses = try [
            "a@example.org", "Tom <b@example.org>", "\"Smith, Tom\" <c@example.org>",
            "Öl & Co <d@example.org>",
            "say \"hi\" <e@example.org>"
        ].map(address)
        #expect(
            MailHeader.addresses("To", addresses)
                == "To: a@example.org, Tom <b@example.org>, \"Smith, Tom\" <c@example.org>,\r\n"
                + " =?UTF-8?B?w5ZsICYgQ28=?= <d@example.org>, \"say \\\"hi\\\"\" <e@example.org>\r\n")
    }

    @Test func `whatever a text holds, the field is one field of short lines and ASCII`() throws {
        var random = SeededGenerator(seed: 5)
        let texts =
            (0..<500).map { _ in HostileText.make(using: &random) } + [
                String(repeating: "x", count: 5000), String(repeating: "👩‍👩‍👧‍👦 ", count: 300),
                "e" + String(repeating: "\u{301}", count: 3000), String(repeating: "مرحبا ", count: 200)
            ]
        for text in texts {
            let field = MailHeader.text("Subject", text)
            #expect(field.hasPrefix("Subject:") && field.hasSuffix("\r\n"))
            let lines = field.dropLast(1).split(separator: "\r\n")
            for (index, line) in lines.enumerated() {
                #expect(line.utf8.count <= 78, "\(line)")
                #expect(line.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
                #expect(index == 0 || (line.hasPrefix(" ") && line.utf8.count > 1))
            }
        }
    }
}

@Suite struct MailAddressTests {
    @Test(arguments: [
        ("a@example.org", "", "a@example.org"), ("News <a@EXAMPLE.org>", "News", "a@example.org"),
        ("<a@b>", "", "a@b"), ("jörg@bücher.example", "", "jörg@xn--bcher-kva.example"),
        ("\"A \\\"B\\\" C\" <a+b@example.org>", "A \"B\" C", "a+b@example.org")
    ])
    func `addresses are read`(text: String, name: String, mailbox: String) throws {
        let address = try #require(MailAddress(text))
        #expect(address.name == name)
        #expect(address.mailbox == mailbox)
    }

    @Test(arguments: [
        "", "a", "@example.org", "a@", "a b@example.org", "a@exa mple.org", "a@example.org\r\nBcc: b@c",
        "a\n@b.c",
        "<a@b", "a@b>", "a@-.", "a@b..c", ".a@b.c", "a..b@c.d", "a@b,c@d", "\"a\"@b.c", "N\r\n <a@b.c>",
        "a@[::1]",
        "a\u{2028}@b.c", "a@b.c\0", "<a@b.c>, <d@e.f>"
    ])
    func `what is none is refused`(text: String) { #expect(MailAddress(text) == nil) }
}
