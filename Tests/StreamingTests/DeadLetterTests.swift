import Records
import Testing

@testable import Streaming

@Suite("Dead letters", .timeLimit(.minutes(10)))
struct DeadLetterTests {
    private let failing = StageKind.map(
        NumberTransform { number, _ in if number % 2 == 1 { throw Broken("odd \"\(number)\"") } })

    @Test(
        "hold the record, its origin, the stage, the error and the time, and are durable before the checkpoint"
    )
    func contents() async throws {
        let dead = Output()
        let output = Output()
        let run = PipelineRun(
            Pipeline.of([.scripted("s", ScriptedSource(count: 4))], [failing, .tap(output)]),
            store: MemoryStore(), environment: .quiet(deadLetters: RecordingSink(output: dead)))
        try await run.run()
        #expect(numbers(output.lines) == [0, 2])
        #expect(
            dead.lines
                == [1, 3].map { number in
                    #"{"stage":"0.map","error":"odd \"\#(number)\"","time":"1970-01-01T00:16:40.000Z","#
                        + #""source":"s","index":\#(number),"record":{"n":\#(number)},"#
                        + #""journey":{"received":1000000000000,"passed":"[]"}}"#
                })
        #expect(run.figures.stages[0].failureCount == 2)
        #expect(run.figures.stages[0].droppedCount == 0)
    }

    @Test("without a place for them are counted only")
    func nowhere() async throws {
        let output = Output()
        let run = PipelineRun(
            Pipeline.of([.scripted("s", ScriptedSource(count: 4))], [failing, .tap(output)]),
            store: MemoryStore(), environment: .quiet())
        try await run.run()
        #expect(numbers(output.lines) == [0, 2])
        #expect(run.figures.stages[0].failureCount == 2)
    }

    @Test("that cannot be written end the run")
    func unwritable() async throws {
        let dead = RecordingSink(output: Output()) { call in if case .write = call { throw Refused() } }
        let run = PipelineRun(
            Pipeline.of([.scripted("s", ScriptedSource(count: 4))], [failing, .tap(Output())]),
            store: MemoryStore(), environment: .quiet(deadLetters: dead))
        await #expect(throws: SinkFailure.self) { try await run.run() }
    }
}
