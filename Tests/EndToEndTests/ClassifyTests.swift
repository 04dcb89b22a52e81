import Foundation
import TestSupport
import Testing

/// The example of the guide that asks a chat model: it is taken out of the guide and run.
@Suite(.timeLimit(.minutes(10))) struct ClassifyTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let guide = try String(contentsOfFile: "\(Program.root)/docs/guide.md", encoding: .utf8)
        let blocks = guide.components(separatedBy: "```yaml\n").dropFirst().map {
            $0.components(separatedBy: "\n```")[0]
        }
        let spec = try #require(blocks.first { $0.hasPrefix("name: classify\n") })
        try workspace.write("classify.yaml", spec + "\n")
        let items = [
            "Buy pills now", "Parliament votes on the budget", "Rain again", "Parliament votes on the budget"
        ]
        let entries = items.enumerated().map { "<item><guid>\($0)</guid><title>\($1)</title></item>" }
        try workspace.write(
            "feed.xml", "<rss version='2.0'><channel><title>t</title>\(entries.joined())</channel></rss>")
    }

    private func run(_ server: ScriptedServer, _ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            ["classify.yaml", "--progress", "none"] + arguments, in: workspace.path,
            environment: ["FEED": "feed.xml", "API": server.url("/v1"), "API_KEY": "hunter2hunter2"])
    }

    /// What a model would say, as its API says it.
    private static func answer(_ request: LoggedRequest) -> Script {
        let text = String(decoding: request.body, as: UTF8.self)
        let verdict =
            if text.contains("Buy") {
                #"{"topic":"spam","importance":1}"#
            } else if text.contains("Parliament") {
                #"{"topic":"politics","importance":8}"#
            } else {
                #"{"topic":"smalltalk","importance":2}"#
            }
        let quoted = verdict.replacingOccurrences(of: "\"", with: "\\\"")
        return .reply(
            200, [("Content-Type", "application/json")],
            """
            {"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"\(quoted)"}}],
             "usage":{"prompt_tokens":90,"completion_tokens":12,"total_tokens":102}}
            """)
    }

    @Test("items are classified into fields that filters know, each paid for once")
    func classifies() async throws {
        try await ScriptedServer.run { server in
            server.otherwise(ClassifyTests.answer)
            for _ in 0..<2 {
                let outcome = try await run(server)
                #expect(outcome.status == 0, "\(outcome.error)")
            }
            // The answer that the schema refuses is not kept, and its item comes again.
            #expect(server.requests.count == 4)
            #expect(Set(server.requests.map(\.path)) == ["/v1/chat/completions"])
            let request = server.requests[0]
            #expect(
                request.headers.contains { $0.name == "Authorization" && $0.value == "Bearer hunter2hunter2" }
            )
            let body = String(decoding: request.body, as: UTF8.self)
            #expect(body.contains(#""strict":true,"schema":{"type":"object""#), "\(body)")
            let lines = try workspace.lines("important.jsonl")
            #expect(
                lines.count == 2
                    && lines.allSatisfy { $0.contains(#""verdict":{"topic":"politics","importance":8}"#) })
            let letters = try workspace.lines(".feedspine/classify.dead.jsonl")
            #expect(letters.count == 1 && letters[0].contains("`topic` must be one of"), "\(letters)")
        }
    }

    @Test("a misspelt field of the answer is found before anything is asked")
    func misspelt() async throws {
        let spec = try workspace.read("classify.yaml")
        try workspace.write(
            "classify.yaml",
            spec.replacingOccurrences(of: "filter: verdict.importance", with: "filter: verdict.importence"))
        let outcome = try await Program.run(["validate", "classify.yaml"], in: workspace.path)
        #expect(outcome.status == 78)
        #expect((outcome.output + outcome.error).contains("did you mean `importance`?"), "\(outcome)")
    }
}
