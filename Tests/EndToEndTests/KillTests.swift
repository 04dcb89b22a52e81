import Foundation
import GRDB
import Subprocess
import Synchronization
import TestSupport
import Testing

/// A run that is killed and started again gives what a run that was left alone gives.
@Suite struct KillTests {
    /// How often the program is killed; more in the long proof.
    static let kills = ProcessInfo.processInfo.environment["FEEDSPINE_SOAK"] == nil ? 20 : 300

    /// Enough for the run to be still going on at the last kill.
    private static let items = kills * 2000

    @Test("killed again and again, nothing is lost and nothing comes twice", arguments: ["jsonl", "generate"])
    func killed(source: String) async throws {
        let calm = try Workspace()
        let stormy = try Workspace()
        for workspace in [calm, stormy] { try prepare(workspace, source: source) }

        let undisturbed = try await Program.run(["news.yaml", "--progress", "none"], in: calm.path)
        #expect(undisturbed.status == 0, "\(undisturbed.error)")

        var random = SeededGenerator(seed: 20_261_121)
        var kills = 0
        // Every kill comes at a random one of the lines that a run prints for each few items.
        while kills < KillTests.kills {
            let line = Int.random(in: 1...20, using: &random)
            let outcome = try await killed(at: line, in: stormy)
            if outcome.status == nil { kills += 1 } else { break }
        }
        let last = try await Program.run(["news.yaml", "--progress", "none"], in: stormy.path)
        #expect(last.status == 0, "\(last.error)")
        #expect(kills == KillTests.kills, "the run ended before it could be killed often enough")

        for file in ["out/all.jsonl", "out/important.jsonl"] {
            #expect(try stormy.read(file) == calm.read(file), "\(file)")
        }
        #expect(try rows(stormy) == rows(calm))
        #expect(try rows(calm).count > 1000)
        #expect(try stormy.files(".") == calm.files("."))
    }

    private func killed(at line: Int, in workspace: Workspace) async throws -> Program.Outcome {
        let seen = Mutex(0)
        return try await Program.run(
            ["news.yaml", "--progress", "none", "--log-level", "debug"], in: workspace.path
        ) { text in
            guard text.contains("delivered") else { return nil }
            return seen.withLock { seen in
                seen += 1
                return seen == line ? .kill : nil
            }
        }
    }

    private func prepare(_ workspace: Workspace, source: String) throws {
        var random = SeededGenerator(seed: 7)
        let items = (0..<KillTests.items).map { number in
            let url = Int.random(in: 0..<KillTests.items, using: &random)
            let type = ["important", "normal"].randomElement(using: &random) ?? ""
            return #"{"id":"\#(number)","url":"https://example.org/\#(url)","content":{"type":"\#(type)"}}"#
        }
        try workspace.write("items.jsonl", items.joined(separator: "\n") + "\n")
        let sources = [
            "jsonl": "jsonl: items.jsonl",
            "generate": "generate: { count: \(KillTests.items), duplicates: 0.3, seed: 5 }"
        ]
        try workspace.write(
            "news.yaml",
            """
            name: news
            settings: { checkpoint: 20ms, buffer: 100 }
            sources:
              - \(sources[source] ?? "")
            stages:
              - dedup: { key: [url], history: 24h }
              - rate_limit: 4000/s
              - tap: { jsonl: out/all.jsonl }
              - filter: content.type == "important"
              - map: { set: { note: '"seen " + id' } }
              - batch: 7
              - tap:
                  - jsonl: out/important.jsonl
                  - sqlite: { path: out/news.db, key: url }
            """)
    }

    private func rows(_ workspace: Workspace) throws -> [String] {
        try DatabaseQueue(path: "\(workspace.path)/out/news.db").read { db in
            try String.fetchAll(
                db, sql: "SELECT key || ' ' || source || ' ' || record FROM items ORDER BY key")
        }
    }
}
