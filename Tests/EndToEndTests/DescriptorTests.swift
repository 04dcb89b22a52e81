import Foundation
import TestSupport
import Testing

/// Few file descriptors end a run at its start or slow it down; they lose nothing and end no process.
@Suite(.timeLimit(.minutes(10))) struct DescriptorTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func run(_ limit: Int, _ spec: String) async throws -> Program.Outcome {
        try workspace.write("spec.yaml", spec)
        return try await Program.run(
            ["--progress", "none", "spec.yaml"], in: workspace.path, descriptors: limit)
    }

    @Test(arguments: [4, 5, 6, 16, 63]) func tooFewAreAnErrorAtTheStartThatSaysWhatToDo(limit: Int)
        async throws
    {
        try workspace.write("in.jsonl", "{\"id\":1}\n")
        let outcome = try await run(
            limit,
            """
            name: few
            sources: [{ jsonl: in.jsonl }]
            stages: [{ tap: { jsonl: out.jsonl } }]
            """)
        #expect(outcome.status == 1)
        #expect(
            outcome.error.contains(
                "this process may have only \(limit) open files, and needs 64; raise the limit (`ulimit -n`)"),
            "\(outcome.error)")
        #expect(!FileManager.default.fileExists(atPath: workspace.path + "/out.jsonl"))
    }

    @Test func moreOutputsThanDescriptorsAreAnErrorAtTheStart() async throws {
        try workspace.write("in.jsonl", "{\"id\":1}\n")
        let outputs = (0..<100).map { "      - jsonl: out/\($0).jsonl\n" }.joined()
        let outcome = try await run(
            80, "name: many\nsources: [{ jsonl: in.jsonl }]\nstages:\n  - tap:\n\(outputs)")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("may have only 80 open files, and needs 163"), "\(outcome.error)")
    }

    @Test func moreFilesThanDescriptorsAreAllRead() async throws {
        for number in 0..<200 { try workspace.write("in\(number).jsonl", "{\"id\":\(number)}\n") }
        let sources = (0..<200).map { "  - jsonl: in\($0).jsonl\n" }.joined()
        let outcome = try await run(
            64, "name: files\nsources:\n\(sources)stages: [{ tap: { jsonl: out.jsonl } }]\n")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(Set(try workspace.lines("out.jsonl")).count == 200)
    }

    /// Each is at a host of its own, so that no connection serves two.
    @Test func moreServersThanDescriptorsAreAllRead() async throws {
        try await ScriptedServer.run(at: "0.0.0.0") { server in
            server.otherwise { request in
                .reply(
                    200, [],
                    "<rss><channel><item><guid isPermaLink='false'>\(request.path)</guid></item></channel></rss>"
                )
            }
            let sources = (0..<200).map { "  - rss: \(server.url("/\($0)", host: "127.0.0.\($0 + 1)"))\n" }
                .joined()
            let outcome = try await run(
                64,
                """
                name: servers
                settings: { max_concurrent_sources: 200 }
                sources:
                \(sources)stages: [{ tap: { jsonl: out.jsonl } }]

                """)
            #expect(outcome.status == 0, "\(outcome.error.prefix(2000))")
            #expect(Set(try workspace.lines("out.jsonl")).count == 200)
        }
    }
}
