import Pacing
import Records
import Synchronization
import Testing

@testable import Streaming

@Suite("A source that is read in parts", .timeLimit(.minutes(10)))
struct PartsTests {
    /// A source with the given parts.
    private func node(
        _ parts: [(key: String, source: any Source)], atOnce: Int = 2, every: Duration? = nil,
        retry: RetryPolicy? = nil
    ) -> Pipeline.SourceNode {
        let parts = parts.map { SourcePart(key: $0.key, name: "part \($0.key)", source: $0.source) }
        return Pipeline.SourceNode(
            name: "all", source: ClosureSource { _, outlet in outlet.divide(into: parts, atOnce: atOnce) },
            every: every, retry: retry)
    }

    private func scripted(_ first: Int, count: Int, failures: [Int: [any Error & Sendable]] = [:])
        -> ScriptedSource
    {
        ScriptedSource((0..<count).map { "{\"n\":\(first + $0)}" }, run: 2, failures: failures)
    }

    @Test("delivers all of them under its own name, and each goes on where it was")
    func positions() async throws {
        let store = MemoryStore()
        let output = Output()
        for count in [3, 5] {
            let parts = (0..<4).map {
                (key: "\($0)", source: scripted($0 * 100, count: count) as any Source)
            }
            let run = PipelineRun(
                Pipeline.of([node(parts)], [.tap(output)]), store: store, environment: .quiet())
            #expect(try await run.run().isEmpty)
            #expect(run.figures.sources.map(\.name) == ["all"])
            #expect(run.figures.sources[0].itemCount == (count == 3 ? 12 : 8))
        }
        let expected = [0, 100, 200, 300].flatMap { first in Array(first..<first + 5) }
        #expect(numbers(output.lines).sorted() == expected)
        #expect(
            store.restore().sources.keys.sorted() == ["all", "all/0", "all/1", "all/2", "all/3"],
            "a part's position stands beside the whole's")
        #expect(store.restore().sources["all/2"] == SourcePosition(count: 5))
    }

    @Test("a part that fails is tried again, given up alone, and named; the others are delivered")
    func failures() async throws {
        let output = Output()
        let clock = ManualClock()
        let parts: [(key: String, source: any Source)] = [
            ("0", scripted(0, count: 4, failures: [2: [Refused()]])),
            ("1", scripted(100, count: 4, failures: [2: [Broken()]])), ("2", scripted(200, count: 4))
        ]
        let run = PipelineRun(
            Pipeline.of([node(parts, atOnce: 3, retry: RetryPolicy(attempts: 2))], [.tap(output)]),
            store: MemoryStore(),
            environment: .quiet(clock: clock))
        async let failed = run.run()
        // The ticker sleeps beside the part that waits for its second attempt.
        await clock.advanceToNextDeadline(among: 2)
        #expect(try await failed == ["all": "1 of 3 failed; the first: part 0: Refused()"])
        #expect(numbers(output.lines).sorted() == [0, 1, 100, 101, 102, 103, 200, 201, 202, 203])
        #expect(run.figures.sources[0].errorCount == 2)
    }

    @Test("no more are read at once than asked for, and none starts after the end", arguments: [1, 3, 50])
    func concurrency(atOnce: Int) async throws {
        let reading = Mutex<(now: Int, most: Int)>((0, 0))
        let part = ClosureSource { _, outlet in
            reading.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            for _ in 0..<20 { await Task.yield() }
            try await outlet.send(Items.records(["{\"n\":1}"], origin: outlet.origin()))
            reading.withLock { $0.now -= 1 }
        }
        let output = Output()
        let parts = (0..<20).map { (key: "\($0)", source: part as any Source) }
        let pipeline = Pipeline.of([node(parts, atOnce: atOnce)], [.tap(output)])
        try await PipelineRun(pipeline, store: MemoryStore(), environment: .quiet()).run()
        #expect(output.lines.count == 20)
        #expect(reading.withLock { $0.most } <= atOnce)

        let limited = Output()
        let run = PipelineRun(
            Pipeline.of([node(parts, atOnce: atOnce)], [.tap(limited)]), store: MemoryStore(),
            environment: .quiet(limit: 7))
        #expect(try await run.run().isEmpty)
        #expect(limited.lines.count == 7)
    }

    @Test("stopping the run ends the parts and is no failure of theirs")
    func stopping() async throws {
        let gate = Gate()
        let begun = Output()
        let endless = ClosureSource { _, outlet in
            begun.append([""])
            while true {
                try await outlet.send(Items.records(["{\"n\":1}"], origin: outlet.origin()))
                await gate.pass()
                try Task.checkCancellation()
            }
        }
        let run = PipelineRun(
            Pipeline.of([node([("0", endless), ("1", endless), ("2", endless)])], [.tap(Output())]),
            store: MemoryStore(), environment: .quiet())
        async let failed = run.run()
        await gate.arrivals(2)
        run.stop()
        gate.open()
        #expect(try await failed.isEmpty)
        #expect(run.figures.sources[0].state == .stopped)
        #expect(begun.count == 2, "the third was never begun")
    }

    /// A source that reads its parts itself, one after the other.
    private func own(_ keys: [String], forgets: [String] = [], in output: Output) -> Pipeline {
        let source = ClosureSource { _, outlet in
            for key in keys {
                let position = outlet.knownParts[key] ?? SourcePosition()
                try await outlet.withPart(key, at: position) { part in
                    let first = (Int(key) ?? 0) * 100 + (position.anchor.flatMap { Int($0.json) } ?? 0)
                    let records = try Items.records(
                        (first..<first + 2).map { "{\"n\":\($0)}" }, origin: part.origin(), from: 0)
                    try await part.send(records, then: Anchor(json: "\(first % 100 + 2)"))
                }
            }
            for key in forgets { try outlet.forget(part: key) }
        }
        return Pipeline.of([Pipeline.SourceNode(name: "all", source: source)], [.tap(output)])
    }

    @Test("may read them itself: each goes on where it was, in this run and in the next")
    func ownParts() async throws {
        let store = MemoryStore()
        let output = Output()
        for keys in [["1", "2", "1"], ["2", "3"]] {
            let run = PipelineRun(own(keys, in: output), store: store, environment: .quiet())
            #expect(try await run.run().isEmpty)
            #expect(run.figures.sources[0].itemCount == 2 * keys.count)
        }
        #expect(numbers(output.lines) == [100, 101, 200, 201, 102, 103, 202, 203, 300, 301])
        #expect(store.restore().sources["all/1"] == SourcePosition(anchor: Anchor(json: "4")))
        #expect(store.restore().sources["all/2"] == SourcePosition(anchor: Anchor(json: "4")))
    }

    @Test("forgets where a part is when it is told to, and nothing else")
    func forgetting() async throws {
        let store = MemoryStore()
        let output = Output()
        for (keys, forgets) in [(["1", "2"], ["1"]), (["3"], ["2", "3"]), (["1", "3"], [])] {
            let run = PipelineRun(
                own(keys, forgets: forgets, in: output), store: store, environment: .quiet())
            #expect(try await run.run().isEmpty)
        }
        #expect(numbers(output.lines) == [100, 101, 200, 201, 300, 301, 100, 101, 300, 301])
        #expect(store.restore().sources.keys.sorted() == ["all", "all/1", "all/3"])
    }

    @Test("a part that failed within its own reading stays where it came to")
    func ownPartFails() async throws {
        let store = MemoryStore()
        let source = ClosureSource { _, outlet in
            try await outlet.withPart("1", at: SourcePosition()) { part in
                try await part.send(Items.records(["{}", "{}", "{}"], origin: part.origin(), from: 0))
                throw Refused()
            }
        }
        let pipeline = Pipeline.of([Pipeline.SourceNode(name: "all", source: source)], [.tap(Output())])
        _ = try await PipelineRun(pipeline, store: store, environment: .quiet()).run()
        #expect(store.restore().sources["all/1"] == SourcePosition(count: 3))
    }
}
