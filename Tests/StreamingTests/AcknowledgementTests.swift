import Logging
import Pacing
import Records
import Synchronization
import TestSupport
import Testing

@testable import Streaming

@Suite("A source hears what has been delivered", .timeLimit(.minutes(10)))
struct AcknowledgementTests {
    private let store = MemoryStore(isDurable: true)
    private let output = Output()

    private func run(
        _ source: any Source, _ stages: [StageKind] = [], store: (any CheckpointStore)? = nil,
        clock: any Clock<Duration> = ManualClock(), limit: Int? = nil, log: LogBook = LogBook(),
        acknowledges: Bool = true
    ) async throws {
        var environment = RunEnvironment.quiet(clock: clock, limit: limit)
        environment.logger = log.logger
        environment.acknowledges = acknowledges
        let pipeline = Pipeline.of(
            [Pipeline.SourceNode(name: "q", source: source)], stages + [.tap(output)])
        try await PipelineRun(pipeline, store: store ?? self.store, environment: environment).run()
    }

    /// Moves the time on to the next checkpoint, and waits for that.
    private func checkpoint(_ clock: ManualClock, _ store: MemoryStore) async {
        let before = store.commits
        await clock.sleepers(1)
        clock.advance(by: .seconds(1))
        while store.commits == before { await Task.yield() }
    }

    @Test("after each checkpoint, in order, never before it is stored and its records are written")
    func order() async throws {
        let queue = MessageQueue(count: 30)
        let clock = ManualClock()
        let source = QueueSource(
            queue: queue, before: { next in if next > 0 { await checkpoint(clock, store) } },
            onCommitted: { position in
                #expect(store.restore().sources["q"] == position)
                #expect(output.lines.count >= MessageQueue.count(before: position))
            })
        try await run(source, clock: clock)
        #expect(queue.told.map(MessageQueue.count) == Array(stride(from: 3, through: 30, by: 3)))
        #expect(queue.acknowledged == 30)
    }

    @Test("of the place between two anchors, when the run ends there")
    func count() async throws {
        let queue = MessageQueue(count: 30)
        try await run(QueueSource(queue: queue), limit: 8)
        #expect(queue.told == [SourcePosition(anchor: Anchor(json: "6"), count: 2)])
    }

