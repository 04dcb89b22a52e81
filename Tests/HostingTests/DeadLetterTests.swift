import Foundation
import Hosting
import PipelineSpec
import Records
import Streaming
import Testing

@Suite(.timeLimit(.minutes(5))) struct DeadLetterTests {
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
}
