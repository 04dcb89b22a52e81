import Foundation
import GRDB
import Subprocess
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// Outputs that others write, move and lock, as everyday life has it.
@Suite struct OutputTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func spec(_ name: String, source: String? = nil, tap: String, settings: String = "{}") throws {
        try workspace.write(
            "\(name).yaml",
            """
            name: \(name)
            settings: \(settings)
            sources: [ \(source ?? "jsonl: \(name).jsonl") ]
            stages: [ { tap: \(tap) } ]
            """)
    }

    private func run(_ name: String, _ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(["\(name).yaml", "--progress", "none"] + arguments, in: workspace.path)
    }

    private func rows(_ file: String, _ sql: String) throws -> [String] {
        try DatabaseQueue(path: "\(workspace.path)/\(file)").read { try String.fetchAll($0, sql: sql) }
    }

    /// Names that the spec does not tell: links that lead to what the pipeline needs, or reads.
    @Test func whatThePipelineNeedsIsWrittenByNobody() async throws {
        try workspace.write("a.jsonl", "{\"n\":1}\n")
        try spec("a", tap: "{ jsonl: out.jsonl }")
        #expect(try await run("a").status == 0)
        let state = "\(workspace.path)/.feedspine/a.db"
        let files = ["input": "\(workspace.path)/a.jsonl", "state": state, "spec": "\(workspace.path)/a.yaml"]
        for (name, file) in files {
            try FileManager.default.createSymbolicLink(
                atPath: "\(workspace.path)/\(name).link", withDestinationPath: file)
        }
        try FileManager.default.linkItem(
            atPath: "\(workspace.path)/a.jsonl", toPath: "\(workspace.path)/hard.link")
        let before = try Data(contentsOf: URL(fileURLWithPath: state))
        for (tap, what) in [
            ("{ jsonl: input.link }", "an input"), ("{ jsonl: hard.link }", "an input"),
            ("{ jsonl: state.link }", "the state"), ("{ sqlite: state.link }", "the state"),
            ("{ jsonl: spec.link }", "the spec")
        ] {
            try spec("a", tap: tap)
            let outcome = try await run("a")
            #expect(outcome.status == 1, "\(tap)")
            #expect(outcome.error.contains("it is \(what) of pipeline 'a'"), "\(outcome.error)")
        }
        #expect(try workspace.read("a.jsonl") == "{\"n\":1}\n")

        try spec("a", tap: "{ jsonl: out.jsonl }")
        for file in [
            "a.jsonl", "a.yaml", ".feedspine/a.db", "state.link", "out.jsonl", ".feedspine/a.dead.jsonl"
        ] {
            let outcome = try await run("a", "--report", file)
            #expect(outcome.status == 64, "\(file)")
            #expect(outcome.error.contains("--report cannot write it"), "\(outcome.error)")
        }
        try workspace.write("a.jsonl", "{\"n\":1}\n{\"n\":2}\n")
        #expect(try await run("a").status == 0)
        #expect(try workspace.lines("out.jsonl") == ["{\"n\":1}", "{\"n\":2}"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: state)).prefix(16) == before.prefix(16))
    }

    @Test func whatADatabaseKeepsBesideItIsWrittenByNobody() async throws {
        try workspace.write("a.jsonl", "{\"id\":1}\n")
        for (tap, what) in [
            ("[{ sqlite: link.db }, { jsonl: x.db-wal }]", "a part of the SQLite file"),
            ("{ jsonl: state.link-wal }", "the state of pipeline 'a'")
        ] {
            for (link, target) in [
                ("link.db", "x.db"), ("state.link-wal", ".feedspine/a.db-wal")
            ] where !workspace.exists(link) {
                try? FileManager.default.createSymbolicLink(
                    atPath: "\(workspace.path)/\(link)", withDestinationPath: target)
            }
            try spec("a", tap: tap)
            let outcome = try await run("a")
            #expect(outcome.status == 1, "\(tap)")
            #expect(outcome.error.contains("it is \(what)"), "\(outcome.error)")
        }
    }

    @Test func aShortFileOfSomethingElseIsNeitherAStateNorADatabase() async throws {
        try workspace.write("a.jsonl", "{\"id\":1}\n")
        try workspace.write("note.txt", "x")
        try spec("a", tap: "{ jsonl: out.jsonl }")
        let state = try await run("a", "--state", "note.txt")
        #expect(
            state.status == 1 && state.error.contains("note.txt is no state of a pipeline"), "\(state.error)")
        try spec("a", tap: "{ sqlite: note.txt }")
        let sink = try await run("a")
        #expect(sink.status == 1 && sink.error.contains("this is no SQLite file"), "\(sink.error)")
        #expect(try workspace.read("note.txt") == "x")
    }

    @Test func noFeedOfAListIsWritten() async throws {
        let feed = "<rss><channel><item><guid>urn:1</guid></item></channel></rss>"
        try workspace.write("list/feed.xml", feed)
        try workspace.write("list/all.opml", "<opml><body><outline xmlUrl=\"feed.xml\"/></body></opml>")
        try spec("a", source: "rss: { opml: list/all.opml }", tap: "{ jsonl: list/feed.xml }")
        let outcome = try await run("a")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("it is an input of pipeline 'a'"), "\(outcome.error)")
        #expect(try workspace.read("list/feed.xml") == feed)
    }

    @Test func aPatternDoesNotMatchWhatThePipelineWritesThroughALink() async throws {
        try workspace.write("items/a.jsonl", "{\"n\":1}\n")
        try FileManager.default.createSymbolicLink(
            atPath: "\(workspace.path)/link", withDestinationPath: "items")
        try spec(
            "a", source: "jsonl: items/*.jsonl",
            tap: "[{ jsonl: link/out.jsonl }, { jsonl: 'link/{date}.jsonl' }]")
        for _ in 0..<3 { #expect(try await run("a").status == 0) }
        #expect(try workspace.lines("items/out.jsonl") == ["{\"n\":1}"])
    }

    @Test func pipelinesThatTakeTurnsOnOneFileKeepTheLinesOfEachOther() async throws {
        for name in ["a", "b"] { try spec(name, tap: "{ jsonl: shared.jsonl }") }
        var expected: [String] = []
        for turn in 1...3 {
            for name in ["a", "b"] {
                expected.append("{\"\(name)\":\(turn)}")
                let lines = expected.filter { $0.contains("\"\(name)\"") }.joined(separator: "\n")
                try workspace.write("\(name).jsonl", lines + "\n")
                #expect(try await run(name).status == 0)
                #expect(try workspace.lines("shared.jsonl") == expected)
            }
        }
    }

    @Test func twoTablesOfOneFileAreWrittenWithTheDefaults() async throws {
        try spec(
            "p", source: "generate: 500",
            tap: "[ { sqlite: { path: o.db, table: one } }, { sqlite: { path: o.db, table: two } } ]",
            settings: "{ checkpoint: 20ms }")
        #expect(try await run("p").status == 0)
        #expect(
            try rows("o.db", "SELECT count(*) FROM one UNION ALL SELECT count(*) FROM two") == ["500", "500"])
    }

    @Test func aRecordWithoutAKeyIsSetApartAndTheOthersAreRows() async throws {
        try spec("p", tap: "{ sqlite: o.db }")
        try workspace.write("p.jsonl", "{\"id\":1}\n{\"title\":\"no id\"}\n{\"id\":3}\n")
        #expect(try await run("p").status == 0)
        #expect(try rows("o.db", "SELECT key FROM items ORDER BY key") == ["1", "3"])
        #expect(try workspace.lines(".feedspine/p.dead.jsonl").count == 1)
    }

    /// A setting says little: `synchronous` is put back by more than one.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")))
    func eachCheckpointSyncsTheLogOfADatabaseThatOthersRead() async throws {
        try spec(
            "p", source: "generate: { count: 40, rate: 40/s }", tap: "{ sqlite: o.db }",
            settings: "{ checkpoint: 100ms }")
        #expect(try await run("p", "--limit", "0").status == 0)
        let reader = try DatabasePool(path: "\(workspace.path)/o.db")
        try await reader.read { try $0.execute(sql: "SELECT 1") }
        let result = try await Subprocess.run(
            .path("/usr/bin/strace"),
            arguments: [
                "-f", "-y", "-e", "trace=fdatasync,fsync", "-o", "\(workspace.path)/calls",
                Program.path.string, "p.yaml", "--progress", "none", "--state", ":memory:"
            ], workingDirectory: FilePath(workspace.path), output: .discarded, error: .string(limit: 1 << 20))
        // Without the permission to trace there is nothing to count.
        guard workspace.exists("calls"), result.terminationStatus.isSuccess else { return }
        let syncs = try workspace.lines("calls").filter { $0.contains("o.db-wal>") }.count
        #expect(syncs >= 6, "of about ten checkpoints")
    }
}