    @Test("nothing of a checkpoint that could not be stored")
    func failedStore() async throws {
        let queue = MessageQueue(count: 30)
        await #expect(throws: Broken.self) {
            try await run(
                QueueSource(queue: queue), store: CrashingStore(store: store, crash: Crash(after: 0)))
        }
        #expect(queue.told == [])
        try await run(QueueSource(queue: queue))
        #expect(numbers(output.lines) == Array(0..<30))
        #expect(queue.acknowledged == 30)
    }

    @Test("by the next run, if the process died between storing and telling", arguments: [false, true])
    func diedBetween(isPart: Bool) async throws {
        let queue = MessageQueue(count: 30)
        func source() -> any Source {
            let queue = QueueSource(queue: queue)
            if !isPart { return queue }
            return ClosureSource { _, outlet in
                outlet.divide(into: [SourcePart(key: "1", name: "one", source: queue)], atOnce: 1)
            }
        }
        await #expect(throws: Broken.self) {
            try await run(source(), store: CrashingStore(store: store, crash: Crash(after: 1)))
        }
        #expect(queue.told == [])
        let stored = try #require(store.restore().sources[isPart ? "q/1" : "q"])
        try await run(source())
        #expect(queue.told == [stored])
        #expect(numbers(output.lines) == Array(0..<30))
    }

    @Test(
        "wherever processes die, what it forgets has been written, and all is forgotten at the end",
        arguments: 0..<60)
    func storm(seed: Int) async throws {
        var generator = SeededGenerator(seed: seed)
        let queue = MessageQueue(count: 40)
        let stages: [StageKind] = [
            .batch(BatchLimits(size: 7)), .rateLimit(Rate(1000, per: .seconds(1))),
            .dedup(FieldIdentification(paths: [[Key("n")]]), history: .seconds(60), ttl: .seconds(60))
        ].filter { _ in Bool.random(using: &generator) }
        var attempts = 0
        var isDone = false
        while !isDone {
            let crash = Crash(after: attempts < 4 ? Int.random(in: 0...20, using: &generator) : nil)
            let tap = StageKind.tap(CrashingSink(output: output, crash: crash))
            let source = QueueSource(
                queue: queue, run: Int.random(in: 1...9, using: &generator),
                anchors: Bool.random(using: &generator),
                onCommitted: { _ in try crash.step() })
            let pipeline = Pipeline.of([Pipeline.SourceNode(name: "q", source: source)], stages + [tap])
            attempts += 1
            do {
                try await PipelineRun(
                    pipeline, store: CrashingStore(store: store, crash: crash),
                    environment: .quiet(clock: ImpatientClock())
                ).run()
                isDone = attempts > 4
            } catch {}
            let written = Set(numbers(output.lines))
            let held = store.restore().held.values.flatMap(\.self).count
            #expect(queue.acknowledged <= written.count + held)
        }
        #expect(numbers(output.lines) == Array(0..<40))
        #expect(queue.acknowledged == 40)
        let told = queue.told.map(MessageQueue.count)
        #expect(told == told.sorted())
    }

    @Test("also of what a batch holds when the run is handed over, since that is stored")
    func handOver() async throws {
        let queue = MessageQueue(count: 10)
        let gate = Gate(open: true)
        let source = QueueSource(
            queue: queue, before: { next in if next == 10 { await gate.pass() } }, waits: true)
        let pipeline = Pipeline.of(
            [Pipeline.SourceNode(name: "q", source: source)],
            [.rateLimit(Rate(1, per: .seconds(60))), .tap(output)])
        let run = PipelineRun(pipeline, store: store, environment: .quiet())
        async let failed = run.run()
        await gate.arrivals(1)
        run.stop()
        #expect(try await failed.isEmpty)
        #expect(queue.acknowledged == 10)
        let held = store.restore().held.values.flatMap(\.self).count
        #expect(held > 0 && held + output.lines.count == 10)
    }

    @Test("nothing while records are held that would go with the process")
    func notDurable() async throws {
        let store = MemoryStore(isDurable: false)
        let queue = MessageQueue(count: 10)
        let clock = ManualClock()
        let source = QueueSource(
            queue: queue, run: 2, before: { next in if next > 0 { await checkpoint(clock, store) } },
            onCommitted: { position in
                #expect(output.lines.count >= MessageQueue.count(before: position))
            })
        try await run(source, [.batch(BatchLimits(size: 4))], store: store, clock: clock)
        #expect(queue.told.map(MessageQueue.count) == [4, 8, 10])
    }

    @Test("again with the next checkpoint, if it could not be told, and the run goes on")
    func deaf() async throws {
        let queue = MessageQueue(count: 12, failures: 2)
        let clock = ManualClock()
        let log = LogBook()
        try await run(
            QueueSource(queue: queue, before: { next in if next > 0 { await checkpoint(clock, store) } }),
            clock: clock, log: log)
        #expect(queue.told.map(MessageQueue.count) == [9, 12])
        #expect(
            log.said(.notice) == [
                "error: source 'q' could not be told what was delivered: no connection; it is told again with the next checkpoint, or by the next run",
                "notice: source 'q' can be told again what was delivered"
            ])
    }

    @Test("by the next run, if this one could not tell it")
    func deafToTheEnd() async throws {
        let queue = MessageQueue(count: 6, failures: 1)
        try await run(QueueSource(queue: queue))
        #expect(queue.told == [])
        try await run(QueueSource(queue: queue))
        #expect(queue.told.map(MessageQueue.count) == [6])
        #expect(numbers(output.lines) == Array(0..<6))
    }

    @Test("as the object that stands for a part now")
    func replacedPart() async throws {
        let queues = [MessageQueue(count: 3), MessageQueue(count: 6)]
        let clock = ManualClock()
        let rounds = Mutex(0)
        let list = ClosureSource { _, outlet in
            let round = rounds.withLock { round in
                defer { round += 1 }
                return round
            }
            let part = QueueSource(queue: queues[min(round, 1)])
            outlet.divide(into: [SourcePart(key: "1", name: "one", source: part)], atOnce: 1)
        }
        let node = Pipeline.SourceNode(name: "q", source: list, every: .seconds(10))
        let run = PipelineRun(
            Pipeline.of([node], [.tap(output)]), store: store,
            environment: .quiet(clock: clock, watches: true))
        async let failed = run.run()
        while queues[1].acknowledged < 6 {
            await Task.yield()
            clock.advance(by: .milliseconds(100))
        }
        run.stop()
        #expect(try await failed.isEmpty)
        #expect(numbers(output.lines) == Array(0..<6))
    }

    @Test("nothing in a run that is dry")
    func dry() async throws {
        let queue = MessageQueue(count: 6)
        try await run(QueueSource(queue: queue), acknowledges: false)
        #expect(queue.told == [])
    }
}
