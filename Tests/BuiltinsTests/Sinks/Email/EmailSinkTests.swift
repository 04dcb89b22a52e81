import Foundation
import Notation
import PipelineSpec
import Records
import Streaming
import TestSupport
import Testing

@testable import Builtins

/// Mails as a server gets them.
@Suite(.timeLimit(.minutes(10))) struct EmailSinkTests {
    private static let secret = "hunter2-0123456789"
    private static let environment = ["SECRET": secret]

    private static let item = #"""
        {"id":"1","content_hash":"x","title":"Grüße & <b>","url":"https://e.org/1","summary":".\nEnd",
        "feed":{"title":"The Feed"}}
        """#

    /// - Parameter options: what is given beside the server and the addresses, in YAML's flow style.
    private func sink(
        _ server: ScriptedMailServer, _ options: String = "starttls: false",
        history: SinkHistory = SinkHistory()
    ) async throws -> any Sink {
        let entry =
            "email: { server: \"\(server.url)\", from: News <news@example.org>, to: [me@example.org], \(options) }"
        return try await HTTPSinkHarness.run(environment: EmailSinkTests.environment) { _, harness in
            let sink = try harness.sink(entry)
            try await sink.open(history.opening())
            return sink
        }
    }

    @Test func `a mail for each record, text and HTML`() async throws {
        try await ScriptedMailServer.run { server in
            let sink = try await sink(
                server, "starttls: false, cc: [a@e.org], bcc: [b@e.org, me@example.org]")
            #expect(try await sink.send(EmailSinkTests.item, #"{"id":"2","title":"Two"}"#) == [])
            await sink.close()

            #expect(server.mails.count == 2)
            let mail = try #require(server.mails.first)
            #expect(mail.sender == "news@example.org")
            #expect(mail.recipients == ["me@example.org", "a@e.org", "b@e.org"])
            #expect(mail.header("Subject") == "=?UTF-8?B?R3LDvMOfZSAmIDxiPg==?=")
            #expect(mail.header("From") == "News <news@example.org>")
            #expect(mail.header("To") == "me@example.org")
            #expect(mail.header("Cc") == "a@e.org")
            #expect(!mail.text.contains("b@e.org"))
            #expect(mail.header("List-Id") == "<test.example.org>")
            #expect(mail.header("Auto-Submitted") == "auto-generated")
            #expect(mail.header("Content-Type")?.hasPrefix("multipart/alternative") == true)
            #expect(mail.text.contains("Gr=C3=BC=C3=9Fe & <b>\r\nhttps://e.org/1\r\n\r\n=2E\r\nEnd\r\n"))
            #expect(
                mail.text.replacing("=\r\n", with: "").contains(
                    #"<a href=3D"https://e.org/1">Gr=C3=BC=C3=9Fe &amp; &lt;b&gt;</a>"#))
            #expect(!mail.text.replacing("\r\n", with: "").contains { $0 == "\r" || $0 == "\n" })
            // One connection for both.
            #expect(server.commands.count { $0.hasPrefix("EHLO") } == 1)
        }
    }

    @Test
    func `the same record has the same Message-ID in every life, an edited one another in the same thread`()
        async throws
    {
        try await ScriptedMailServer.run { server in
            for _ in 0..<2 {
                let sink = try await sink(server)
                _ = try await sink.send(EmailSinkTests.item)
                await sink.close()
            }
            let sink = try await sink(server)
            _ = try await sink.send(EmailSinkTests.item.replacing("\"x\"", with: "\"y\""))
            await sink.close()
            let ids = server.mails.map { $0.header("Message-ID") ?? "" }
            #expect(ids[0] == ids[1] && ids[0] != ids[2])
            #expect(ids[0].hasPrefix("<") && ids[0].hasSuffix("@example.org>"))
            let threads = Set(server.mails.map { $0.header("References") ?? "" })
            #expect(threads.count == 1 && !threads.contains(""))
            #expect(Set(server.mails.map { $0.header("In-Reply-To") ?? "" }) == threads)
            #expect(threads.isDisjoint(with: ids))
        }
    }

    @Test func `a digest is one mail, and several where it would be too long`() async throws {
        try await ScriptedMailServer.run { server in
            let sink = try await sink(
                server,
                "starttls: false, per: batch, max_bytes: 20KB, subject: '{count} new, first {title}', "
                    + "around: { text: \"{count}:\\n{items}\" }")
            #expect(try await sink.send(EmailSinkTests.item, #"{"title":"Two"}"#) == [])
            #expect(server.mails.count == 1)
            let mail = try #require(server.mails.first)
            #expect(mail.header("Subject")?.hasPrefix("=?UTF-8?B?MiBuZXcsIGZpcnN0IEdyw7z") == true)
            #expect(mail.header("References") == nil)
            #expect(mail.text.contains("\r\n2:\r\nGr=C3=BC"))
            #expect(mail.text.contains("Two"))

            let many = (0..<10).map { #"{"id":\#($0),"summary":"\#(String(repeating: "é", count: 2000))"}"# }
            let huge = #"{"id":"h","summary":"\#(String(repeating: "x", count: 30_000))"}"#
            let refusals = try await sink.write(SinkRecords.parse(many + [huge] + ["{}"]))
            #expect(refusals.map(\.index) == [10])
            #expect(refusals[0].reason.contains("`max_bytes` is 20000"))
            #expect(server.mails.count > 3)
            #expect(server.mails.allSatisfy { $0.bytes.count <= 20_000 })
            await sink.close()
        }
    }

    @Test func `a refused recipient refuses that mail alone, and is named`() async throws {
        try await ScriptedMailServer.run { server in
            server.answer { $0.hasPrefix("RCPT TO:<b@") ? "550 no \(EmailSinkTests.secret) here" : nil }
            let sink = try await sink(server, #"starttls: false, cc: [b@e.org], helo: "${SECRET}""#)
            let refusals = try await sink.send(EmailSinkTests.item)
            #expect(
                refusals.map(\.reason) == [
                    "recipient b@e.org is refused: the mail server answered 550: no <redacted> here"
                ])
            #expect(refusals.map(\.isFinal) == [true])
            server.answer { $0 == "." ? "554 spam" : nil }
            let both = try await sink.send(#"{"id":1}"#, #"{"id":2}"#)
            #expect(both.map(\.index) == [0, 1] && both.allSatisfy(\.isFinal))
            #expect(server.mails.isEmpty)
            server.answer { _ in nil }
            #expect(try await sink.send(#"{"id":1}"#) == [])
            await sink.close()
        }
    }

    @Test func `what may be taken later is tried again, with what follows it`() async throws {
        try await ScriptedMailServer.run { server in
            let sink = try await sink(server)
            server.answer { $0.hasPrefix("RCPT") ? "451 later" : nil }
            await #expect { _ = try await sink.send(#"{"id":1}"#, #"{"id":2}"#) } throws: { error in
                "\(error)".hasSuffix("answered 451: later") && !(error is any PermanentFailure)
            }
            // The connection ends in the middle of the second.
            server.answer { $0 == "DATA" && server.mails.count == 1 ? "" : nil }
            let refusals = try await sink.send(#"{"id":1}"#, #"{"id":2}"#, #"{"id":3}"#)
            #expect(refusals.map(\.index) == [1, 2])
            #expect(refusals.allSatisfy { !$0.isFinal })
            await sink.close()
        }
    }

    @Test func `a server that is away is waited for`() async throws {
        let sink: any Sink = try await ScriptedMailServer.run { server in try await self.sink(server) }
        await #expect { _ = try await sink.send("{}") } throws: { error in
            "\(error)".hasPrefix("the mail server cannot be talked to: ") && !(error is any PermanentFailure)
        }
        await sink.close()
    }

    @Test(arguments: [ScriptedMailServer.Security.tls, .starttls, .plain])
    func `signs in, over an encrypted connection only`(security: ScriptedMailServer.Security) async throws {
        try await ScriptedMailServer.run(security) { server in
            // Nobody vouches for the test's certificate.
            let sink = try await sink(server, #"user: me, password: "${SECRET}""#)
            await #expect { _ = try await sink.send("{}") } throws: { error in
                let text = "\(error)"
                return text.contains(security == .plain ? "STARTTLS" : "certificate")
                    && !text.contains(EmailSinkTests.secret)
                    && (error is any PermanentFailure) == (security == .plain)
            }
            #expect(server.mails.isEmpty && !server.commands.contains { $0.hasPrefix("AUTH") })
            await sink.close()
        }
    }

    @Test func `a password or a sender that is not accepted is nobody's mail's fault`() async throws {
        try await ScriptedMailServer.run { server in
            let access = MailAccess(
                server: try MailServer(scalar: .init(text: server.url)), isEncrypted: false, user: "me",
                password: .init(EmailSinkTests.secret))
            let connection = try MailConnection(access)
            func send() -> MailVerdict {
                MailVerdict(connection.send(Array("A: b\r\n\r\nc".utf8), from: "a@b", to: ["c@d"]))
            }
            #expect(send() == .taken)
            // `\0me\0` and the password.
            #expect(server.commands.contains("AG1lAGh1bnRlcjItMDEyMzQ1Njc4OQ=="))
            server.answer { $0.hasPrefix("MAIL") ? "550 who" : nil }
            #expect(send() == .wrong("sender a@b is refused: the mail server answered 550: who"))
            server.answer { $0.hasPrefix("AG1l") ? "535 wrong \(EmailSinkTests.secret)" : nil }
            let other = try MailConnection(access)
            let outcome = other.send(Array("A: b\r\n\r\nc".utf8), from: "a@b", to: ["c@d"])
            #expect(outcome.command == "AUTH" && outcome.reply == 535 && !outcome.error.contains("AG1l"))
        }
    }

    @Test func `an authority of the user's is trusted beside the others`() async throws {
        let folder = try Folder()
        try folder.write("authority.pem", TestCertificates.authority)
        for security in [ScriptedMailServer.Security.tls, .starttls] {
            try await ScriptedMailServer.run(security) { server in
                let connection = try MailConnection(
                    MailAccess(
                        server: try MailServer(scalar: .init(text: server.url)), user: "me",
                        password: .init(EmailSinkTests.secret),
                        extraAuthorities: "\(folder.path)/authority.pem"))
                let outcome = connection.send(Array("A: b\r\n\r\nc".utf8), from: "a@b", to: ["c@d"])
                #expect(MailVerdict(outcome) == .taken, "\(outcome)")
            }
        }
        #expect(throws: MailProblem.noAuthorities("\(folder.path)/none")) {
            try MailConnection(
                MailAccess(
                    server: try MailServer(scalar: .init(text: "smtps://h")),
                    extraAuthorities: "\(folder.path)/none"))
        }
    }

    @Test func `a server that says nothing is given up, also when nobody waits any more`() async throws {
        try await SilentListener.run { port in
            let access = MailAccess(
                server: try MailServer(scalar: .init(text: "smtp://127.0.0.1:\(port)")), isEncrypted: false,
                timeout: .milliseconds(50))
            let verdict = MailVerdict(
                try MailConnection(access).send(Array("x".utf8), from: "a@b", to: ["c@d"]))
            guard case .again = verdict else { throw Unexpected(verdict: verdict) }
            let connection = try MailConnection(
                MailAccess(server: access.server, isEncrypted: false, timeout: .seconds(600)))
            connection.interrupt()
            #expect(
                MailVerdict(connection.send(Array("x".utf8), from: "a@b", to: ["c@d"])) == .interrupted)
        }
    }

    private struct Unexpected: Error { let verdict: MailVerdict }

    @Test func `what went out before a crash goes out once, each of equal records once`() async throws {
        try await ScriptedMailServer.run { server in
            let history = SinkHistory()
            var sink = try await sink(server, history: history)
            _ = try await sink.send(#"{"id":0}"#)
            history.commit(try await sink.checkpoint())
            _ = try await sink.send(#"{"id":1}"#, #"{"id":2}"#)
            history.die()

            // The next life dies behind a checkpoint before which only the first has come again.
            sink = try await self.sink(server, history: history)
            #expect(try await sink.send(#"{"id":1}"#) == [])
            history.commit(try await sink.checkpoint())
            history.die()

            sink = try await self.sink(server, history: history)
            #expect(try await sink.send(#"{"id":2}"#, #"{"id":3}"#, #"{"id":1}"#, #"{"id":2}"#) == [])
            history.commit(try await sink.checkpoint())
            await sink.close()
            #expect(server.mails.count == 6)

            sink = try await self.sink(server, history: history)
            #expect(try await sink.send(#"{"id":2}"#) == [])
            await sink.close()
            #expect(server.mails.count == 7)
        }
    }

    @Test func `a mail in letters of all the world`() async throws {
        try await ScriptedMailServer.run { server in
            let sink = try await sink(
                server, #"starttls: false, cc: [Jörg <jörg@bücher.example>], from_name: "{title}""#)
            let text = #"\u0000 👩‍👩‍👧 مرحبا\r\nBcc: x@example.org"#
            #expect(try await sink.send(#"{"title":"\#(text)","summary":"\#(text)"}"#) == [])
            await sink.close()
            let mail = try #require(server.mails.first)
            #expect(mail.recipients == ["me@example.org", "jörg@xn--bcher-kva.example"])
            #expect(mail.header("Bcc") == nil)
            #expect(mail.header("Cc") == "=?UTF-8?B?SsO2cmc=?= <jörg@xn--bcher-kva.example>")
            let sender = server.commands.first { $0.hasPrefix("MAIL FROM:<news@example.org>") }
            #expect(sender?.contains("SMTPUTF8") == true)
        }
    }

    @Test(arguments: [
        ("to: [me@e.org], from: \"a@e.org\\r\\nBcc: b@e.org\"", "it is no mail address"),
        ("to: [], from: a@e.org", "must not be empty"),
        ("to: a@e.org, from: a@e.org, user: me", "both of them"),
        ("to: a@e.org, from: a@e.org, user: me, password: x, starttls: false", "everybody can read"),
        ("to: a@e.org, from: a@e.org, per: batch, thread: id", "a digest is of several records"),
        ("to: a@e.org, from: a@e.org, around: { text: '{title}' }", "`{items}` in it"),
        ("to: a@e.org, from: a@e.org, list_id: 'a b'", "must be letters"),
        ("to: a@e.org, from: a@e.org, subject: '{tilte}'", "unknown field 'tilte'")
    ])
    func `what cannot be is found before a run`(options: String, words: String) {
        let findings = HTTPSinkHarness.findings("email: { server: \"smtp://h\", \(options) }")
        #expect(findings.contains { $0.contains(words) }, "\(findings)")
    }

    @Test(arguments: [
        ("smtp://h", true), ("smtps://mail.example.org:465", true), ("SMTP://[::1]:25/", true), ("h", false),
        ("http://h", false), ("smtp://", false), ("smtp://u:p@h", false), ("smtp://h:0", false),
        ("smtp://h/x", false),
        ("smtp://h?x", false), ("smtp://h\r\n", false), ("smtp://h:x", false)
    ])
    func `addresses of servers`(text: String, isValid: Bool) {
        #expect(((try? MailServer(scalar: .init(text: text))) != nil) == isValid)
    }
}
