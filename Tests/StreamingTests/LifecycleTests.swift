import Pacing
import Records
import Synchronization
import Testing

@testable import Streaming

@Suite("Stopping and failing", .timeLimit(.minutes(10)))
struct LifecycleTests {
    /// Sends without end; what was accepted is counted.
    private func endless(sent: Output) -> ClosureSource {
        ClosureSource { _, outlet in
            var number = 0
            while true {
                try await outlet.send(Items.numbered(number..<number + 1))
                sent.append(["\(number)"])
                number += 1
            }
        }
    }

    @Test("a sink that stands still stops the sources after a bounded number of records")
    func backpressure() async throws {
        let gate = Gate()
        let sent = Output()
        let output = Output()
        let node = Pipeline.SourceNode(name: "s", source: endless(sent: sent))
        let pipeline = Pipeline.of(
            [node], [.tap(RecordingSink(output: output, gate: gate))], settings: .buffer(10))
        let run = PipelineRun(pipeline, store: MemoryStore(), environment: .quiet())
        async let failed = run.run()
        await gate.arrivals(1)
        // Two buffers with what their readers hold.
        let bound = 2 * 10
        await settled(sent)
        #expect(sent.count <= bound)
        #expect(output.count == 0)
        #expect(run.figures.inletFill + (run.figures.stages[0].queueFill ?? 0) <= bound)
        run.stop()
        gate.open()
        #expect(try await failed.isEmpty)
        #expect(numbers(output.lines) == Array(0..<output.lines.count))
        #expect(output.lines.count >= sent.count, "what was accepted is delivered")
    }

    @Test("stop() ends the sources, delivers what is in flight and makes a last checkpoint")
    func stopping() async throws {
        let output = Output()
        let store = MemoryStore()
        let gate = Gate()
        for _ in 0..<2 {
            let node = Pipeline.SourceNode(
                name: "s",
                source: ClosureSource { anchor, outlet in
                    var number = anchor.flatMap { Int($0.json) } ?? 0
                    while true {
                        try await outlet.send(
                            Items.numbered(number..<number + 1), then: Anchor(json: "\(number + 1)"))
                        number += 1
                        if number % 10 == 0 { await gate.pass() }
                    }
                })
            let run = PipelineRun(
                Pipeline.of([node], [.batch(BatchLimits(size: 4)), .tap(output)]), store: store,
                environment: .quiet())
            async let failed = run.run()
            await gate.arrivals(1)
            run.stop()
            gate.open()
            #expect(try await failed.isEmpty)
            #expect(run.figures.sources[0].state == .stopped)
        }
        #expect(output.lines.count >= 10)
        #expect(numbers(output.lines) == Array(0..<output.lines.count))
        #expect(store.restore().sources["s"]?.anchor == Anchor(json: "\(output.lines.count)"))
    }

    @Test("stop() before the run begins reads nothing")
    func stoppedBefore() async throws {
        let output = Output()
        let run = PipelineRun(
            Pipeline.of([.scripted("s", ScriptedSource(count: 0))], [.tap(output)]), store: MemoryStore(),
            environment: .quiet())
        run.stop()
        try await run.run()
        #expect(output.lines.isEmpty)
    }

    @Test("what is not delivered within the shutdown timeout ends the run, and comes with the next one")
    func shutdownTimeout() async throws {
        let clock = ManualClock()
        let output = Output()
        let store = MemoryStore()
        let arrived = Gate(open: true)
        var settings = Pipeline.Settings()
        settings.checkpoint = .seconds(3600)
        settings.shutdownTimeout = .seconds(30)
        let stages: [StageKind] = [.rateLimit(Rate(1, per: .seconds(600))), .tap(output)]
        let source = ClosureSource { _, outlet in
            try await outlet.send(Items.numbered(0..<5))
            await arrived.pass()
            try await outlet.send(Items.numbered(5..<5000))
        }
        let node = Pipeline.SourceNode(name: "s", source: source)
        let run = PipelineRun(
            Pipeline.of([node], stages, settings: settings), store: store, environment: .quiet(clock: clock))
        let running = Task { try await run.run() }
        await arrived.arrivals(1)
        // The ticker and the rate limit.
        await clock.sleepers(2)
        run.stop()
        await clock.sleepers(3)
        clock.advance(by: .seconds(30))
        await #expect(throws: ShutdownTimeout(timeout: .seconds(30))) { try await running.value }

        let again = Pipeline.of([.scripted("s", ScriptedSource(count: 5))], stages, settings: settings)
        try await PipelineRun(again, store: store, environment: .quiet(clock: ImpatientClock())).run()
        #expect(numbers(output.lines) == Array(0..<5))
    }

