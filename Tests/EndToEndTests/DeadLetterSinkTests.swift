import Foundation
import GRDB
import Testing

/// Dead letters in a sink of the pipeline.
@Suite(.timeLimit(.minutes(10))) struct DeadLetterSinkTests {
    private static let spec = """
        name: t
        settings: { checkpoint: 20ms, buffer: 100, dead_letter: sinks.letters }
        sinks: { letters: { jsonl: letters/t.jsonl.gz } }
        sources: [{ jsonl: in.jsonl }]
        stages:
          - rate_limit: 4000/s
          - map: { set: { half: "id % 2 == 0 ? id / 2 : id / 0" } }
          - tap: { jsonl: out.jsonl }
        """

    @Test func `killed again and again, each letter stands in the sink once`() async throws {
        let workspace = try Workspace()
        try workspace.write("t.yaml", DeadLetterSinkTests.spec.replacing(".gz", with: ""))
        var count = 0
        try await Program.killAgainAndAgain(
            "t.yaml", in: workspace.path, kills: 6, at: 1...8, seed: 20_261_129
        ) { _ in
            try workspace.append((count..<count + 400).map { "{\"id\":\($0)}\n" }.joined(), to: "in.jsonl")
            count += 400
        }
        struct Letter: Decodable {
            struct Item: Decodable { let id: Int }
            let stage: String
            let record: Item
        }
        let letters = try workspace.lines("letters/t.jsonl").map {
            try JSONDecoder().decode(Letter.self, from: Data($0.utf8))
        }
        #expect(letters.map(\.record.id) == Array(stride(from: 1, to: count, by: 2)))
        #expect(try workspace.lines("out.jsonl").count == count / 2)
        #expect(!workspace.exists(".feedspine/t.dead.jsonl"))
    }

    @Test func `the commands say where the letters are`() async throws {
        let workspace = try Workspace()
        try workspace.write("t.yaml", DeadLetterSinkTests.spec)
        try workspace.write("in.jsonl", (0..<10).map { "{\"id\":\($0)}\n" }.joined())
        let outcome = try await Program.run(["t.yaml", "--progress", "none"], in: workspace.path)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(workspace.exists("letters/t.jsonl.gz"))
        let list = try await Program.run(["dead-letters", "list", "t.yaml"], in: workspace.path)
        #expect(list.status == 0 && list.output == "no dead letters\n")
        #expect(
            list.error.contains("dead letters of this pipeline are in its sink 'letters'"), "\(list.error)")
    }

    @Test func `what the sink refuses goes to the file`() async throws {
        let workspace = try Workspace()
        // Letters have no field 'id' of their own.
        try workspace.write(
            "t.yaml",
            DeadLetterSinkTests.spec.replacing(
                "jsonl: letters/t.jsonl.gz", with: "sqlite: { path: letters.db, key: index }"
            ).replacing("id / 0", with: "id > 5 ? [0][id] : 7"))
        try workspace.write("in.jsonl", (0..<10).map { "{\"id\":\($0)}\n" }.joined())
        let outcome = try await Program.run(["t.yaml", "--progress", "none"], in: workspace.path)
        #expect(outcome.status == 0, "\(outcome.error)")
        let rows = try await DatabaseQueue(path: "\(workspace.path)/letters.db").read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM items")
        }
        #expect(rows == 2)
        #expect(!workspace.exists(".feedspine/t.dead.jsonl"))

        try workspace.write(
            "t.yaml", try workspace.read("t.yaml").replacing("key: index", with: "key: nothing"))
        try workspace.append("{\"id\":11}\n", to: "in.jsonl")
        let refused = try await Program.run(["t.yaml", "--progress", "none"], in: workspace.path)
        #expect(refused.status == 0, "\(refused.error)")
        #expect(try workspace.lines(".feedspine/t.dead.jsonl").count == 1)
        #expect(refused.error.contains("'letters' refuses 1 dead letters"), "\(refused.error)")
    }

    @Test(arguments: [
        ("sinks.leters", "there is no sink `leters` under `sinks`"),
        ("letters", "must be `sinks.` and the name")
    ]) func `a sink that is not there is found in the spec`(name: String, expected: String) async throws {
        let workspace = try Workspace()
        try workspace.write("t.yaml", DeadLetterSinkTests.spec.replacing("sinks.letters", with: name))
        let outcome = try await Program.run(["validate", "t.yaml"], in: workspace.path)
        #expect(outcome.status == 78 && (outcome.output + outcome.error).contains(expected), "\(outcome)")
    }

    @Test func `taps can write to it as well`() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "t.yaml",
            DeadLetterSinkTests.spec.replacing("tap: { jsonl: out.jsonl }", with: "tap: { ref: letters }")
                .replacing(".gz", with: ""))
        var count = 0
        try await Program.killAgainAndAgain(
            "t.yaml", in: workspace.path, kills: 4, at: 1...8, seed: 20_261_130
        ) { _ in
            try workspace.append((count..<count + 400).map { "{\"id\":\($0)}\n" }.joined(), to: "in.jsonl")
            count += 400
        }
        let lines = try workspace.lines("letters/t.jsonl")
        let ids = Set(lines.compactMap { $0.firstMatch(of: #/"id":([0-9]+)/#)?.1 })
        #expect(lines.count == count && ids.count == count)
    }
}
