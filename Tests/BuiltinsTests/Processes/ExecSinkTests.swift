import Records
import Streaming
import Testing

@testable import Builtins

@Suite struct ExecSinkTests {
    private let harness: ProcessHarness

    init() throws { harness = try ProcessHarness() }

    /// Writes down what it is told, and answers with the beginning that `case` lines make of a message.
    static func program(_ cases: String = "") -> String {
        #"""
        while IFS= read -r line; do
            printf '%s\n' "$line" >> told
            id=${line#*:}; id=${id%%,*}
            case "$line" in
            \#(cases)
            *) echo "{\"id\":$id}" ;;
            esac
        done
        """#
    }

    private func told(_ harness: ProcessHarness) throws -> [String] {
        try harness.folder.lines("told").map { line in
            line.replacing(/"key":"[0-9a-f-]{36}"/, with: #""key":"K""#)
        }
    }

    @Test func `a program is told where it was, what to write, and when to keep it`() async throws {
        let history = SinkHistory()
        let sink = harness.sink(
            ExecSinkTests.program(#"*checkpoint*) echo "{\"id\":$id,\"position\":{\"at\":$id}}" ;;"#))
        try await sink.open(history.opening())
        #expect(try await sink.send(#"{"a":1}"#, #"{"a":2}"#) == [])
        history.commit(try await sink.checkpoint())
        await sink.close()
        try await sink.open(history.opening())
        await sink.close()
        #expect(
            try told(harness) == [
                #"{"id":1,"start":{"position":null,"written":0}}"#,
                #"{"id":2,"write":1,"records":[{"key":"K","record":{"a":1}},{"key":"K","record":{"a":2}}]}"#,
                #"{"id":3,"checkpoint":true}"#, #"{"id":4,"start":{"position":{"at":3},"written":0}}"#
            ])
    }

    @Test func `records are refused alone`() async throws {
        let refused = #"{\"index\":1,\"error\":\"no\"},{\"index\":0,\"retry\":true}"#
        let sink = harness.sink(
            ExecSinkTests.program(#"*write*) echo "{\"id\":$id,\"refused\":[\#(refused)]}" ;;"#))
        try await sink.open(SinkHistory().opening())
        #expect(
            try await sink.send("{}", "{}", "{}") == [
                Refusal(index: 0, reason: "refused without a reason", isFinal: false),
                Refusal(index: 1, reason: "no")
            ])
        await sink.close()
    }

    @Test(arguments: [
        (#"*write*) echo "{\"id\":$id,\"error\":\"full\"}" ;;"#, "full"),
        (
            #"*write*) echo "{\"id\":$id,\"refused\":[{\"index\":5}]}" ;;"#,
            "the answer refuses a record that it was not given"
        )
    ])
    func `a failed write is tried again by the engine`(cases: String, message: String) async throws {
        let sink = harness.sink(ExecSinkTests.program(cases))
        try await sink.open(SinkHistory().opening())
        let error = await #expect(throws: ProgramRefusal.self) { try await sink.send("{}") }
        #expect(error?.reason == message)
        await sink.close()
    }

    @Test func `the next life knows what the one before had written`() async throws {
        let sink = harness.sink(
            ExecSinkTests.program(#"*write\":2*) mkdir was && exit 1; echo "{\"id\":$id}" ;;"#))
        try await sink.open(SinkHistory().opening())
        #expect(try await sink.send(#"{"a":1}"#) == [])
        await #expect(throws: ProcessFailure.self) { try await sink.send(#"{"a":2}"#) }
        #expect(try await sink.send(#"{"a":2}"#) == [])
        _ = try await sink.checkpoint()
        await sink.close()
        let told = try told(harness)
        #expect(
            told.filter { $0.contains("start") }.map { $0.suffix(14) } == [
                #","written":0}}"#, #","written":1}}"#
            ])
        #expect(told.count { $0.contains(#""write":2"#) } == 2)
    }

    @Test func `a checkpoint survives the end of the program`() async throws {
        let sink = harness.sink(
            ExecSinkTests.program(
                #"*checkpoint*) mkdir was && exit 1; echo "{\"id\":$id,\"position\":1}" ;;"#))
        try await sink.open(SinkHistory().opening())
        #expect(try await sink.checkpoint() == SinkPosition(json: "1"))
        await sink.close()
    }

    @Test func `one that does not start cannot be opened`() async throws {
        let sink = harness.sink("exit 1")
        await #expect(throws: (any Error).self) { try await sink.open(SinkHistory().opening()) }
    }
}
