import Foundation
import GRDB
import TestSupport
import Testing

/// Whether programs in Python can be run here.
let hasPython = ["/usr/bin", "/usr/local/bin"].contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/python3")
}

/// The programs of `docs/exec.md`, run as it says.
@Suite(.enabled(if: hasPython, "python3 is needed")) struct ExecTests {
    private static let messages = 600

    /// Writes the page's programs and a spool of messages.
    private func prepare() throws -> Workspace {
        let workspace = try Workspace()
        let page = try String(contentsOfFile: "\(Program.root)/docs/exec.md", encoding: .utf8)
        let programs = page.components(separatedBy: "```python\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        for (name, text) in zip(["language.py", "store.py", "spool.py"], programs) {
            try workspace.write(name, text)
        }
        for number in 0..<ExecTests.messages {
            let title =
                number % 50 == 49 ? "" : number % 2 == 0 ? "The day of \(number)" : "Der Tag und \(number)"
            try workspace.write(
                "spool/\(String(format: "%05d", number)).json", #"{"id":\#(number),"title":"\#(title)"}"#)
        }
        try workspace.write(
            "spool.yaml",
            """
            name: spool
            settings: { checkpoint: 20ms, buffer: 20 }
            sources:
              - exec: [python3, spool.py]
            stages:
              - rate_limit: 1500/s
              - map: { exec: { command: [python3, language.py] } }
              - map:
                  exec:
                    command: [python3, signal.py]
                    lines: records
                    env: { AFTER: "${AFTER:-0}", SIGNAL: "${SIGNAL:-9}" }
              - tap: { exec: { command: [python3, store.py] } }
            """)
        // With a certain record it sends its parent a signal.
        try workspace.write(
            "signal.py",
            """
            import os, sys
            for number, line in enumerate(sys.stdin, 1):
                if number == int(os.environ["AFTER"]):
                    os.kill(os.getppid(), int(os.environ["SIGNAL"]))
                print(line, end="", flush=True)

            """)
        return workspace
    }

    private func run(_ workspace: Workspace, signal: Int32? = nil, after: Int = 0) async throws
        -> Program.Outcome
    {
        try await Program.run(
            ["spool.yaml", "--progress", "none"], in: workspace.path,
            environment: ["AFTER": "\(after)", "SIGNAL": "\(signal ?? 0)"])
    }

    @Test func `killed again and again, each message is stored once and removed`() async throws {
        let workspace = try prepare()
        var random = SeededGenerator(seed: 20_261_128)
        for _ in 0..<6 {
            let after = Int.random(in: 1...80, using: &random)
            let outcome = try await run(workspace, signal: SIGKILL, after: after)
            #expect(outcome.status == nil, "\(outcome.error)")
        }
        for _ in 0..<2 {
            let last = try await run(workspace)
            #expect(last.status == 0, "\(last.error)")
        }
        #expect(try workspace.files("spool") == [])
        let failed = (0..<ExecTests.messages).count { $0 % 50 == 49 }
        let letters = try workspace.lines(".feedspine/spool.dead.jsonl")
        #expect(letters.count == failed && letters.allSatisfy { $0.contains("no title") })
        let records = try await DatabaseQueue(path: "\(workspace.path)/store.db").read { db in
            try String.fetchAll(db, sql: "SELECT record FROM items")
        }
        #expect(records.count == ExecTests.messages - failed)
        #expect(records.count { $0.contains(#""language": "de""#) } == ExecTests.messages / 2 - failed)
    }

    @Test func `a program that is interrupted with its pipeline has all that was under way`() async throws {
        let workspace = try prepare()
        let stopped = try await run(workspace, signal: SIGINT, after: 50)
        #expect(stopped.status == 0, "\(stopped.error)")
        let left = try workspace.files("spool").count
        #expect(left > 0 && left < ExecTests.messages)
        let rest = try await run(workspace)
        #expect(rest.status == 0, "\(rest.error)")
        let stored = try await DatabaseQueue(path: "\(workspace.path)/store.db").read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM items") ?? 0
        }
        let failed = (0..<ExecTests.messages).count { $0 % 50 == 49 }
        #expect(stored == ExecTests.messages - failed)
    }

    @Test func `a filter of the shell is a map, and what a program prints a source`() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "shell.yaml",
            """
            name: shell
            sources:
              - exec: { shell: "for n in 1 2 3; do echo '{\\"id\\":'$n'}'; done; echo oops", lines: records }
            stages:
              - dedup: { key: [id], history: 1h }
              - map: { exec: { command: [sed, -u, "s/id/number/"], lines: records } }
              - tap: { jsonl: out.jsonl }
            """)
        for _ in 0..<2 {
            let outcome = try await Program.run(["shell.yaml", "--progress", "none"], in: workspace.path)
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.error.contains("sh:4: "), "\(outcome.error)")
            #expect(try workspace.lines("out.jsonl") == (1...3).map { #"{"number":\#($0)}"# })
        }
    }

    @Test func `a program that does not work ends the run and loses nothing`() async throws {
        let workspace = try Workspace()
        try workspace.write("items.jsonl", "{\"id\":1}\n")
        for (program, message) in [
            ("./nothing.sh", "cannot start './nothing.sh'"), ("[/bin/sh, -c, 'exit 7']", "with status 7")
        ] {
            try workspace.write(
                "broken.yaml",
                """
                name: broken
                sources: [{ jsonl: items.jsonl }]
                stages:
                  - tap: { exec: \(program.hasPrefix("[") ? "{ command: \(program) }" : program) }
                """)
            let outcome = try await Program.run(["broken.yaml", "--progress", "none"], in: workspace.path)
            #expect(outcome.status == 1 && outcome.error.contains(message), "\(outcome.error)")
        }
        try workspace.write(
            "broken.yaml",
            "name: broken\nsources: [{ jsonl: items.jsonl }]\nstages:\n  - tap: { jsonl: out.jsonl }\n")
        _ = try await Program.run(["broken.yaml", "--progress", "none"], in: workspace.path)
        #expect(try workspace.lines("out.jsonl") == [#"{"id":1}"#])
    }
}
