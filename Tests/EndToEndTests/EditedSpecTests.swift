import Foundation
import Testing

/// What a spec is edited between two runs: the state goes with what things are, not with where they stand.
@Suite struct EditedSpecTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func run(_ sources: String, _ stages: String) async throws {
        try workspace.write("p.yaml", "name: p\nsources: [\(sources)]\nstages: [\(stages)]\n")
        let outcome = try await Program.run(
            ["p.yaml", "--progress", "none", "--log-level", "error"], in: workspace.path)
        #expect(outcome.status == 0, "\(outcome.error)")
    }

    private func numbers(_ range: ClosedRange<Int>) -> String {
        range.map { "{\"n\":\($0)}\n" }.joined()
    }

    @Test func `a source in front of another of its kind leaves it where it was`() async throws {
        try await run("generate: { count: 50, seed: 1 }", "tap: { jsonl: out.jsonl }")
        try await run(
            "generate: { count: 60, seed: 2 }, generate: { count: 50, seed: 1 }", "tap: { jsonl: out.jsonl }")
        let lines = try workspace.lines("out.jsonl")
        #expect(lines.count == 110)
        #expect(Set(lines).count == 110)
    }

    @Test func `a file under another path is read from its start`() async throws {
        try workspace.write("a.jsonl", numbers(1...6))
        try workspace.write("b.jsonl", numbers(11...16))
        try await run("jsonl: a.jsonl", "tap: { jsonl: out.jsonl }")
        try await run("jsonl: b.jsonl", "tap: { jsonl: out.jsonl }")
        #expect(try workspace.read("out.jsonl") == numbers(1...6) + numbers(11...16))
    }

    @Test func `a name given later, another spelling and other options beside it change nothing`()
        async throws
    {
        try workspace.write("in.jsonl", numbers(1...3))
        try await run("jsonl: in.jsonl", "dedup: { key: n }, tap: { jsonl: out.jsonl }")
        try workspace.write("in.jsonl", numbers(1...4))
        try await run(
            "{ jsonl: { path: [./in.jsonl], max_line: 1MB }, name: input }",
            "{ dedup: { key: [n], history: 2d }, name: once }, tap: { jsonl: { path: ./out.jsonl }, name: archive }"
        )
        #expect(try workspace.read("out.jsonl") == numbers(1...4))
    }

    @Test func `sinks that change places lose nothing`() async throws {
        try workspace.write("in.jsonl", numbers(1...2))
        try await run("jsonl: in.jsonl", "tap: [{ jsonl: a.jsonl }, { jsonl: b.jsonl }]")
        for last in 3...4 {
            try workspace.write("in.jsonl", numbers(1...last))
            for _ in 1...2 {
                try await run("jsonl: in.jsonl", "tap: [{ jsonl: b.jsonl }, { jsonl: a.jsonl }]")
            }
        }
        #expect(try workspace.read("a.jsonl") == numbers(1...4))
        #expect(try workspace.read("b.jsonl") == numbers(1...4))
    }

    @Test func `a dedup in front of another does not take its history`() async throws {
        try workspace.write("in.jsonl", "{\"n\":1,\"m\":1}\n")
        try await run("jsonl: in.jsonl", "dedup: { key: n }, tap: { jsonl: out.jsonl }")
        try workspace.write("in.jsonl", "{\"n\":1,\"m\":1}\n{\"n\":1,\"m\":2}\n")
        try await run("jsonl: in.jsonl", "dedup: { key: m }, dedup: { key: n }, tap: { jsonl: out.jsonl }")
        #expect(try workspace.lines("out.jsonl").count == 1)
    }

    @Test func `two taps that name one sink share its file`() async throws {
        let taps =
            "{ tap: { jsonl: out.jsonl }, when: n % 2 == 0 }, { tap: { jsonl: ./out.jsonl }, when: n % 2 == 1 }"
        try workspace.write("in.jsonl", numbers(1...5))
        try await run("jsonl: in.jsonl", taps)
        try workspace.write("in.jsonl", numbers(1...8))
        for _ in 1...2 { try await run("jsonl: in.jsonl", taps) }
        #expect(try workspace.lines("out.jsonl").sorted() == (1...8).map { "{\"n\":\($0)}" })
    }

    @Test func `another way to the same file is the same place`() async throws {
        try workspace.write("in.jsonl", numbers(1...3))
        try workspace.write("sub/x", "")
        try await run("jsonl: in.jsonl", "tap: { jsonl: out.jsonl }")
        try FileManager.default.createSymbolicLink(
            atPath: workspace.path + "/link.jsonl", withDestinationPath: "in.jsonl")
        try workspace.write("in.jsonl", numbers(1...4))
        for (input, output) in [
            ("link.jsonl", "sub/../out.jsonl"), ("sub/../in.jsonl", "sub/../sub/../out.jsonl")
        ] {
            try await run("jsonl: \(input)", "tap: { jsonl: \(output) }")
            #expect(try workspace.read("out.jsonl") == numbers(1...4))
        }
    }

    @Test func `was carries a place over to another path`() async throws {
        try workspace.write("old.jsonl", numbers(1...3))
        try await run("jsonl: \"old*.jsonl\"", "tap: { jsonl: out.jsonl }")
        try workspace.write("old.jsonl", numbers(1...4))
        try await run("{ jsonl: \"ol*.jsonl\", was: \"old*.jsonl\" }", "tap: { jsonl: out.jsonl }")
        #expect(try workspace.read("out.jsonl") == numbers(1...4))
    }
}
