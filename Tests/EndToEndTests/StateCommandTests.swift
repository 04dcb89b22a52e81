import Foundation
import Records
import TestSupport
import Testing

/// `state show` and `state forget`, the way a user asks what a pipeline remembers.
@Suite("The state command") struct StateCommandTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func run(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(arguments, in: workspace.path)
    }

    private func shown() async throws -> JSON {
        let outcome = try await run("state", "show", "--format", "json", "t.yaml")
        #expect(outcome.status == 0, "\(outcome.error)")
        return try JSON(parsing: outcome.output)
    }

    @Test("what a state holds is shown, as text and as JSON, before the first run and after it")
    func shows() async throws {
        try workspace.write(
            "t.yaml",
            """
            name: t
            sources: [{ jsonl: a.jsonl, name: a }]
            stages:
              - dedup: id
              - map: { set: { odd: id % 2 == 1, bad: 100 / (id - 3) } }
                on_error: dead_letter
              - batch: 4
              - tap: { jsonl: out.jsonl }
            """)
        try workspace.write("a.jsonl", (0..<7).map { #"{"id":\#($0)}"# + "\n" }.joined())
        #expect(try await run("state", "show", "t.yaml").output == "no state yet\n")
        #expect(try await shown() == .null)
        let outcome = try await run("t.yaml")
        #expect(outcome.status == 0, "\(outcome.error)")
        let json = try await shown()
        #expect(json["pipeline"]?.string == "t")
        #expect(json["keys"]?.int ?? 0 >= 6)
        #expect(json["dead_letters"]?.int == 1)
        #expect(json["sources"]?[0]?["name"]?.string == "a")
        #expect(json["used_by"] == .null)
        let text = try await run("state", "show", "t.yaml").output
        for word in ["checkpoint", "history", "dead letters  1", "source"] {
            #expect(text.contains(word), "\(text)")
        }
    }

    @Test("answers are forgotten, and asked for anew")
    func forgetsAnswers() async throws {
        try await ScriptedServer.run { server in
            server.otherwise { _ in .reply(200, [], "1") }
            try workspace.write(
                "t.yaml",
                """
                name: t
                sources: [{ jsonl: a.jsonl }]
                stages:
                  - map: { http: { url: "\(server.url("/{id}"))", cache: 30d, into: answer } }
                  - tap: { jsonl: out.jsonl }
                """)
            try workspace.write("a.jsonl", "{\"id\":1}\n{\"id\":2}\n{\"id\":1}\n")
            #expect(try await run("t.yaml").status == 0)
            #expect(server.requests.count == 2)
            #expect(try await shown()["answers"]?["count"]?.int == 2)
            try workspace.append("{\"id\":1}\n", to: "a.jsonl")
            #expect(try await run("t.yaml").status == 0)
            #expect(server.requests.count == 2)
            #expect(try await run("state", "forget", "--answers", "t.yaml").output == "forgot 2 answers\n")
            #expect(try await run("state", "forget", "--answers", "t.yaml").output == "forgot 0 answers\n")
            #expect(try await shown()["answers"]?["count"]?.int == 0)
            try workspace.append("{\"id\":1}\n", to: "a.jsonl")
            #expect(try await run("t.yaml").status == 0)
            #expect(server.requests.count == 3)
        }
    }

    @Test("a source is read from its start again, and no other; what a dedup remembers stays known")
    func forgetsSources() async throws {
        for (name, id) in [("a", 1), ("b", 2)] { try workspace.write("\(name).jsonl", "{\"id\":\(id)}\n") }
        func write(_ dedup: String) throws {
            try workspace.write(
                "t.yaml",
                """
                name: t
                sources: [{ jsonl: a.jsonl, name: a }, { jsonl: b.jsonl, name: b }]
                stages: [\(dedup)tap: { jsonl: out.jsonl }]
                """)
        }
        try write("")
        #expect(try await run("t.yaml").status == 0)
        #expect(try await run("state", "forget", "--source", "a", "t.yaml").output == "forgot 1 source\n")
        #expect(try await run("t.yaml").status == 0)
        #expect(try workspace.lines("out.jsonl").sorted() == ["{\"id\":1}", "{\"id\":1}", "{\"id\":2}"])
        try write("dedup: id, ")
        for _ in 0..<2 {
            #expect(try await run("state", "forget", "--source", "a", "t.yaml").status == 0)
            #expect(try await run("t.yaml").status == 0)
        }
        // The first of the two found no history yet.
        #expect(try workspace.lines("out.jsonl").count == 4)
    }

    @Test("what is asked wrongly is said, and a state that a run uses is left alone")
    func refusals() async throws {
        try workspace.write(
            "t.yaml", "name: t\nsources: [{ jsonl: a.jsonl, name: a }]\nstages: [tap: { jsonl: out.jsonl }]\n"
        )
        #expect(try await run("state", "forget", "t.yaml").status == 64)
        let unknown = try await run("state", "forget", "--source", "x", "t.yaml")
        #expect(
            unknown.status == 1 && unknown.error.contains("no source 'x'; it has 'a'"), "\(unknown.error)")
        try workspace.write("a.jsonl", "{\"id\":1}\n")
        #expect(try await run("state", "forget", "--source", "a", "t.yaml").output == "forgot 0 sources\n")
        #expect(try await run("t.yaml").status == 0)
        try workspace.write(".feedspine/t.db", "no database")
        #expect(try await run("state", "show", "t.yaml").status == 1)
    }
}
