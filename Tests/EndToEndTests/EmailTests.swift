import Records
import TestSupport
import Testing

/// The program, and a mail server by others whose mails are read by others.
@Suite(.enabled(if: MailPeer.isThere, "aiosmtpd is needed"), .timeLimit(.minutes(10))) struct EmailTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func write(_ sink: String, stages: String = "", settings: String = "") throws {
        try workspace.write(
            "mail.yaml",
            """
            name: mail
            settings: { checkpoint: 20ms, buffer: 100, shutdown_timeout: 200ms }
            sources: [{ jsonl: items.jsonl }]
            stages:
              \(stages)
              - tap: { email: { from: "Ünal's News <news@example.org>", \(sink) } }
                on_error: { retry: { attempts: 5, initial: 1ms } }
            """)
    }

    private func writeItems(_ lines: [String]) throws {
        try workspace.write("items.jsonl", lines.joined(separator: "\n") + "\n")
    }

    private func run(_ environment: [String: String] = [:]) async throws -> Program.Outcome {
        try await Program.run(
            ["mail.yaml", "--progress", "none", "--log-level", "debug"], in: workspace.path,
            environment: environment)
    }

    /// What titles and texts can hold.
    private static let hostile = [
        "Plain", "a\r\nBcc: victim@example.org\r\n\r\nbody", "NUL \0 and \u{1B}[31m",
        "👩‍👩‍👧‍👦 " + String(repeating: "🎉", count: 200),
        "مرحبا بالعالم، هذا عنوان طويل جدا يحتاج إلى أكثر من سطر واحد في الرأس", "=?UTF-8?Q?no?=", "", ".",
        "..\r\n.\r\nQUIT",
        "<script>alert(1)</script>\"'&", String(repeating: "long ", count: 100_000),
        "日本語の題名" + String(repeating: "字", count: 5000)
    ]

    @Test func `a mail for each record, whatever it holds, as others read it`() async throws {
        try await MailPeer.run(in: workspace) { peer in
            try write(#"to: Me <me@example.org>, server: "\#(peer.url)", starttls: false"#)
            let titles = EmailTests.hostile
            try writeItems(
                titles.enumerated().map { index, title in
                    let text = JSON.string(title).text
                    return
                        #"{"id":\#(index),"title":\#(text),"summary":\#(text),"url":"https://e.org/\#(index)"}"#
                })
            let outcome = try await run()
            #expect(outcome.status == 0, "\(outcome.error)")
            let mails = try peer.mails
            #expect(mails.count == titles.count)
            for (title, mail) in zip(titles, mails) {
                #expect(mail["defects"] == .array([]), "\(title.prefix(40)): \(mail["defects"]?.text ?? "")")
                #expect(mail["recipients"] == .array(["me@example.org"]))
                #expect(mail.header("bcc") == nil)
                #expect(mail["from_name"] == "Ünal's News")
                #expect(mail["longest"]?.int ?? 999 <= 78)
                let words = title.split { $0.isWhitespace || $0 == "\0" || $0 == "\u{1B}" }.joined(
                    separator: " ")
                let subject = mail.header("subject") ?? ""
                #expect(words.count > 300 ? subject.hasSuffix("…") : subject == words, "\(subject)")
                let text = (mail["text"]?.string ?? "").replacing("\r\n", with: "\n")
                if title.count < 1000, !title.contains("\0") {
                    #expect(text.contains(title.replacing("\r\n", with: "\n")), "\(text)")
                }
                #expect(!text.contains("\0") && mail["html"]?.string?.contains("<script") == false)
            }
            #expect(Set(mails.map { $0.header("message-id") }).count == titles.count)
        }
    }

    @Test func `a digest is one mail, and the next one has what came since`() async throws {
        try await MailPeer.run(in: workspace) { peer in
            try write(
                #"to: me@example.org, server: "\#(peer.url)", starttls: false, per: batch, subject: "{count} new""#,
                stages: "- dedup: id\n  - batch: { at: \"07:00\", zone: Europe/Berlin }")
            for count in [3, 3, 5] {
                try writeItems((0..<count).map { #"{"id":\#($0),"title":"Item \#($0)"}"# })
                #expect(try await run().status == 0)
            }
            let mails = try peer.mails
            #expect(mails.map { $0.header("subject") } == ["3 new", "2 new"])
            #expect(mails[0]["text"]?.string?.contains("Item 2") == true)
            #expect(mails[1]["html"]?.string?.contains("Item 4</a>") == true)
        }
    }

    @Test func `a refused recipient refuses a mail for all, busy ones are tried again`() async throws {
        try await MailPeer.run(in: workspace) { peer in
            try write(
                #"to: [me@example.org, busy@example.org], cc: "gone@example.org", server: "\#(peer.url)", starttls: false"#
            )
            try writeItems([#"{"id":1}"#, #"{"id":2}"#])
            let outcome = try await run()
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.error.contains("451"), "\(outcome.error)")
            let letters = try workspace.lines(".feedspine/mail.dead.jsonl")
            #expect(letters.count == 2)
            #expect(
                letters.allSatisfy {
                    $0.contains(
                        "recipient gone@example.org is refused: the mail server answered 550: 5.1.1 no such user"
                    )
                })
            #expect(try peer.mails.isEmpty)

            let spec = try workspace.read("mail.yaml").replacing("cc: \"gone@example.org\", ", with: "")
            try workspace.write("mail.yaml", spec)
            let replay = try await Program.run(
                ["dead-letters", "replay", "--all", "mail.yaml"], in: workspace.path)
            #expect(replay.status == 0, "\(replay.error)")
            #expect(try await run().status == 0)
            #expect(try peer.mails.count == 2)
        }
    }

    @Test func `signs in over TLS, and shows the password nowhere`() async throws {
        try workspace.write("certificate.pem", TestCertificates.certificate)
        try workspace.write("key.pem", TestCertificates.privateKey)
        try workspace.write("authority.pem", TestCertificates.authority)
        let options = ["--starttls", "certificate.pem", "key.pem", "--user", "me", "hunter2hunter2"]
        try await MailPeer.run(options, in: workspace) { peer in
            try write(
                #"to: me@example.org, server: "\#(peer.url)", user: me, password: "${PASSWORD}""#)
            try writeItems([#"{"id":1}"#])
            let trust = ["SSL_CERT_FILE": "\(workspace.path)/authority.pem"]
            let stranger = try await run(["PASSWORD": "hunter2hunter2"])
            #expect(stranger.status != 0 && stranger.error.contains("certificate"), "\(stranger.error)")
            let wrong = try await run(trust.merging(["PASSWORD": "hunter2hunter3"]) { $1 })
            #expect(wrong.status != 0 && wrong.error.contains("cannot sign in"), "\(wrong.error)")
            #expect(try peer.mails.isEmpty)
            let good = try await run(trust.merging(["PASSWORD": "hunter2hunter2"]) { $1 })
            #expect(good.status == 0, "\(good.error)")
            #expect(try peer.mails.map { $0["is_secure"] } == [.bool(true)])
            for outcome in [stranger, wrong, good] {
                for text in [outcome.error, outcome.output] {
                    #expect(!text.contains("hunter2") && !text.contains("aHVudGVyMm"), "\(text)")
                }
            }
        }
    }

    @Test func `killed again and again, nothing is lost and what comes twice is the same mail`() async throws
    {
        try await MailPeer.run(in: workspace) { peer in
            try write(
                #"to: me@example.org, server: "\#(peer.url)", starttls: false, html: "", subject: "{id}""#,
                stages: "- rate_limit: 2000/s")
            var items = 0
            try await Program.killAgainAndAgain("mail.yaml", in: workspace.path, kills: 5, at: 1...8, seed: 3)
            { _ in
                items += 200
                try writeItems((0..<items).map { #"{"id":\#($0)}"# })
            }
            var identifiers: [String: Set<String>] = [:]
            let mails = try peer.mails
            for mail in mails {
                identifiers[mail.header("subject") ?? "", default: []].insert(mail.header("message-id") ?? "")
            }
            #expect(identifiers.count == items)
            #expect(identifiers.values.allSatisfy { $0.count == 1 })
            #expect(Set(identifiers.values.flatMap(\.self)).count == items)
            // A life can leave no more than the one mail whose answer it did not note.
            #expect(mails.count <= items + 5)
        }
    }
}
