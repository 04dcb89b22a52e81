import Foundation
import Glibc
import Testing

/// `dead-letters`, the way a user looks at what was given up, and clears it away.
@Suite struct DeadLetterTests {
    private let workspace: Workspace
    private let file = ".feedspine/t.dead.jsonl"

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            "t.yaml",
            """
            name: t
            sources: [{ jsonl: in.jsonl, name: in }]
            stages:
              - { map: { set: { n: int(t) } }, name: parse }
              - { map: { set: { m: '${KEY:-1} / n' } }, name: divide }
              - tap: { jsonl: out.jsonl }
            """)
    }

    /// Runs the pipeline over more lines.
    @discardableResult
    private func run(_ texts: String..., key: String = "1") async throws -> Program.Outcome {
        let before = workspace.exists("in.jsonl") ? try workspace.read("in.jsonl") : ""
        let lines = texts.map { "{\"t\": \"\($0)\", \"url\":\"https://example.org/\($0)\"}\n" }
        try workspace.write("in.jsonl", before + lines.joined())
        let outcome = try await Program.run(
            ["t.yaml", "--progress", "none"], in: workspace.path, environment: ["KEY": key])
        #expect(outcome.status == 0, "\(outcome.error)")
        return outcome
    }

    private func letters(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(["dead-letters"] + arguments, in: workspace.path, environment: ["KEY": "1"])
    }

    private func listed(_ arguments: String...) async throws -> [String] {
        let outcome = try await Program.run(
            ["dead-letters", "list", "t.yaml"] + arguments, in: workspace.path, environment: ["KEY": "1"])
        #expect(outcome.status == 0, "\(outcome.error)")
        return outcome.outputLines
    }

    @Test func `none are none, and no file or state is made`() async throws {
        #expect(try await listed() == ["no dead letters"])
        #expect(try await listed("--format", "json") == [])
        let drop = try await letters("drop", "t.yaml", "--all")
        #expect(drop.status == 0, "\(drop.error)")
        #expect(drop.output == "dropped 0, left 0\n")
        #expect(!workspace.exists(".feedspine"))
    }

    @Test func `each with its number, place and reason, a line each where nobody is looking`() async throws {
        try await run("1", "x", "0", "y")
        let lines = try await listed()
        #expect(lines.first == "number\ttime\tstage\tsink\tsource\trecord\terror")
        let columns = lines.dropFirst().map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        #expect(columns.map { $0[0] } == ["1", "2", "3"])
        #expect(columns.map { $0[2] } == ["parse", "parse", "divide"])
        #expect(columns.map { $0[5] } == ["x", "y", "0"].map { "https://example.org/\($0)" })
        #expect(columns.allSatisfy { $0.count == 7 && $0[4] == "in" && !$0[6].isEmpty })

        let json = try await listed("--format", "json", "--limit", "1")
        #expect(json.count == 1)
        #expect(json[0].hasPrefix("{\"number\":3,\"stage\":\"divide\","))
        #expect(json[0].hasSuffix("}}"))
    }

    @Test func `those that are asked for, and how many of each kind`() async throws {
        try await run("x", "0", "x", "y")
        #expect(try await listed("--stage", "divide").count == 2)
        #expect(try await listed("--stage", "divide", "--stage", "parse").count == 4)
        #expect(try await listed("--source", "other") == ["no dead letters"])
        #expect(try await listed("--sink", "out.jsonl") == ["no dead letters"])
        #expect(try await listed("--since", "2h").count == 4)
        #expect(try await listed("--since", "2200-01-01") == ["no dead letters"])
        #expect(try await listed("--count").count == 4)
        let counts = try await listed("--count", "--format", "json", "--stage", "divide")
        #expect(counts.count == 1 && counts[0].hasSuffix("\"count\":1}"), "\(counts)")
        for wrong in [["--since", "then"], ["--limit", "0"], ["--count", "--limit", "2"]] {
            let outcome = try await Program.run(
                ["dead-letters", "list", "t.yaml"] + wrong, in: workspace.path)
            #expect(outcome.status == 64, "\(wrong)")
        }
    }

    @Test func `what is no letter is told, passed over and kept`() async throws {
        try await run("x", "y")
        try workspace.write(file, "junk\n{\"a\":1}\n" + (try workspace.read(file)) + "\u{1}")
        let list = try await letters("list", "t.yaml")
        #expect(list.outputLines.count == 3)
        #expect(list.error.contains("lines 1, 2 are no dead letters"))
        let refused = try await letters("drop", "t.yaml", "2")
        #expect(refused.status == 1)
        #expect(refused.error.contains("there is no dead letter 2"))
        let drop = try await letters("drop", "t.yaml", "--all")
        #expect(drop.output == "dropped 2, left 0\n")
        #expect(try workspace.read(file) == "junk\n{\"a\":1}\n\u{1}")
    }

    @Test func `what is dropped is forgotten, and comes again when it fails again`() async throws {
        try await run("x", "y", "0")
        try await run("x", "y", "0")
        #expect(try workspace.lines(file).count == 3)
        let left = try workspace.lines(file)[1]
        let drop = try await letters("drop", "t.yaml", "1", "3-3")
        #expect(drop.output == "dropped 2, left 1\n", "\(drop.error)")
        #expect(try workspace.lines(file) == [left])

        let next = try await run("x", "y", "0")
        #expect(!next.error.contains("dead.jsonl"), "\(next.error)")
        let lines = try workspace.lines(file)
        #expect(lines.count == 3 && lines[0] == left)
        #expect(lines[1].contains("example.org/x\"") && lines[2].contains("example.org/0\""), "\(lines)")
        #expect(try workspace.files(".feedspine").filter { $0.hasSuffix(".new") } == [])
    }

    @Test func `a letter from which a value was left out is forgotten, too`() async throws {
        let key = "topSecretValue99"
        try await run(key, key: key)
        try await run(key, key: key)
        #expect(try workspace.lines(file).count == 1)
        #expect(try !workspace.read(file).contains(key))
        let drop = try await Program.run(
            ["dead-letters", "drop", "t.yaml", "--all"], in: workspace.path, environment: ["KEY": key])
        #expect(drop.output == "dropped 1, left 0\n", "\(drop.error)")
        try await run(key, key: key)
        #expect(try workspace.lines(file).count == 1)
    }

    @Test func `nothing is dropped that nobody has named, or while a run is going on`() async throws {
        try await run("x")
        for wrong in [["t.yaml"], ["t.yaml", "--all", "1"], ["t.yaml", "0"], ["t.yaml", "3-2"]] {
            let outcome = try await Program.run(["dead-letters", "drop"] + wrong, in: workspace.path)
            #expect(outcome.status == 64, "\(wrong): \(outcome.error)")
        }
        let lock = open("\(workspace.path)/.feedspine/t.db", O_RDWR | O_CLOEXEC)
        try #require(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
        let refused = try await letters("drop", "t.yaml", "--all")
        #expect(refused.status == 1)
        #expect(refused.error.contains("is in use by another run"))
        #expect(try await listed().count == 2)
        close(lock)
        #expect(try await letters("drop", "t.yaml", "--all").status == 0)
    }
}
