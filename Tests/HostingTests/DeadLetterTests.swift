import Builtins
import Foundation
import Hosting
import PipelineSpec
import Records
import State
import Streaming
import Testing

@Suite(.timeLimit(.minutes(10))) struct DeadLetterTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("feedspine-\(UUID().uuidString)").path

    private func letters() throws -> String {
        try String(contentsOfFile: "\(folder)/.feedspine/t.dead.jsonl", encoding: .utf8)
    }

    private func run(_ lines: [String], _ map: String, _ variables: [String: String] = [:]) async throws {
        var test = TestHost(lines: lines, folder: folder)
        test.host.variables = variables
        let session = try test.session(
            """
            name: t
            sources: [lines]
            stages: [\(map), { tap: { memory: all } }]
            """)
        _ = try await session.execute()
    }

    @Test func nothingIsMadeBeforeThereIsALetter() async throws {
        try await run([#"{"t":"1"}"#], "{ map: { set: { n: int(t) } } }")
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func aValueFromOutsideIsInNoPartOfALetter() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await run(
            [#"{"t":"1"}"#], #"{ map: { set: { key: '"${KEY}"' } } }, { map: { set: { n: 'int(key)' } } }"#,
            ["KEY": "topSecretValue99"])
        let text = try letters()
        #expect(!text.contains("topSecret"))
        let letter = try JSON(parsing: text)
        #expect(letter["record"]?["key"] == .string(Redactor.mark))
        #expect(letter["record"]?["t"] == "1")
    }

    /// What a process that dies between the two halves of `dead-letters drop` leaves.
    @Test func theNextRunFinishesWhatWasDecidedWhenAProcessDied() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let spec = """
            name: t
            sources: [lines]
            stages: [{ map: { set: { n: int(t) } } }, { tap: { memory: all } }]
            """
        func run(_ lines: [String]) async throws -> [String] {
            let test = TestHost(lines: lines, folder: folder)
            _ = try await test.session(spec, store: nil).execute()
            return test.log.all
        }
        _ = try await run([#"{"t":"x"}"#, #"{"t":"y"}"#])
        try {
            let removal = try LineRemoval(
                folder: "\(folder)/.feedspine", name: "t.dead.jsonl", owner: "a test")
            var ranges: [Range<Int>] = []
            try removal.forEachLine { if $0.number == 1 { ranges.append($0.range) } }
            var checkpoint = Checkpoint()
            checkpoint.sinks[DeadLetter.identity] = try removal.prepare(without: ranges)
            try SQLiteState(path: "\(folder)/.feedspine/t.db", owner: nil).commit(checkpoint)
        }()
        #expect(try letters().split(separator: "\n").count == 2)
        let said = try await run([])
        #expect(try letters().split(separator: "\n").count == 1)
        #expect(try letters().contains(#""t":"y""#))
        #expect(!said.contains { $0.contains("dead.jsonl") }, "\(said)")
    }

    @Test func lettersAreReplayedInPortionsByTheNumbersThatTheyHadAtFirst() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func spec(_ map: String) -> String {
            """
            name: t
            sources: [lines]
            stages: [{ map: { set: { n: '\(map)' } }, name: m }, { tap: { memory: all } }]
            """
        }
        let failing = TestHost(lines: (1...10).map { #"{"id":\#($0)}"# }, folder: folder)
        _ = try await failing.session(spec("int(''x'')"), store: nil).execute()
        #expect(try letters().split(separator: "\n").count == 10)

        let test = TestHost(lines: [], folder: folder)
        let file = test.file(spec("1"))
        let reading = test.host.read(file, .resolving)
        let parsed = try #require(reading.spec)
        var choice = LetterChoice()
        choice.numbers = [2...3, 5...8, 10...10]
        var cursor: LetterReplay.Cursor? = .start
        var portions: [Int] = []
        while let begin = cursor {
            let portion = try await test.host.replayDeadLetters(
                choice, from: begin, count: 3, of: parsed, redactor: reading.redactor, file: file)
            portions.append(portion.replayed)
            cursor = portion.next
        }
        #expect(portions == [3, 3, 1])
        #expect(try letters().split(separator: "\n").count == 3)
        // Nothing has run in between: all of them are in the state, in their order.
        _ = try await test.session(spec("1"), store: nil).execute()
        #expect(test.outputs["all"] == [2, 3, 5, 6, 7, 8, 10].map { #"{"id":\#($0),"n":1}"# })
    }
}
