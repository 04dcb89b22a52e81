import TestSupport
import Testing

@testable import Streaming

@Suite("The history's clock") struct HistoryClockTests {
    private static let hour: Int64 = 3600
    private static let day = 24 * hour
    private static let month = 30 * day
    /// A moment that nothing depends on, in seconds since 1970.
    private static let start: Int64 = 1_790_000_000

    /// A machine with a wall clock that anybody may set, and a boot-time clock that nobody can.
    private struct Machine {
        var wall = HistoryClockTests.start
        var uptime = Duration.seconds(100)
        var stored: HistoryClock.Stored?
        var reach = HistoryClockTests.day
        private(set) var finding = HistoryClock.Finding.steady

        init(reach: Int64 = HistoryClockTests.day) { self.reach = reach }

        /// Time goes by.
        mutating func pass(_ seconds: Int64) {
            wall += seconds
            uptime += .seconds(seconds)
        }

        /// A run of so many seconds, that stores the time at its end.
        ///
        /// - Returns: the history's time at its beginning.
        @discardableResult
        mutating func run(_ seconds: Int64 = 0) -> Int64 {
            let clock = HistoryClock(stored: stored, wall: wall, uptime: uptime, reach: reach)
            let time = clock.time(at: uptime)
            finding = clock.finding
            pass(seconds)
            stored = clock.stored(at: uptime)
            return time
        }
    }

    @Test("begins at the wall clock")
    func beginning() {
        var machine = Machine()
        #expect(machine.run() == Self.start)
        #expect(machine.stored == HistoryClock.Stored(time: Self.start, wall: Self.start))
        #expect(machine.finding == .steady)
    }

    @Test("goes on in a run by the boot-time clock, and between runs by what the wall clock says")
    func steady() {
        var machine = Machine()
        machine.run(50)
        #expect(machine.stored?.time == Self.start + 50)
        machine.pass(2 * Self.day)
        #expect(machine.run(10) == Self.start + 50 + 2 * Self.day)
        #expect(machine.finding == .steady)
        // After a start of the machine the boot-time clock begins anew.
        machine.uptime = .zero
        machine.wall += Self.hour
        #expect(machine.run() == Self.start + 60 + 2 * Self.day + Self.hour)
    }

    @Test("does not see the wall clock being set while a run goes on")
    func setWithinARun() {
        let clock = HistoryClock(stored: nil, wall: Self.start, uptime: .seconds(5), reach: Self.day)
        #expect(clock.time(at: .seconds(65)) == Self.start + 60)
        #expect(clock.stored(at: .seconds(65)) == .init(time: Self.start + 60, wall: Self.start + 60))
        #expect(clock.time(at: .zero) == Self.start, "whatever the boot-time clock says")
    }

    @Test(
        "stands where the wall clock has leapt a month ahead, until the next run finds it going on from there"
    )
    func leap() {
        var machine = Machine()
        machine.run(100)
        machine.wall += Self.month
        #expect(machine.run(10) == Self.start + 100, "no key is old because of it")
        #expect(machine.finding == .leapt(Self.month))
        #expect(machine.stored?.leap == Self.month)
        machine.pass(Self.hour)
        #expect(machine.run() == Self.start + 110 + Self.month + Self.hour)
        #expect(machine.finding == .steady)
        #expect(machine.stored?.leap == 0)
    }

    @Test("forgets of a leap that is put right before the next run")
    func leapTakenBack() {
        var machine = Machine()
        machine.run(100)
        machine.wall += Self.month
        machine.run(10)
        machine.wall -= Self.month
        machine.pass(Self.hour)
        #expect(machine.run() == Self.start + 110)
        #expect(machine.finding == .steady, "that is how it should be, and no news")
        machine.pass(Self.hour)
        #expect(machine.run() == Self.start + 110 + Self.hour)
    }

    @Test("stands where the wall clock was set back by an hour, and goes on from there")
    func setBack() {
        var machine = Machine()
        machine.run(100)
        machine.wall -= Self.hour
        #expect(machine.run(20) == Self.start + 100)
        #expect(machine.finding == .setBack(Self.hour))
        machine.pass(Self.day)
        #expect(machine.run() == Self.start + 120 + Self.day)
        #expect(machine.finding == .steady)
    }

    @Test(
        "believes what is within its reach, or within a week",
        arguments: [(1, 7), (40, 40)] as [(Int64, Int64)])
    func reach(reach: Int64, bound: Int64) {
        for (passed, isBelieved) in [(bound * Self.day, true), (bound * Self.day + 1, false)] {
            var machine = Machine(reach: reach * Self.day)
            machine.run()
            machine.pass(passed)
            #expect(machine.run() == Self.start + (isBelieved ? passed : 0))
        }
    }

    @Test("follows a pipeline that is run once a month, one run late, so that its keys do not stay for ever")
    func monthly() {
        var machine = Machine()
        for number: Int64 in 0..<12 {
            #expect(machine.run() == Self.start + max(0, number - 1) * Self.month)
            machine.pass(Self.month)
        }
    }

    @Test("never runs backwards, whatever becomes of the wall clock", arguments: 0..<200)
    func monotone(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        var machine = Machine(reach: Int64.random(in: 1...100 * Self.day, using: &generator))
        var last = Int64.min
        for _ in 0..<50 {
            #expect(machine.run(.random(in: 0...10_000, using: &generator)) >= last)
            last = machine.stored?.time ?? .max
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: machine.wall = .random(in: 0...4 * Self.start, using: &generator)
            case 1: machine.wall -= Self.hour
            case 2: machine.wall += Self.month
            case 3: machine.uptime = .zero
            default: machine.pass(.random(in: 0...2 * Self.day, using: &generator))
            }
        }
    }

    @Test("takes any numbers from a state", arguments: [Int64.min, -1, 0, 1, .max / 2, .max])
    func extremes(value: Int64) {
        for other in [Int64.min, -1, 0, .max] {
            for stored in [
                HistoryClock.Stored(time: value, wall: other), .init(time: other, wall: value),
                .init(time: 0, wall: other, leap: value), .init(time: value, wall: 0, leap: other)
            ] {
                let clock = HistoryClock(stored: stored, wall: 0, uptime: .zero, reach: Self.day)
                #expect(clock.time(at: .seconds(10)) >= stored.time)
                #expect(clock.stored(at: .seconds(10)).time >= stored.time)
            }
        }
    }
}
