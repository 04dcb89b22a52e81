import Pacing
import Records
import Synchronization
import Testing

@testable import Streaming

@Suite("A run of a pipeline", .timeLimit(.minutes(10)))
struct PipelineRunTests {
    @Test("records go through filter, map and tap in order, and the figures say so")
    func wholeWay() async throws {
        let output = Output()
        let key = Key("double")
        let pipeline = Pipeline.of(
            [.scripted("s", ScriptedSource(count: 10))],
            [
                .filter(NumberPredicate.where { $0 % 2 == 0 }),
                .map(NumberTransform { number, edit in edit.set(key) { $0.int(Int64(number * 2)) } }),
                .tap(output)
            ])
        let delivered = Output()
        let run = PipelineRun(pipeline, store: MemoryStore(), environment: .quiet())
        let failed = try await run.run { delivered.append($0.map(Items.text)) }
        #expect(failed.isEmpty)
        #expect(output.lines == (0..<5).map { "{\"n\":\($0 * 2),\"double\":\($0 * 4)}" })
        #expect(delivered.lines == output.lines)
        #expect(run.figures.readCount == 10)
        #expect(run.figures.deliveredCount == 5)
        #expect(run.figures.checkpointCount == 1)
        #expect(run.figures.stages.map(\.inCount) == [10, 5, 5])
        #expect(run.figures.stages.map(\.outCount) == [5, 5, 5])
        #expect(run.figures.stages.map(\.droppedCount) == [5, 0, 0])
        #expect(run.figures.stages.map(\.queueFill) == [nil, nil, 0])
        #expect(run.figures.sources[0].state == .finished)
        #expect(run.figures.timeToFirstItem != nil)
    }

    @Test("a second run on the same store goes on where the first one stopped")
    func resuming() async throws {
        let output = Output()
        let store = MemoryStore()
        for count in [4, 4, 9] {
            let pipeline = Pipeline.of([.scripted("s", ScriptedSource(count: count))], [.tap(output)])
            try await PipelineRun(pipeline, store: store, environment: .quiet()).run()
        }
        #expect(numbers(output.lines) == Array(0..<9))
    }

    @Test("all records of many sources arrive, each source's in order, at most so many read at once")
    func manySources() async throws {
        let output = Output()
        let reading = Mutex<(now: Int, most: Int)>((0, 0))
        let sources = (0..<20).map { slot in
            Pipeline.SourceNode(
                name: "s\(slot)",
                source: ClosureSource { _, outlet in
                    reading.withLock {
                        $0.now += 1
                        $0.most = max($0.most, $0.now)
                    }
                    for number in 0..<50 {
                        await Task.yield()
                        let text = "{\"n\":\(slot * 1000 + number)}"
                        try await outlet.send(Items.records([text], origin: outlet.origin()))
                    }
                    reading.withLock { $0.now -= 1 }
                })
        }
        var settings = Pipeline.Settings.buffer(7)
        settings.maxConcurrentSources = 3
        let pipeline = Pipeline.of(sources, [.tap(output)], settings: settings)
        try await PipelineRun(pipeline, store: MemoryStore(), environment: .quiet()).run()
        let written = numbers(output.lines)
        #expect(written.count == 1000)
        for slot in 0..<20 {
            #expect(written.filter { $0 / 1000 == slot } == (0..<50).map { slot * 1000 + $0 })
        }
        #expect(reading.withLock { $0.most } == 3)
    }

    @Test("one failing source of four is given up; the others deliver everything")
    func failingSource() async throws {
        let output = Output()
        let gate = Gate()
        var nodes = (0..<3).map { slot in
            Pipeline.SourceNode(
                name: "s\(slot)",
                source: ScriptedSource((0..<5).map { "{\"n\":\(slot * 10 + $0)}" }, gate: gate))
        }
        nodes.insert(
            Pipeline.SourceNode(
                name: "bad", source: ScriptedSource(count: 3, run: 1, failures: [1: [Refused()]])),
            at: 0)
        let run = PipelineRun(
            Pipeline.of(nodes, [.tap(output)]), store: MemoryStore(),
            environment: .quiet())
        async let failed = run.run()
        // The others have not even begun when the first one is gone.
        await gate.arrivals(3)
        gate.open()
        #expect(try await failed.keys.sorted() == ["bad"])
        #expect(Set(numbers(output.lines)) == [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24])
        #expect(output.lines.count == 16)
        #expect(run.figures.sources[0].errorCount == 1)
        #expect(run.figures.sources[0].lastError != nil)
    }

