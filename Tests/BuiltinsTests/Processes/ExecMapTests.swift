import Logging
import PipelineSpec
import Records
import Streaming
import Testing

@testable import Builtins

@Suite struct ExecMapTests {
    private let harness: ProcessHarness

    init() throws { harness = try ProcessHarness() }

    private func records(_ texts: String...) throws -> [Record] { try SinkRecords.parse(texts) }

    private func texts(_ records: [Record]) -> [String] { records.map { JSON($0).text } }

    /// All at the same time, as the engine does.
    private func transform(_ map: ExecMap, _ records: [Record]) async -> [Result<[String], any Error>] {
        await withTaskGroup(of: (Int, Result<[String], any Error>).self) { group in
            for (place, record) in records.enumerated() {
                group.addTask {
                    do {
                        return (place, .success(try await map.transform(record).map { JSON($0).text }))
                    } catch {
                        return (place, .failure(error))
                    }
                }
            }
            var results: [Int: Result<[String], any Error>] = [:]
            for await (place, result) in group { results[place] = result }
            return records.indices.compactMap { results[$0] }
        }
    }

    @Test func `records go to the program and back`() async throws {
        let map = harness.map("sed -u s/a/b/2")
        let results = await transform(map, try records(#"{"x":"a"}"#, #"{"x":"aa"}"#))
        #expect(try results.map { try $0.get() } == [[#"{"x":"a"}"#], [#"{"x":"ab"}"#]])
    }

    @Test func `a lone line is a record`() async throws {
        let map = harness.map("sed -u 's/x/y/'", .records)
        let results = await transform(map, try SinkRecords.numbered(0..<10) + records(#"{"x":1}"#))
        #expect(try results.map { try $0.get() } == (0..<10).map { [SinkRecords.line($0)] } + [[#"{"y":1}"#]])
    }

    @Test(arguments: [
        (#""records":[{"a":1},{"a":2}]"#, [#"{"a":1}"#, #"{"a":2}"#]), (#""records":[]"#, []),
        (#""record":{},"error":null"#, ["{}"])
    ])
    func `an answer may have any number of records`(answer: String, made: [String]) async throws {
        let map = harness.map(#"sed -u 's/"record":.*/\#(answer)}/'"#)
        #expect(try await texts(map.transform(records("{}")[0])) == made)
    }

    @Test(arguments: [
        (#""error":"no"}"#, "no"), (#""error":[1]}"#, "[1]"),
        ("\"x\":1}", "the answer has no `record`, `records` or `error`"),
        (#""records":[1]}"#, "the answer is no JSON object")
    ])
    func `a refusal is about its record`(answer: String, message: String) async throws {
        let map = harness.map(#"sed -u '/bad/s/"record":.*/\#(answer)/'"#)
        let results = await transform(map, try records(#"{"x":"bad"}"#, #"{"x":"good"}"#))
        #expect(throws: ProgramRefusal.self) { try results[0].get() }
        if case .failure(let error) = results[0] { #expect("\(error)" == message) }
        #expect(try results[1].get() == [#"{"x":"good"}"#])
    }

    @Test func `a record that ends the program does not take others with it`() async throws {
        let map = harness.map("sed -u '/bad/Q9'", concurrency: 8)
        let results = await transform(map, try SinkRecords.numbered(0..<7) + records(#"{"x":"bad"}"#))
        #expect(try results.dropLast().map { try $0.get() } == (0..<7).map { [SinkRecords.line($0)] })
        #expect(throws: ProcessFailure.ended(program: "sh", "with status 9", "")) { try results[7].get() }
        #expect(try await texts(map.transform(records("{}")[0])) == ["{}"])
    }

    @Test(arguments: [
        ("echo 'no json'; cat", "this line is no JSON"),
        (#"echo '{"id":99}'; cat"#, "answers nothing that was asked"),
        ("echo '{}'; cat", "answers nothing that was asked")
    ])
    func `what is no answer ends the program`(shell: String, message: String) async throws {
        // The first life is of no use, the next ones are.
        let map = harness.map("if mkdir was; then \(shell); else exec cat; fi")
        #expect(try await texts(map.transform(records("{}")[0])) == ["{}"])
        #expect(harness.log.said(.warning).contains { $0.contains(message) }, "\(harness.log.all)")
    }

    @Test func `one that does not answer is started again`() async throws {
        // Two hours go by when the first life has the record.
        let time = ProcessTime(
            clock: HastyClock(),
            uptime: { [folder = harness.folder] in
                Uptime.now() + (folder.exists("was") ? .seconds(7200) : .zero)
            }, random: { 0 })
        let session = ProcessSession(
            harness.child("if [ -d was ]; then exec cat; fi; read -r line; mkdir was; exec sleep 1000"),
            .byNumber, timeout: .seconds(3600), time)
        let map = ExecMap(.messages, concurrency: 1, session)
        #expect(try await texts(map.transform(records("{}")[0])) == ["{}"])
    }

    @Test func `a program that cannot be started is no record's fault`() async throws {
        let session = ProcessSession(
            ChildProcess(
                command: ProcessCommand(
                    ["./nothing-here"], shell: nil, environment: .init([]), maxLine: .init(bytes: 100),
                    grace: .seconds(1), harness.context), name: "it", clock: ContinuousClock(),
                logger: LogLines().logger), .byNumber, timeout: .seconds(3600),
            ProcessTime(harness.context))
        let map = ExecMap(.messages, concurrency: 1, session)
        await #expect(throws: ProcessUnusable.self) { try await map.transform(try records("{}")[0]) }
    }

    @Test func `who asks can be cancelled`() async throws {
        let map = harness.map("exec sleep 1000")
        let record = try records("{}")[0]
        let task = Task { try await map.transform(record) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

/// Looks again soon, however long it was to wait.
private struct HastyClock: Clock {
    var now: ContinuousClock.Instant { ContinuousClock.now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try await Task.sleep(until: min(deadline, now + .milliseconds(10)), clock: .continuous)
    }
}
