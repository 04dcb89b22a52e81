import Foundation
import TestSupport
import Testing

/// `dead-letters replay`: what had failed goes on where it failed, once.
@Suite(.timeLimit(.minutes(10))) struct ReplayTests {
    private let workspace: Workspace
    private let file = ".feedspine/t.dead.jsonl"

    init() throws { workspace = try Workspace() }

    /// - Parameters:
    ///   - parse: the expression that is mended.
    ///   - behind: the stages behind it.
    private func write(
        _ parse: String = "int(t)", dedup: Bool = false, settings: String = "",
        behind: String = "- tap: { jsonl: out.jsonl }"
    ) throws {
        try workspace.write(
            "t.yaml",
            """
            name: t
            settings: { checkpoint: 20ms, buffer: 100 \(settings) }
            sources: [{ jsonl: in.jsonl, name: in }]
            stages:
              \(dedup ? "- dedup: { key: [id], history: 24h }" : "- map: { set: { a: '1' } }")
              - { tap: { jsonl: before.jsonl }, when: 'has(early)' }
              - { map: { set: { n: '\(parse)' } }, name: parse }
              \(behind)
            """)
    }

    private func add(_ items: String...) throws {
        try workspace.append(items.map { $0 + "\n" }.joined(), to: "in.jsonl")
    }

    @discardableResult
    private func run(_ key: String = "1") async throws -> Program.Outcome {
        let outcome = try await Program.run(
            ["t.yaml", "--progress", "none"], in: workspace.path, environment: ["KEY": key])
        #expect(outcome.status == 0, "\(outcome.error)")
        return outcome
    }

    private func replay(_ arguments: String..., key: String = "1") async throws -> Program.Outcome {
        try await Program.run(
            ["dead-letters", "replay", "t.yaml"] + arguments, in: workspace.path, environment: ["KEY": key])
    }

    private func numbers(_ name: String, _ field: String = "id") throws -> [Int] {
        guard workspace.exists(name) else { return [] }
        return try workspace.lines(name).map {
            let object = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            return try #require(object?[field] as? Int)
        }
    }

    @Test func `what failed goes through the mended stage and on, and through none before it`() async throws {
        try write()
        try add(
            #"{"id":1,"t":"x","early":true}"#, #"{"id":2,"t":"5","early":true}"#, #"{"id":3,"t":"y"}"#,
            #"{"id":4,"t":"x"}"#)
        try await run()
        #expect(try numbers("out.jsonl") == [2])
        try write(#"t == "x" ? 7 : int(t)"#)
        let one = try await replay("--all")
        #expect(one.status == 65, "\(one.error)")
        #expect(one.error.contains("replayed 3: 1 failed again"), "\(one.error)")
        #expect(try numbers("out.jsonl") == [2, 1, 4])
        #expect(try numbers("out.jsonl", "n") == [5, 7, 7])
        #expect(try numbers("before.jsonl") == [1, 2])
        #expect(try workspace.lines(file).count == 1)
        try write(#"t == "y" ? 8 : int(t)"#)
        let two = try await replay("1")
        #expect(two.status == 0 && two.error.contains("replayed 1: 0 failed again"), "\(two.error)")
        #expect(try numbers("out.jsonl") == [2, 1, 4, 3])
        let none = try await replay("--all")
        #expect(none.status == 0 && none.error.contains("replayed 0"), "\(none.error)")
        try await run()
        #expect(try numbers("out.jsonl").count == 4)
    }

    @Test func `a sink that has it does not get it again, one that refused it does, and what comes behind`()
        async throws
    {
        try await ScriptedServer.run { server in
            server.on("/2", .reply(422), .reply(200))
            server.otherwise { _ in .reply(200) }
            try write(
                "0",
                behind: """
                    - tap: [{ jsonl: a.jsonl }, { http: "\(server.url("/{id}"))", name: hook }, { jsonl: c.jsonl }]
                      - tap: { jsonl: out.jsonl }
                    """)
            try add(#"{"id":1}"#, #"{"id":2}"#, #"{"id":3}"#)
            try await run()
            #expect(try numbers("out.jsonl") == [1, 3])
            let outcome = try await replay("--sink", "hook")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(try numbers("a.jsonl") == [1, 2, 3])
            #expect(try numbers("c.jsonl") == [1, 2, 3])
            #expect(try numbers("out.jsonl") == [1, 3, 2])
            #expect(server.requests.map(\.path).sorted() == ["/1", "/2", "/2", "/3"])
        }
    }

    @Test
    func `an item that came again and was delivered is not delivered again, and a replayed one is known`()
        async throws
    {
        try write(dedup: true)
        try add(#"{"id":1,"t":"x"}"#, #"{"id":2,"t":"y"}"#)
        try await run()
        #expect(try workspace.lines(file).count == 2)
        try add(#"{"id":1,"t":"5"}"#)
        try await run()
        #expect(try numbers("out.jsonl") == [1])
        try write("1", dedup: true)
        let outcome = try await replay("--all")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.error.contains("replayed 1: 0 failed again"), "\(outcome.error)")
        #expect(outcome.error.contains("1 had been delivered since"), "\(outcome.error)")
        #expect(try numbers("out.jsonl") == [1, 2])
        try add(#"{"id":2,"t":"6"}"#)
        try await run()
        #expect(try numbers("out.jsonl") == [1, 2])
        #expect(try workspace.lines(file) == [])
    }

    @Test func `what cannot be replayed stays, with the reason`() async throws {
        let key = "topSecretValue99"
        try write(#"int("${KEY:-1}") + int(t)"#)
        try add(#"{"id":1,"t":"\#(key)"}"#, #"{"id":2,"t":"x"}"#)
        try await run(key)
        #expect(try workspace.lines(file).count == 2)
        try write("1")
        let redacted = try await replay("--all", key: key)
        #expect(redacted.status == 65)
        #expect(redacted.error.contains("not replayed: 1: a value of ${…} was left out"), "\(redacted.error)")
        #expect(try numbers("out.jsonl") == [2])

        try workspace.write(
            "t.yaml", try workspace.read("t.yaml").replacing("name: parse", with: "name: read"))
        let before = try workspace.read(file)
        let gone = try await replay("1")
        #expect(gone.status == 65)
        #expect(gone.error.contains("stage 'parse' is not in the spec; --at names"), "\(gone.error)")
        let wrong = try await replay("1", "--at", "nothing")
        #expect(
            wrong.status == 1 && wrong.error.contains("there is no stage 'nothing'; there are"),
            "\(wrong.error)")
        let missing = try await replay("7")
        #expect(
            missing.status == 1 && missing.error.contains("there is no dead letter 7"), "\(missing.error)")
        #expect(try workspace.read(file) == before)
        try workspace.write(file, before.replacing("<redacted>", with: "x"))
        let moved = try await replay("1", "--at", "read")
        #expect(moved.status == 0, "\(moved.error)")
        #expect(try numbers("out.jsonl") == [2, 1])
    }

    @Test func `without a state that outlives the process nothing is taken out`() async throws {
        try write(settings: #", state: ":memory:""#)
        try add(#"{"id":1,"t":"x"}"#)
        try await run()
        let outcome = try await replay("--all")
        #expect(outcome.status == 1)
        #expect(
            outcome.error.contains("a replay needs a state that outlives the process"), "\(outcome.error)")
        #expect(try workspace.lines(file).count == 1)
    }

    @Test func `killed again and again, every letter is delivered once`() async throws {
        try write(dedup: true)
        let count = 800
        try workspace.append((0..<count).map { #"{"id":\#($0),"t":"x"}"# + "\n" }.joined(), to: "in.jsonl")
        try await run()
        #expect(try workspace.lines(file).count == count)
        // So slow that a kill comes in time also on a busy machine.
        try write("1", dedup: true, behind: "- rate_limit: 200/s\n  - tap: { jsonl: out.jsonl }")
        var random = SeededGenerator(seed: 20_261_128)
        var kills = 0
        for _ in 0..<4 {
            let outcome = try await Program.run(
                ["dead-letters", "replay", "t.yaml", "1-200"], in: workspace.path,
                killedAtDelivery: Int.random(in: 1...10, using: &random))
            if outcome.status == nil { kills += 1 }
        }
        #expect(kills > 0)
        try await run()
        let left = try await replay("--all")
        #expect(left.status == 0, "\(left.error)")
        #expect(try numbers("out.jsonl").sorted() == Array(0..<count))
        #expect(try workspace.lines(file) == [])
        #expect(try workspace.files(".feedspine").filter { $0.hasSuffix(".new") } == [])
    }
}
