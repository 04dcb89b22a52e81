import GRDB
import Subprocess
import Synchronization
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// Pipes, signals and the way out.
@Suite struct StreamTests {
    @Test func `records go from standard input to standard output`() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "pipe.yaml",
            """
            name: pipe
            sources: [{ jsonl: "-" }]
            stages:
              - filter: score > 1
              - tap: stdout
            """)
        let input = (1...3).map { "{\"score\":\($0)}\n" }.joined()
        for _ in 1...2 {
            // A second run reads its own input from the start.
            let outcome = try await Program.run(["pipe.yaml"], in: workspace.path, input: input)
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.outputLines == [#"{"score":2}"#, #"{"score":3}"#])
        }
    }

    @Test func `a signal stops the sources, delivers what is in flight and exits with 0`() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "slow.yaml",
            """
            name: slow
            sources: [{ generate: { count: 1000000, rate: 2000/s } }]
            stages:
              - batch: 100
              - tap: { jsonl: out.jsonl }
            """)
        let sent = Mutex(false)
        let stopped = try await Program.run(
            ["slow.yaml", "--progress", "none", "--log-level", "debug"], in: workspace.path
        ) { line in
            guard line.contains("delivered") else { return nil }
            return sent.withLock { sent in
                defer { sent = true }
                return sent ? nil : .terminate
            }
        }
        #expect(stopped.status == 0, "\(stopped.error)")
        let lines = try workspace.lines("out.jsonl")

        let next = try await Program.run(["slow.yaml", "--limit", "50"], in: workspace.path)
        #expect(next.status == 0, "\(next.error)")
        let after = try workspace.lines("out.jsonl")
        #expect(after.count == lines.count + 50)
        #expect(Array(after.prefix(lines.count)) == lines)
        #expect(Set(after).count == after.count)
    }

    @Test func `a state in memory remembers nothing and leaves no file`() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "memory.yaml",
            """
            name: memory
            settings: { state: ":memory:" }
            sources: [{ generate: 3 }]
            stages: [{ tap: stdout }]
            """)
        for _ in 1...2 {
            let outcome = try await Program.run(["memory.yaml"], in: workspace.path)
            #expect(outcome.outputLines.count == 3, "\(outcome.error)")
        }
        #expect(try workspace.files(".") == ["memory.yaml"])
    }

    @Test func `two feeds that count their items alike keep apart, in the history and in tables`()
        async throws
    {
        let workspace = try Workspace()
        for feed in ["a", "b"] {
            let items = ["1", "2", "https://example.com/3"].map {
                "<item><guid isPermaLink='false'>\($0)</guid><title>\(feed) \($0)</title></item>"
            }
            try workspace.write(
                "\(feed).xml",
                "<rss version='2.0'><channel><title>\(feed)</title>\(items.joined())</channel></rss>")
        }
        try workspace.write(
            "ids.yaml",
            """
            name: ids
            settings: { max_concurrent_sources: 1 }
            sources: [{ name: a, rss: a.xml }, { name: b, rss: b.xml }]
            stages:
              - dedup: { key: [id] }
              - tap: [stdout, { sqlite: ids.db }]
            """)
        let outcome = try await Program.run(["ids.yaml"], in: workspace.path)
        #expect(outcome.status == 0, "\(outcome.error)")
        // A URI means the same wherever it comes from.
        #expect(outcome.outputLines.count == 5)
        let rows = try await DatabaseQueue(path: "\(workspace.path)/ids.db").read {
            try String.fetchAll($0, sql: "SELECT source || ' ' || key FROM items ORDER BY 1")
        }
        #expect(rows == ["a 1", "a 2", "a https://example.com/3", "b 1", "b 2"])
    }

    @Test func `a source's condition drops records of that source, for good`() async throws {
        let workspace = try Workspace()
        try workspace.write("a.jsonl", (0..<6).map { "{\"n\":\($0)}\n" }.joined())
        try workspace.write("b.jsonl", (10..<12).map { "{\"n\":\($0)}\n" }.joined())
        try workspace.write(
            "when.yaml",
            """
            name: when
            sources: [{ jsonl: a.jsonl, when: n % 2 == 0 }, { jsonl: b.jsonl }]
            stages: [{ tap: stdout }]
            """)
        let first = try await Program.run(["when.yaml"], in: workspace.path)
        #expect(
            first.outputLines.sorted() == [0, 10, 11, 2, 4].map { "{\"n\":\($0)}" }, "\(first.error)")
        let second = try await Program.run(["when.yaml"], in: workspace.path)
        #expect(second.outputLines.isEmpty)
    }

    @Test(arguments: [("retry", 75), ("drop", 0), ("fail", 1)] as [(String, Int32)])
    func `a source that fails means for the run what on_error says`(rule: String, status: Int32) async throws
    {
        let workspace = try Workspace()
        try workspace.write(
            "fails.yaml",
            """
            name: fails
            sources: [{ name: gone, jsonl: gone.jsonl, on_error: \(rule) }, { generate: 3 }]
            stages: [{ tap: stdout }]
            """)
        let outcome = try await Program.run(["fails.yaml"], in: workspace.path)
        #expect(outcome.status == status, "\(outcome.error)")
        #expect(outcome.error.contains("gone.jsonl: cannot read it"))
        if rule != "fail" { #expect(outcome.outputLines.count == 3) }
    }

    @Test(.timeLimit(.minutes(10))) func `a pipe that has gone silent does not keep a run from ending`()
        async throws
    {
        let workspace = try Workspace()
        try workspace.write(
            "pipe.yaml",
            """
            name: pipe
            sources: [{ jsonl: "-" }]
            stages: [{ tap: { jsonl: out.jsonl } }]
            """)
        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.writeEnd.close() }
        // As many as it takes for a line of progress.
        let lines = (1...10).map { "{\"n\":\($0)}" }
        try pipe.writeEnd.writeAll(Array((lines.joined(separator: "\n") + "\n").utf8))
        let outcome = try await Program.run(
            ["pipe.yaml", "--progress", "none", "--log-level", "debug"], in: workspace.path,
            input: pipe.readEnd
        ) { $0.contains(" debug: ") ? .terminate : nil }
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(try workspace.lines("out.jsonl") == lines)
    }

    @Test func `each pipeline's report has its own status, whichever ends first`() async throws {
        let workspace = try Workspace()
        for (name, sources) in [
            ("slow", "[{ generate: { count: 60, rate: 200/s } }]"), ("broken", "[{ jsonl: none.jsonl }]")
        ] {
            try workspace.write(
                "\(name).yaml",
                "name: \(name)\nsources: \(sources)\nstages: [{ tap: { jsonl: \(name).jsonl } }]\n")
        }
        let outcome = try await Program.run(
            ["slow.yaml", "broken.yaml", "--report", "report.json"], in: workspace.path)
        #expect(outcome.status == 75, "\(outcome.error)")
        let statuses = try workspace.lines("report.json").filter { $0.contains(#""status""#) }
        #expect(statuses.map { $0.contains("success") } == [true, false])
    }

    @Test func `usage errors say what to do and exit with 64`() async throws {
        let outcome = try await Program.run(["a.yaml", "--no-such-flag"], in: Program.root)
        #expect(outcome.status == 64)
        #expect(outcome.error.contains("--no-such-flag"))
        let nothing = try await Program.run([], in: Program.root)
        #expect(nothing.status == 64)
    }

    @Test func `help has examples`() async throws {
        for command in [["--help"], ["run", "--help"], ["validate", "--help"], ["components", "--help"]] {
            let outcome = try await Program.run(command, in: Program.root)
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("EXAMPLES"), "\(command)")
        }
    }
}
