import Foundation
import GRDB
import Subprocess
import Synchronization
import Testing

/// Files and pipes that others write, move and rotate.
@Suite(.timeLimit(.minutes(10))) struct ReadingTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func spec(_ sources: String, _ stages: String = "[{ tap: { jsonl: out.jsonl } }]") throws {
        try workspace.write(
            "p.yaml", "name: p\nsettings: { checkpoint: 20ms }\nsources: \(sources)\nstages: \(stages)\n")
    }

    private func lines(_ numbers: some Sequence<Int>) -> String { numbers.map { "{\"n\":\($0)}\n" }.joined() }

    private func run() async throws -> Program.Outcome {
        try await Program.run(["p.yaml", "--progress", "none"], in: workspace.path)
    }

    @Test func `a torn line is read when its writer has finished it, while the run watches`() async throws {
        try spec("[{ jsonl: in.jsonl, every: 20ms }]")
        try workspace.write("in.jsonl", #"{"n":1}"# + "\n" + #"{"n":"#)
        let finished = Mutex(false)
        let outcome = try await Program.run(
            ["p.yaml", "--watch", "--progress", "none", "--log-level", "debug"], in: workspace.path
        ) { line in
            if line.contains("in.jsonl:2: the last line has not ended") {
                finished.withLock { $0 = true }
                // As many as it takes for a line of progress.
                try? workspace.append("2}\n" + lines(3...12), to: "in.jsonl")
            }
            return line.contains("delivered") && finished.withLock { $0 } ? .terminate : nil
        }
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(!outcome.error.contains("in.jsonl:2:6"), "\(outcome.error)")
        #expect(try workspace.read("out.jsonl") == lines(1...12))
    }

    @Test func `a named pipe that nobody writes to keeps no one waiting`() async throws {
        try spec("[{ jsonl: pipe }, { generate: 10 }]")
        #expect(mkfifo("\(workspace.path)/pipe", 0o600) == 0)
        let outcome = try await Program.run(
            ["p.yaml", "--progress", "none", "--log-level", "debug"], in: workspace.path
        ) { $0.contains("delivered") ? .terminate : nil }
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(try workspace.lines("out.jsonl").count == 10)
    }

    @Test func `a folder that is moved with its state goes on`() async throws {
        let first = "\(workspace.path)/first"
        try workspace.write("first/in/a.jsonl", lines(1...3))
        try workspace.write(
            "first/p.yaml",
            "name: p\nsources: [{ jsonl: in/*.jsonl }]\nstages: [{ tap: { jsonl: out.jsonl } }]\n")
        #expect(try await Program.run(["p.yaml"], in: first).status == 0)
        #expect(rename(first, "\(workspace.path)/second") == 0)
        try workspace.append(lines(4...4), to: "second/in/a.jsonl")
        #expect(try await Program.run(["p.yaml"], in: "\(workspace.path)/second").status == 0)
        #expect(try workspace.read("second/out.jsonl") == lines(1...4))
    }

    @Test func `a compressed file is one finding, and the state forgets files that are gone`() async throws {
        try spec("[{ jsonl: \"in/*\" }]")
        try workspace.write("in/a", lines(1...2))
        try workspace.write("in/b", lines(3...3))
        try Data([0x1F, 0x8B, 8, 0x0A, 1, 0x0A, 2]).write(to: URL(fileURLWithPath: "\(workspace.path)/in/c"))
        let first = try await run()
        #expect(first.status == 75)
        #expect(
            first.error.split(separator: "\n").filter { $0.contains("in/c") }.count == 1, "\(first.error)")
        #expect(first.error.contains("gzip"))
        for name in ["b", "c"] { try FileManager.default.removeItem(atPath: "\(workspace.path)/in/\(name)") }
        #expect(try await run().status == 0)
        #expect(try workspace.read("out.jsonl") == lines(1...3))
        let stored = try await DatabaseQueue(path: "\(workspace.path)/.feedspine/p.db").read { db in
            try String.fetchAll(db, sql: "SELECT coalesce(anchor, '') FROM source")
        }
        #expect(stored.joined().contains("in/a") && !stored.joined().contains("in/b"))
    }
}
