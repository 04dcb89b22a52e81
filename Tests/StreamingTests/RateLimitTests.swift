import Records
import Testing

@testable import Streaming

@Suite("Rate limits", .timeLimit(.minutes(1)))
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

    @Test("records leave one interval apart, in order, with controls at their place")
    func intervals() async throws {
        let clock = ManualClock()
        let figures = StageFigures(name: "rate", kind: "rate_limit")
        let bench = StageBench(
            RateLimitStage(
                rate: Rate(10, per: .seconds(1)), when: nil, rule: .of(.fail, figures: figures), clock: clock)
        )
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<3))
        try bench.mark(1)
        try await bench.input.put(Items.numbered(3..<4))
        bench.input.finish()
        #expect(try await bench.next() == "[0]")
        #expect(await clock.advanceToNextDeadline() == .milliseconds(100))
        #expect(try await bench.next() == "[1]")
        #expect(await clock.advanceToNextDeadline() == .milliseconds(100))
        #expect(try await bench.next() == "[2]")
        #expect(try await bench.next() == "marker 1")
        #expect(await clock.advanceToNextDeadline() == .milliseconds(100))
        #expect(try await bench.rest() == ["[3]"])
        try await running
        #expect(figures.inCount == 4)
        #expect(figures.outCount == 4)
    }

    @Test("a pause is not made up for")
    func pause() async throws {
        let clock = ManualClock()
        let bench = StageBench(
            RateLimitStage(
                rate: Rate(1, per: .seconds(1)), when: nil,
                rule: .of(.fail), clock: clock))
        async let running: Void = bench.run()
        clock.advance(by: .seconds(3600))
        try await bench.input.put(Items.numbered(0..<2))
        bench.input.finish()
        #expect(try await bench.next() == "[0]")
        #expect(await clock.advanceToNextDeadline() == .seconds(1))
        #expect(try await bench.rest() == ["[1]"])
        try await running
    }

    @Test("records that the condition does not match need no token, but keep their order")
    func condition() async throws {
        let clock = ManualClock()
        let bench = StageBench(
            RateLimitStage(
                rate: Rate(1, per: .seconds(1)), when: NumberPredicate.where { $0 % 3 == 0 },
                rule: .of(.fail), clock: clock))
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<6))
        bench.input.finish()
        var out: [String] = []
        while out.last?.hasSuffix("2]") != true { out.append(try await bench.next()) }
        #expect(await clock.advanceToNextDeadline() == .seconds(1))
        out += try await bench.rest()
        try await running
        #expect(out.joined().replacing("][", with: ", ") == "[0, 1, 2, 3, 4, 5]")
    }
}