    @Test("a source that fails is read again from its anchor; nothing comes twice", arguments: [nil, 1, 2])
    func sourceRetries(anchorEvery: Int?) async throws {
        let output = Output()
        let clock = ManualClock()
        let source = ScriptedSource(
            count: 10, run: 2, anchorEvery: anchorEvery,
            failures: [5: [Broken(), Broken()], 8: [Broken()]])
        let run = PipelineRun(
            Pipeline.of([.scripted("s", source)], [.tap(output)]), store: MemoryStore(),
            environment: .quiet(clock: clock))
        async let failed = run.run()
        // The ticker sleeps beside the source.
        for _ in 0..<3 { await clock.advanceToNextDeadline(among: 2) }
        #expect(try await failed.isEmpty)
        #expect(numbers(output.lines) == Array(0..<10))
        #expect(source.readings.count == 4)
        #expect(run.figures.sources[0].errorCount == 3)
        #expect(run.figures.sources[0].state == .finished)
    }

    @Test("attempts without progress are counted, waits grow, and then the source is given up")
    func sourceGivenUp() async throws {
        let clock = ManualClock()
        let errors = (0..<10).map { Broken("error \($0)") }
        let node = Pipeline.SourceNode(
            name: "s", source: ScriptedSource(count: 3, failures: [0: errors]),
            retry: RetryPolicy(attempts: 4, initial: .milliseconds(100), maximum: .milliseconds(300)))
        var settings = Pipeline.Settings()
        settings.checkpoint = .seconds(3600)
        let run = PipelineRun(
            Pipeline.of([node], [.tap(Output())], settings: settings), store: MemoryStore(),
            environment: .quiet(clock: clock))
        async let failed = run.run()
        var waits: [Duration] = []
        for _ in 0..<3 { waits.append(await clock.advanceToNextDeadline(among: 2)) }
        #expect(try await failed == ["s": "error 6"])
        #expect(waits == [.milliseconds(100), .milliseconds(200), .milliseconds(300)])
        #expect(run.figures.sources[0].state == .failed("error 6"))
    }

