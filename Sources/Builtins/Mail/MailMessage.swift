import Notation

/// A mail before it is bytes.
struct MailMessage: Sendable {
    var from: MailAddress
    var to: [MailAddress]
    var copies: [MailAddress] = []
    /// Who gets it and is named nowhere in it.
    var hidden: [MailAddress] = []
    var replyTo: MailAddress?
    var subject: String
    /// What makes the mail one of its own: the same whenever it is sent again.
    var key: String
    /// What all mails about the same thing have; nil for a mail that is about nothing else.
    var thread: String?
    var list: String?
    var text: String
    /// Nil for a mail that is text alone.
    var html: String?

    /// Everybody who gets it, each once.
    var recipients: [MailAddress] {
        var seen: Set<String> = []
        return (to + copies + hidden).filter { seen.insert($0.mailbox).inserted }
    }

    /// The mail as it is sent.
    ///
    /// - Parameter date: when.
    func bytes(at date: Timestamp) -> [UInt8] {
        var head = MailHeader.plain("Date", date.mailDate.replacing("GMT", with: "+0000"))
        head += MailHeader.addresses("From", [from])
        if !to.isEmpty { head += MailHeader.addresses("To", to) }
        if !copies.isEmpty { head += MailHeader.addresses("Cc", copies) }
        if let replyTo { head += MailHeader.addresses("Reply-To", [replyTo]) }
        head += MailHeader.text("Subject", subject)
        head += MailHeader.plain("Message-ID", identifier(key))
        if let thread {
            head += MailHeader.plain("In-Reply-To", identifier(thread))
            head += MailHeader.plain("References", identifier(thread))
        }
        if let list { head += MailHeader.plain("List-Id", "<\(list)>") }
        // Nobody's holiday is of interest to a program (RFC 3834).
        head += MailHeader.plain("Auto-Submitted", "auto-generated")
        head += MailHeader.plain("MIME-Version", "1.0")
        guard let html else { return Array(head.utf8) + MailMessage.part("plain", text) }

        // In neither of the encodings can an `_` follow a `=`.
        let boundary = "=_\(key)"
        head += "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n\r\n"
        var bytes = Array(head.utf8)
        for part in [MailMessage.part("plain", text), MailMessage.part("html", html)] {
            bytes += "--\(boundary)\r\n".utf8
            bytes += part
            bytes += "\r\n".utf8
        }
        return bytes + "--\(boundary)--\r\n".utf8
    }

    private func identifier(_ key: String) -> String { "<\(key)@\(from.domain)>" }

    private static func part(_ kind: String, _ content: String) -> [UInt8] {
        let body = MailText(content)
        let head = """
            Content-Type: text/\(kind); charset=utf-8\r
            Content-Transfer-Encoding: \(body.encoding)\r
            \r

            """
        return Array(head.utf8) + body.bytes
    }
}
