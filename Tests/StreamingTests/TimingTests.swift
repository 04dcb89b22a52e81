import Records
import Synchronization
import Testing

@testable import Streaming

@Suite("How long the parts of a run take", .timeLimit(.minutes(5)))
struct TimingTests {
    @Test("durations are counted by range, each once, with their sum")
    func ranges() {
        let histogram = DurationHistogram()
        for duration: Duration in [.zero, .milliseconds(1), .milliseconds(2), .seconds(1), .seconds(200_000)]
        {
            histogram.count(duration)
        }
        let counts = histogram.counts
        #expect(counts.total == 5)
        #expect(counts.ranges[0] == 2)
        #expect(counts.ranges[1] == 1)
        #expect(counts.ranges.last == 1)
        #expect(counts.seconds == 200_001.003)
        #expect(DurationHistogram.bounds == DurationHistogram.bounds.sorted())
    }

    @Test("records are counted by when they were received, and not where a sink refused them")
    func records() throws {
        let histogram = DurationHistogram()
        let early = Origin(source: "s", received: 1_000_000_000)
        let late = Origin(source: "s", received: 3_000_000_000)
        let records =
            try Items.records(["{}", "{}"], origin: early) + Items.records(["{}", "{}"], origin: late)
        let refused = Refusal(index: 1, reason: "no")
        histogram.count(records, at: 3_000_000_000, without: [refused])
        let counts = histogram.counts
        #expect(counts.total == 3)
        #expect(counts.seconds == 2)
        #expect(counts.ranges[0] == 2)
    }

    @Test("a clock that was set back counts as no time")
    func backwards() throws {
        let histogram = DurationHistogram()
        let records = try Items.records(["{}"], origin: Origin(source: "s", received: .max))
        histogram.count(records, at: .min, without: [])
        histogram.count(records, at: 0, without: [])
        #expect(histogram.counts.total == 2)
        #expect(histogram.counts.ranges[0] + (histogram.counts.ranges.last ?? 0) == 2)
    }

    @Test("a run that is asked keeps the time to each sink and of each checkpoint")
    func measured() async throws {
        let now = Mutex<Int64>(1_000_000_000_000)
        let sink = LateSink { now.withLock { $0 += 5_000_000_000 } }
        let pipeline = Pipeline.of(
            [.scripted("s", ScriptedSource(count: 3))],
            [
                .tap([
                    Pipeline.Target(name: "a", sink: sink)
                ])
            ])
        var environment = RunEnvironment.quiet(now: { now.withLock(\.self) })
        environment.keepsTimings = true
        let run = PipelineRun(pipeline, store: MemoryStore(), environment: environment)
        try await run.run()
        let timings = try #require(run.figures.timings)
        #expect(timings.sinks.map(\.name) == ["a"])
        let counts = timings.sinks[0].latency.counts
        #expect(counts.total == 3)
        #expect(counts.seconds >= 15)
        #expect(timings.checkpoints.counts.total == run.figures.checkpointCount)
    }

    @Test("a run that is not asked keeps none")
    func unmeasured() async throws {
        let run = PipelineRun(
            Pipeline.of([.scripted("s", ScriptedSource(count: 1))], [.tap(Output())]), store: MemoryStore(),
            environment: .quiet())
        #expect(run.figures.phase == .starting)
        try await run.run()
        #expect(run.figures.timings == nil)
        #expect(run.figures.phase == .ended)
        run.stop()
        #expect(run.figures.phase == .ended)
    }
}

/// A sink that takes its time.
private struct LateSink: Sink {
    let write: @Sendable () -> Void

    func open(_ opening: SinkOpening) {}
    func write(_ records: [Record]) -> [Refusal] {
        write()
        return []
    }
    func checkpoint() -> SinkPosition? { nil }
    func close() {}
}
