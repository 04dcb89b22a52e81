import Pacing
import Records
import TestSupport
import Testing

@testable import Streaming

@Suite("Rate limits", .timeLimit(.minutes(10)))
struct RateLimitTests {
    @Test(
        "a bucket never gives more than its rate and its burst in any window, and starves nobody",
        arguments: 0..<100)
    func bucket(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...5000, using: &generator)
        let period = Duration.milliseconds(Int.random(in: 1...5000, using: &generator))
        var bucket = TokenBucket(rate: Rate(count, per: period))
        let interval = period / Double(count)
        let burst = max(1, Int(Duration.milliseconds(10) / interval))
        var time = Duration.zero
        var grants: [(time: Duration, count: Int)] = []
        for _ in 0..<300 {
            let granted = bucket.take(Int.random(in: 1...50, using: &generator), at: time)
            if granted > 0 { grants.append((time, granted)) }
            if granted == 0 {
                let wait = bucket.timeToNext(at: time)
                #expect(wait > .zero)
                #expect(wait <= interval + .nanoseconds(1))
                time += wait
                #expect(bucket.take(1, at: time) == 1, "the wait that was asked for is enough")
                grants.append((time, 1))
            }
            if Bool.random(using: &generator) {
                time += interval * Double.random(in: 0...3, using: &generator)
            }
        }
        var excess = 0.0
        for (first, start) in grants.enumerated() {
            var sum = 0
            for end in grants[first...] {
                sum += end.count
                excess = max(excess, Double(sum) - Double(burst) - (end.time - start.time) / interval)
            }
        }
        #expect(excess <= 0.001)
    }

    @Test("a bucket that is always asked gives the whole rate")
    func wholeRate() {
        var bucket = TokenBucket(rate: Rate(3, per: .seconds(1)))
        var granted = 0
        for millisecond in 0...60_000 { granted += bucket.take(10, at: .milliseconds(millisecond)) }
        #expect(granted == 179 || granted == 180 || granted == 181)
    }

    @Test("records leave one interval apart, in order; a marker passes with what waits")
    func intervals() async throws {
        let clock = ManualClock()
        let figures = StageFigures(name: "rate", kind: "rate_limit")
        let bench = StageBench(
            RateLimitStage.of(Rate(10, per: .seconds(1)), rule: .of(.fail, figures: figures), clock: clock))
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<3))
        #expect(try await bench.next() == "[0]")
        try bench.mark(1)
        #expect(try await bench.next() == "marker 1, rate_limit holds [1, 2] from 1")
        #expect(await clock.advanceToNextDeadline() == .milliseconds(100))
        #expect(try await bench.next() == "[1]")
        try await bench.input.put(Items.numbered(3..<4))
        try bench.mark(2)
        #expect(try await bench.next() == "marker 2, rate_limit holds [3] from 2")
        try bench.input.put(.drain)
        #expect(await clock.advanceToNextDeadline() == .milliseconds(100))
        #expect(try await bench.next() == "[2]")
        #expect(await clock.advanceToNextDeadline() == .milliseconds(100))
        #expect(try await bench.next() == "[3]")
        #expect(try await bench.next() == "drain")
        bench.input.finish()
        #expect(try await bench.rest() == [])
        try await running
        #expect(figures.inCount == 4)
        #expect(figures.outCount == 4)
    }

    @Test("behind the last marker of a run that is stopped nothing leaves: the next run has it")
    func stopped() async throws {
        let clock = ManualClock()
        let bench = StageBench(
            RateLimitStage.of(Rate(10, per: .seconds(1)), rule: .of(.fail), clock: clock))
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<3))
        #expect(try await bench.next() == "[0]")
        try bench.mark(1, kind: .handOver)
        #expect(try await bench.next() == "marker 1, rate_limit holds [1, 2] from 1")
        #expect(await clock.advanceToNextDeadline() == .milliseconds(100))
        try bench.input.put(.drain)
        bench.input.finish()
        #expect(try await bench.rest() == [])
        try await running
    }

    @Test("a batch is complete behind its last record")
    func batches() async throws {
        let clock = ManualClock()
        let bench = StageBench(
            RateLimitStage.of(Rate(1, per: .seconds(1)), isBatched: true, clock: clock))
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<2))
        try bench.input.put(.batchEnd)
        try await bench.input.put(Items.numbered(2..<3))
        try bench.input.put(.batchEnd)
        try bench.input.put(.drain)
        #expect(try await bench.next() == "[0]")
        await clock.advanceToNextDeadline()
        #expect(try await bench.next() == "[1]")
        #expect(try await bench.next() == "batch end")
        await clock.advanceToNextDeadline()
        #expect(try await bench.next() == "[2]")
        #expect(try await bench.next() == "batch end")
        #expect(try await bench.next() == "drain")
        bench.input.finish()
        try await running
    }

    @Test("a pause is not made up for")
    func pause() async throws {
        let clock = ManualClock()
        let bench = StageBench(
            RateLimitStage.of(Rate(1, per: .seconds(1)), clock: clock))
        async let running: Void = bench.run()
        clock.advance(by: .seconds(3600))
        try await bench.input.put(Items.numbered(0..<2))
        #expect(try await bench.next() == "[0]")
        #expect(await clock.advanceToNextDeadline() == .seconds(1))
        #expect(try await bench.next() == "[1]")
        bench.input.finish()
        try await running
    }

    @Test("records that the condition does not match need no token, but keep their order")
    func condition() async throws {
        let clock = ManualClock()
        let bench = StageBench(
            RateLimitStage.of(
                Rate(1, per: .seconds(1)), when: NumberPredicate.where { $0 % 3 == 0 }, clock: clock))
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<6))
        try bench.input.put(.drain)
        var out: [String] = []
        while out.last?.hasSuffix("2]") != true { out.append(try await bench.next()) }
        #expect(await clock.advanceToNextDeadline() == .seconds(1))
        while out.last != "drain" { out.append(try await bench.next()) }
        bench.input.finish()
        try await running
        #expect(out.dropLast().joined().replacing("][", with: ", ") == "[0, 1, 2, 3, 4, 5]")
    }

    @Test("a batch that a filter has emptied holds up nobody")
    func emptyBatch() async throws {
        let clock = ManualClock()
        let bench = StageBench(
            RateLimitStage.of(Rate(1, per: .seconds(1)), isBatched: true, clock: clock))
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<2))
        for _ in 0..<2 { try bench.input.put(.batchEnd) }
        #expect(try await bench.next() == "[0]")
        try await bench.input.put(Items.numbered(2..<3))
        try bench.input.put(.batchEnd)
        try bench.input.put(.drain)
        await clock.advanceToNextDeadline()
        #expect(try await bench.next() == "[1]")
        #expect(try await bench.next() == "batch end")
        await clock.advanceToNextDeadline()
        #expect(try await bench.next() == "[2]")
        bench.input.finish()
        try await running
    }

    @Test("the rate goes on over a restart")
    func restart() async throws {
        let clock = ManualClock()
        let bench = StageBench(
            RateLimitStage.of(
                Rate(1, per: .seconds(10)), restored: try Items.numbered(0..<1), lastLeft: .seconds(4),
                clock: clock))
        async let running: Void = bench.run()
        #expect(await clock.advanceToNextDeadline() == .seconds(6))
        #expect(try await bench.next() == "[0]")
        bench.input.finish()
        try await running
    }
}

extension RateLimitStage {
    fileprivate static func of(
        _ rate: Rate, when: (any Predicate)? = nil, restored: [Record] = [], lastLeft: Duration? = nil,
        isBatched: Bool = false, rule: FailureRule = .of(.fail), clock: any Clock<Duration>
    ) -> RateLimitStage {
        RateLimitStage(
            rate: rate, when: when,
            restored: RestoredHold(records: restored, nextNumber: UInt64(restored.count)),
            lastLeft: lastLeft, identity: "rate_limit", isBatched: isBatched, rule: rule, clock: clock)
    }
}
