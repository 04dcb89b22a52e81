import Logging
import Pacing
import Records
import Synchronization
import Testing

@testable import Streaming

@Suite("Reading of sources is fair", .timeLimit(.minutes(10)))
struct FairReadingTests {
    /// Waits for something that never comes.
    private func hanging(_ name: String, every: Duration? = nil) -> Pipeline.SourceNode {
        Pipeline.SourceNode(
            name: name, source: ClosureSource { _, _ in try await ManualClock().sleep(for: .seconds(1)) },
            every: every)
    }

    @Test func threeHundredThatHangDelayNoneOfAThousand() async throws {
        let clock = ManualClock()
        let polls = Mutex<[Int: Int]>([:])
        let quick = (0..<700).map { number in
            Pipeline.SourceNode(
                name: "quick \(number)",
                source: ClosureSource { _, outlet in
                    polls.withLock { $0[number, default: 0] += 1 }
                    try outlet.restart()
                    try await outlet.send(Items.records(["{\"n\":1}"], origin: outlet.origin()))
                }, every: .seconds(60))
        }
        let nodes = (0..<300).map { hanging("hanging \($0)", every: .seconds(60)) } + quick
        let output = Output()
        let run = PipelineRun(
            Pipeline.of(nodes, [.tap(output)]), store: MemoryStore(),
            environment: .quiet(clock: clock, watches: true))
        async let failed = run.run()
        while !polls.withLock({ $0.count == 700 && $0.values.allSatisfy { $0 > 1 } }) {
            await Task.yield()
            clock.advance(by: .milliseconds(10))
        }
        run.stop()
        #expect(try await failed.isEmpty)
        #expect(output.lines.count >= 1400)
        #expect(run.figures.sources.prefix(300).allSatisfy { $0.state == .stopped })
    }

    @Test func aLimitEndsTheRunThoughOthersHang() async throws {
        let clock = ManualClock()
        let nodes =
            (0..<5).map { hanging("hanging \($0)") } + [.scripted("s", ScriptedSource(count: 10, run: 1))]
        let output = Output()
        let run = PipelineRun(
            Pipeline.of(nodes, [.tap(output)]), store: MemoryStore(),
            environment: .quiet(clock: clock, limit: 3))
        let done = Mutex(false)
        async let failed = {
            defer { done.withLock { $0 = true } }
            return try await run.run()
        }()
        while !done.withLock({ $0 }) {
            await Task.yield()
            clock.advance(by: .milliseconds(10))
        }
        #expect(try await failed.isEmpty)
        #expect(numbers(output.lines) == [0, 1, 2])
    }

    @Test func whatIsCollectedIsDeliveredWhenAllHaveHadTheirRound() async throws {
        let clock = ManualClock()
        let output = Output()
        func source(_ name: String, every: Duration) -> Pipeline.SourceNode {
            Pipeline.SourceNode(
                name: name,
                source: ClosureSource { _, outlet in
                    try outlet.restart()
                    try await outlet.send(Items.records(["{\"s\":\"\(name)\"}"], origin: outlet.origin()))
                }, every: every)
        }
        var settings = Pipeline.Settings()
        settings.mode = .batch
        settings.checkpoint = .seconds(36_000)
        let run = PipelineRun(
            Pipeline.of(
                [source("a", every: .seconds(60)), source("b", every: .seconds(60))], [.tap(output)],
                settings: settings),
            store: MemoryStore(), environment: .quiet(clock: clock, watches: true))
        async let failed = run.run()
        for round in 1...3 {
            while output.lines.count < 2 * round { await Task.yield() }
            #expect(output.lines.count == 2 * round)
            clock.advance(by: .seconds(60))
        }
        run.stop()
        #expect(try await failed.isEmpty)
    }
}

@Suite("What is said of failing sources", .timeLimit(.minutes(10)))
struct OutageTests {
    private func said(
        retry: RetryPolicy?, outcomes: [(any Error & Sendable)?]
    ) async throws -> [String] {
        let clock = ManualClock()
        let book = LogBook()
        let left = Mutex(outcomes)
        let source = ClosureSource { _, _ in
            let outcome = left.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if let outcome { throw outcome }
        }
        var environment = RunEnvironment.quiet(clock: clock, watches: true)
        environment.logger = book.logger
        let node = Pipeline.SourceNode(name: "s", source: source, every: .seconds(60), retry: retry)
        let run = PipelineRun(
            Pipeline.of([node], [.tap(Output())]), store: MemoryStore(), environment: environment)
        async let failed = run.run()
        while !left.withLock(\.isEmpty) {
            await Task.yield()
            clock.advance(by: .milliseconds(100))
        }
        // The last one is over when the next poll has begun to be waited for.
        while run.figures.sources[0].nextReading == nil { await Task.yield() }
        run.stop()
        _ = try await failed
        return book.said()
    }

    @Test func aFailureThatLastsIsSaidOnceAndSoIsItsEnd() async throws {
        let said = try await said(
            retry: nil, outcomes: [Broken(), Broken(), Broken("other"), nil, nil, Broken()])
        #expect(
            said == [
                "error: source 's' failed: broken",
                "notice: source 's' is read again, after 3 failed attempts",
                "error: source 's' failed: broken"
            ])
    }

    @Test func furtherAttemptsAreSaidOnceToo() async throws {
        let retry = RetryPolicy(attempts: 3, initial: .seconds(1))
        let said = try await said(
            retry: retry, outcomes: [Broken(), Broken(), Broken(), Broken(), Broken(), nil, Broken(), nil])
        #expect(
            said == [
                "warning: source 's' failed: broken; next attempt in 1.0 s",
                "error: source 's' failed: broken",
                "notice: source 's' is read again, after 5 failed attempts",
                "warning: source 's' failed: broken; next attempt in 1.0 s",
                "notice: source 's' is read again, after 1 failed attempt"
            ])
    }

    @Test func whatStaysAsItIsIsSaidOnceInARun() async throws {
        let book = LogBook()
        var environment = RunEnvironment.quiet()
        environment.logger = book.logger
        let outlet = SourceOutlet(
            name: "s", identity: "s", slot: 0,
            inlet: SourceInlet(
                buffer: AsyncBuffer(capacity: Load(records: 1, bytes: .max / 4)), sources: 1,
                environment: environment),
            position: SourcePosition(), figures: SourceFigures(name: "s"))
        for _ in 0..<3 {
            outlet.beginRound()
            outlet.say(.warning, once: "it is gone")
            outlet.say(.notice, once: "it has moved")
        }
        #expect(book.said() == ["warning: it is gone", "notice: it has moved"])
    }
}
