import Foundation
import Subprocess
import TestSupport
import Testing

/// The examples that send to services: with a scripted service, and with the receivers that stand beside them.
@Suite(.timeLimit(.minutes(10))) struct ExampleServiceTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.copy("pipelines")
    }

    private func run(_ name: String, _ environment: [String: String]) async throws {
        // The chat is given what it can take a second; the test need not wait for that.
        let spec = try workspace.read("pipelines/\(name)").replacing(
            "rate_limit: 1/s", with: "rate_limit: 1000/s")
        try workspace.write("pipelines/\(name)", spec)
        let outcome = try await Program.run(
            ["pipelines/\(name)", "--progress", "none"], in: workspace.path, environment: environment)
        #expect(outcome.status == 0, "\(outcome.error)")
    }

    /// Parts of messages for items under `pipelines/samples`; two of the feeds link to the same announcement.
    private static let alerts = [
        "*Voltline announces recall", "*Outage of a small DNS provider", "*Gale web server 5.3 (security)",
        "*Ibis 21: recall", "lists.libcertify.example/announce/2026-11-19"
    ]

    @Test("alerts: a message for each item with one of the words, once")
    func alerts() async throws {
        try await ScriptedServer.run { server in
            server.otherwise { _ in .reply(200, [], "ok") }
            for _ in 0..<2 { try await run("alerts.yaml", ["SLACK_WEBHOOK": server.url("/services/T/B/x")]) }
            #expect(Set(server.requests.map(\.path)) == ["/services/T/B/x"])
            let texts = try server.requests.map { request in
                let message = try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: String]
                return try #require(message?["text"])
            }
            for part in ExampleServiceTests.alerts {
                #expect(texts.count { $0.contains(part) } == 1, "\(part) in \(texts)")
            }
            #expect(texts.allSatisfy { $0.contains("*\nhttps://") })
            #expect(Set(texts).count == texts.count)
        }
    }

    @Test("alerts and classify with the receiver of the samples")
    func receiver() async throws {
        let shown = try await Subprocess.run(
            .name("python3"), arguments: ["\(Program.root)/pipelines/samples/receiver.py", "0"],
            input: .none, output: .sequence, error: .sequence
        ) { receiver in
            var address = ""
            for try await line in receiver.standardError.strings() {
                address = line.replacing("listening on ", with: "").trimmingCharacters(
                    in: .whitespacesAndNewlines)
                break
            }
            try await run("alerts.yaml", ["SLACK_WEBHOOK": "\(address)/chat"])
            try await run("classify.yaml", ["API": "\(address)/v1"])
            try receiver.send(signal: .interrupt)
            var shown = ""
            for try await line in receiver.standardOutput.strings() { shown += line + "\n" }
            return shown
        }
        for part in ExampleServiceTests.alerts { #expect(shown.closureResult.contains(part), "\(part)") }
        let file = try #require(try workspace.files("pipelines/history").first { $0.hasPrefix("important-") })
        let lines = try workspace.lines("pipelines/history/\(file)")
        #expect(lines.count == 7, "\(lines)")
        #expect(lines.allSatisfy { $0.contains(#""verdict":{"topic":""#) })
    }

    @Test("digest: one mail with what is new, by a scripted server and by the mailbox of the samples")
    func digest() async throws {
        try await ScriptedMailServer.run { server in
            for _ in 0..<2 { try await run("digest.yaml", ["MAIL_SERVER": server.url]) }
            let mail = try #require(server.mails.first)
            #expect(server.mails.count == 1)
            #expect(mail.recipients == ["me@example.org"])
            #expect(mail.header("List-Id") == "<digest.example.org>")
            #expect(mail.header("Subject")?.contains(" new: ") == true)
            for part in ["Voltline announces recall", "Gale web server 5.3"] {
                #expect(mail.text.replacing("=\r\n", with: "").contains(part), "\(part)")
            }
        }
        try workspace.remove("pipelines/.feedspine")
        let shown = try await Subprocess.run(
            .name("python3"), arguments: ["\(Program.root)/pipelines/samples/mailbox.py", "0"],
            input: .none, output: .sequence, error: .sequence
        ) { mailbox in
            var address = ""
            for try await line in mailbox.standardError.strings() {
                address = line.replacing("listening on ", with: "").trimmingCharacters(
                    in: .whitespacesAndNewlines)
                break
            }
            try await run("digest.yaml", ["MAIL_SERVER": address])
            try mailbox.send(signal: .interrupt)
            var shown = ""
            for try await line in mailbox.standardOutput.strings() { shown += line + "\n" }
            return shown
        }
        #expect(shown.closureResult.contains("Voltline announces recall"), "\(shown.closureResult)")
    }
}