    @Test("a watched source is read every so often, counted from the start of a reading")
    func polling() async throws {
        let clock = ManualClock()
        let output = Output()
        let count = Mutex(0)
        let source = ClosureSource { _, outlet in
            let number = count.withLock { count in
                defer { count += 1 }
                return count
            }
            clock.advance(by: .seconds(2))
            try outlet.restart()
            try await outlet.send(Items.numbered(number..<number + 1))
        }
        var settings = Pipeline.Settings()
        settings.checkpoint = .seconds(3600)
        settings.shutdownTimeout = .seconds(3600)
        let run = PipelineRun(
            Pipeline.of(
                [Pipeline.SourceNode(name: "s", source: source, every: .seconds(60))], [.tap(output)],
                settings: settings),
            store: MemoryStore(), environment: .quiet(clock: clock, watches: true))
        async let failed = run.run()
        for _ in 0..<2 { #expect(await clock.advanceToNextDeadline(among: 2) == .seconds(58)) }
        await clock.sleepers(2)
        let next: Int64? = 1_058_000_000_000
        #expect(run.figures.sources[0].nextReading == next)
        run.stop()
        #expect(try await failed.isEmpty)
        #expect(numbers(output.lines) == [0, 1, 2])
    }

    @Test("a watched source that was given up gets its next chance at the next poll")
    func pollingAfterFailure() async throws {
        let clock = ManualClock()
        let output = Output()
        let source = ScriptedSource(count: 3, failures: [0: [Refused()]])
        var settings = Pipeline.Settings()
        settings.checkpoint = .seconds(3600)
        settings.shutdownTimeout = .seconds(3600)
        let run = PipelineRun(
            Pipeline.of(
                [Pipeline.SourceNode(name: "s", source: source, every: .seconds(60))], [.tap(output)],
                settings: settings),
            store: MemoryStore(), environment: .quiet(clock: clock, watches: true))
        async let failed = run.run()
        await clock.sleepers(2)
        #expect(run.figures.sources[0].state == .failed("Refused()"))
        #expect(await clock.advanceToNextDeadline(among: 2) == .seconds(60))
        await clock.sleepers(2)
        run.stop()
        #expect(try await failed.isEmpty, "the last round went well")
        #expect(numbers(output.lines) == [0, 1, 2])
        #expect(run.figures.sources[0].errorCount == 1)
    }

    @Test("sources that never end do not keep others from being read", arguments: [true, false])
    func endlessSources(watches: Bool) async throws {
        let output = Output()
        let clock = ManualClock()
        let endless = (0..<3).map { slot in
            Pipeline.SourceNode(
                name: "endless \(slot)",
                source: ClosureSource { _, outlet in
                    while true { try await outlet.send(Items.numbered(0..<1)) }
                })
        }
        let polled = Pipeline.SourceNode(
            name: "polled", source: ScriptedSource(["{\"n\":7}"]), every: .seconds(3600))
        var settings = Pipeline.Settings.buffer(4)
        settings.maxConcurrentSources = 1
        let run = PipelineRun(
            Pipeline.of(endless + [polled], [.tap(output)], settings: settings), store: MemoryStore(),
            environment: .quiet(clock: clock, watches: watches))
        async let failed = run.run()
        while !output.lines.contains("{\"n\":7}") {
            await Task.yield()
            clock.advance(by: .milliseconds(10))
        }
        run.stop()
        #expect(try await failed.isEmpty)
    }

    @Test(
        "a limit ends the run with the last record that is wanted, watching or not", arguments: [true, false])
    func limit(watches: Bool) async throws {
        let output = Output()
        let store = MemoryStore()
        let node = Pipeline.SourceNode(
            name: "s", source: ScriptedSource(count: 12, run: 3), every: .seconds(60))
        for _ in 0..<2 {
            try await PipelineRun(
                Pipeline.of([node], [.tap(output)]), store: store,
                environment: .quiet(watches: watches, limit: 6)
            ).run()
        }
        #expect(numbers(output.lines) == Array(0..<12))
    }

    @Test("in batch mode nothing is delivered before the last record was read")
    func batchMode() async throws {
        let output = Output()
        let before = Mutex<[Int]>([])
        let source = ClosureSource { _, outlet in
            for number in 0..<20 {
                try await outlet.send(Items.numbered(number..<number + 1))
                before.withLock { $0.append(output.lines.count) }
            }
        }
        var settings = Pipeline.Settings.buffer(4)
        settings.mode = .batch
        let pipeline = Pipeline.of(
            [Pipeline.SourceNode(name: "s", source: source)],
            [.filter(NumberPredicate.where { $0 != 3 }), .batch(BatchLimits(size: 8)), .tap(output)],
            settings: settings)
        try await PipelineRun(pipeline, store: MemoryStore(), environment: .quiet()).run()
        #expect(before.withLock { $0 } == Array(repeating: 0, count: 20))
        #expect(numbers(output.lines) == (0..<20).filter { $0 != 3 })
        #expect(output.written.map(\.count) == [8, 8, 3])
    }

    @Test(
        "a condition that cannot be evaluated follows on_error, whatever the stage",
        arguments: ["filter", "map", "dedup", "rate_limit", "batch", "tap"])
    func undecided(kind: String) async throws {
        let output = Output()
        let dead = Output()
        let operation: StageKind =
            switch kind {
            case "filter": .filter(NumberPredicate.where { _ in true })
            case "map": .map(NumberTransform { _, edit in edit.set(Key("x")) { $0.null() } })
            case "dedup":
                .dedup(FieldIdentification(paths: [[Key("n")]]), history: .seconds(9), ttl: .seconds(9))
            case "rate_limit": .rateLimit(Rate(1, per: .seconds(1)))
            case "batch": .batch(BatchLimits(size: 2))
            default: .tap(Output())
            }
        let when = NumberPredicate { $0 == 3 ? .failed("why") : $0 >= 2 ? .matched : .missing("n") }
        let pipeline = Pipeline(
            name: "test", sources: [.scripted("s", ScriptedSource(count: 6))],
            stages: [
                Pipeline.StageNode(
                    name: "stage", operation: operation.base, when: when, onError: OnError(then: .deadLetter)),
                Pipeline.StageNode(
                    name: "last",
                    operation: TapOperation([
                        Pipeline.Target(name: "o", sink: RecordingSink(output: output))
                    ]))
            ])
        let run = PipelineRun(
            pipeline, store: MemoryStore(),
            environment: .quiet(clock: ImpatientClock(), deadLetters: RecordingSink(output: dead)))
        try await run.run()
        #expect(numbers(output.lines) == [0, 1, 2, 4, 5])
        #expect(dead.lines.count == 1)
        #expect(dead.lines[0].contains(#""stage":"stage","error":"why""#))
        let figures = run.figures.stages[0]
        #expect(
            [figures.inCount, figures.outCount, figures.failureCount, figures.droppedCount] == [6, 5, 1, 0])
    }
}