    @Test("a stage that fails ends the run with its error while sources and stages wait for each other")
    func failingStage() async throws {
        let node = Pipeline.SourceNode(name: "s", source: endless(sent: Output()))
        let closed = Mutex(0)
        let sink = RecordingSink(output: Output()) { call in
            if case .close = call { closed.withLock { $0 += 1 } }
        }
        let pipeline = Pipeline.of(
            [node, Pipeline.SourceNode(name: "t", source: endless(sent: Output()))],
            [
                .tap(sink),
                .map(NumberTransform { number, _ in if number == 100 { throw Broken("at 100") } }),
                .batch(BatchLimits(size: 1000))
            ], settings: .buffer(5), onError: OnError(then: .fail))
        let run = PipelineRun(pipeline, store: MemoryStore(), environment: .quiet())
        let error = await #expect(throws: StageFailure.self) { try await run.run() }
        #expect(error?.stage == "1.map")
        #expect(error?.message == "at 100")
        #expect(closed.withLock { $0 } == 1)
        for source in run.figures.sources {
            #expect(source.state == .stopped, "an error elsewhere is no failure of a source")
        }
    }

    @Test("a store that fails ends the run with its error")
    func failingStore() async throws {
        let store = CrashingStore(store: MemoryStore(), crash: Crash(after: 0))
        let run = PipelineRun(
            Pipeline.of([.scripted("s", ScriptedSource(count: 5))], [.tap(Output())]), store: store,
            environment: .quiet())
        await #expect(throws: Broken("the process is dead")) { try await run.run() }
    }

    @Test("sinks that were opened are closed when a later one cannot be; that one is not")
    func failingOpen() async throws {
        let calls = Mutex<[String]>([])
        func sink(_ name: String, fails: Bool = false) -> Pipeline.Target {
            Pipeline.Target(
                name: name,
                sink: RecordingSink(output: Output()) { call in
                    switch call {
                    case .open:
                        calls.withLock { $0.append("open \(name)") }
                        if fails { throw Broken("no room") }
                    case .close: calls.withLock { $0.append("close \(name)") }
                    default: break
                    }
                })
        }
        let pipeline = Pipeline.of(
            [.scripted("s", ScriptedSource(count: 5))], [.tap([sink("a"), sink("b", fails: true), sink("c")])]
        )
        let run = PipelineRun(pipeline, store: MemoryStore(), environment: .quiet())
        await #expect(throws: SinkFailure(sink: "b", message: "no room")) { try await run.run() }
        #expect(calls.withLock { $0 } == ["open a", "open b", "close a"])
    }

    @Test("cancelling the task of a run ends it")
    func cancellation() async throws {
        let sent = Output()
        let gate = Gate()
        let pipeline = Pipeline.of(
            [Pipeline.SourceNode(name: "s", source: endless(sent: sent))],
            [.tap(RecordingSink(output: Output(), gate: gate))], settings: .buffer(4))
        let run = PipelineRun(pipeline, store: MemoryStore(), environment: .quiet())
        let task = Task { try await run.run() }
        await gate.arrivals(1)
        task.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    /// Returns when a source has not got on for a while: many turns of the other tasks, no clock.
    private func settled(_ sent: Output) async {
        var before = -1
        while before != sent.count {
            before = sent.count
            for _ in 0..<2000 { await Task.yield() }
        }
    }
}
