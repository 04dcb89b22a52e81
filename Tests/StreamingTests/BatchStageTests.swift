import Records
import Testing

@testable import Streaming

@Suite("Batches", .timeLimit(.minutes(10)))
struct BatchStageTests {
    private let figures = StageFigures(name: "batch", kind: "batch")

    private func bench(
        _ limits: BatchLimits, restored: [Record] = [], when: (any Predicate)? = nil,
        clock: ManualClock = ManualClock(), wall: Int64 = 0
    ) -> StageBench {
        StageBench(
            BatchStage(
                limits: limits, when: when,
                restored: RestoredHold(records: restored, nextNumber: UInt64(restored.count)),
                identity: "batch", rule: .of(.fail, stage: "batch", figures: figures),
                flow: Flow(budget: 1_000_000), clock: clock,
                now: { wall + Int64((clock.now.offset / .nanoseconds(1)).rounded()) }))
    }

    /// At 07:00 by UTC.
    private static let daily = BatchLimits(daily: DailyTime(minutes: [420], zone: "UTC") { _ in 0 })
    /// 2026-01-31, 06:55 in nanoseconds.
    private static let morning: Int64 = 1_769_842_500_000_000_000

    @Test("are as large as the limit says; the sign that nothing more comes lets the rest go")
    func size() async throws {
        let bench = bench(BatchLimits(size: 3))
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<7))
        try bench.input.put(.drain)
        try bench.mark(1, kind: .end)
        bench.input.finish()
        let out = try await bench.rest()
        try await running
        #expect(
            out == [
                "[0, 1, 2]", "batch end", "[3, 4, 5]", "batch end", "[6]", "batch end", "drain", "marker 1"
            ])
        #expect(figures.inCount == 7)
        #expect(figures.outCount == 7)
        #expect(figures.heldCount == 0)
    }

    @Test("end with the record that reaches the limit of bytes")
    func bytes() async throws {
        // Each record has seven bytes: {"n":1}
        let bench = bench(BatchLimits(bytes: 15))
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<4))
        try bench.input.put(.drain)
        try bench.mark(1, kind: .end)
        bench.input.finish()
        #expect(try await bench.rest() == ["[0, 1, 2]", "batch end", "[3]", "batch end", "drain", "marker 1"])
        try await running
    }

    @Test("leave when the time since their first record is over, not earlier")
    func every() async throws {
        let clock = ManualClock()
        let bench = bench(BatchLimits(size: 3, every: .seconds(5)), clock: clock)
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<1))
        await clock.sleepers(1)
        clock.advance(by: .seconds(2))
        try await bench.input.put(Items.numbered(1..<4))
        #expect(try await bench.next() == "[0, 1, 2]")
        #expect(try await bench.next() == "batch end")
        // The timer of the first batch finds the second one, which began at two seconds.
        #expect(await clock.advanceToNextDeadline() == .seconds(3))
        #expect(await clock.advanceToNextDeadline() == .seconds(2))
        #expect(try await bench.next() == "[3]")
        #expect(try await bench.next() == "batch end")
        try bench.mark(1, kind: .end)
        bench.input.finish()
        #expect(try await bench.rest() == ["marker 1"])
        try await running
    }

    @Test("leave at a time of day, and not before")
    func daily() async throws {
        let clock = ManualClock()
        let bench = bench(Self.daily, clock: clock, wall: Self.morning)
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<2))
        #expect(await clock.advanceToNextDeadline() == .seconds(300))
        #expect(try await bench.next() == "[0, 1]")
        #expect(try await bench.next() == "batch end")
        // The next one is tomorrow's; the wall clock may be set meanwhile, so it is looked at.
        try await bench.input.put(Items.numbered(2..<3))
        var slept = Duration.zero
        while slept < .seconds(86_400) { slept += await clock.advanceToNextDeadline() }
        #expect(slept == .seconds(86_400))
        #expect(try await bench.next() == "[2]")
        bench.input.finish()
        _ = try await bench.rest()
        try await running
    }

    @Test("are kept for their time by a run that stops, and leave at the end of all there is")
    func stopped() async throws {
        let bench = bench(Self.daily, wall: Self.morning)
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<2))
        try bench.mark(1, kind: .handOver)
        try bench.input.put(.drain)
        try bench.mark(2, kind: .end)
        bench.input.finish()
        #expect(
            try await bench.rest() == [
                "marker 1, batch holds [0, 1] from 0", "[0, 1]", "batch end", "drain",
                "marker 2, batch holds [] from 2"
            ])
        try await running
    }

    @Test("leave at once when their time went by while nothing ran", arguments: [(-1, true), (1, false)])
    func missed(day: Int64, leaves: Bool) async throws {
        // Received a day before, or five minutes ago.
        let received = day < 0 ? Self.morning - 86_400_000_000_000 : Self.morning - 300_000_000_000
        let origin = Origin(source: "s", slot: 0, received: received)
        let bench = bench(
            Self.daily, restored: try Items.records([#"{"n":0}"#], origin: origin), wall: Self.morning)
        async let running: Void = bench.run()
        try bench.mark(1)
        bench.input.finish()
        #expect(
            try await bench.rest()
                == (leaves ? ["[0]", "batch end", "marker 1, batch holds [] from 1"] : ["marker 1"]))
        try await running
    }

    @Test("are not cut by a checkpoint: what is held goes with it, and is taken back when it has left")
    func held() async throws {
        let bench = bench(BatchLimits(size: 3))
        async let running: Void = bench.run()
        try bench.mark(1)
        try await bench.input.put(Items.numbered(0..<2))
        try bench.mark(2)
        try await bench.input.put(Items.numbered(2..<3))
        try bench.mark(3)
        try bench.mark(4)
        bench.input.finish()
        #expect(
            try await bench.rest() == [
                "marker 1", "marker 2, batch holds [0, 1] from 0", "[0, 1, 2]", "batch end",
                "marker 3, batch holds [] from 3", "marker 4"
            ])
        try await running
    }

    @Test("go on after a restart with what was held, also under a smaller limit", arguments: [4, 3, 1])
    func restored(size: Int) async throws {
        let origin = Origin(source: "old", slot: 2, received: 123)
        let before = try Items.records([#"{"n":0}"#, #"{"n":1}"#, #"{"n":2}"#], origin: origin, from: 40)
        let stored = before.map { HeldRecord($0, number: 7) }
        let restored = try stored.map { try $0.record(slot: 2) }
        #expect(restored.map { HeldRecord($0, number: 7) } == stored)
        #expect(restored[1].chunk.origin.slot == 2)
        let bench = bench(BatchLimits(size: size), restored: restored)
        async let running: Void = bench.run()
        try bench.mark(1)
        try await bench.input.put(Items.numbered(3..<4))
        try bench.input.put(.drain)
        try bench.mark(2, kind: .end)
        bench.input.finish()
        let out = try await bench.rest()
        try await running
        switch size {
        case 4:
            #expect(
                out == [
                    "marker 1", "[0, 1, 2, 3]", "batch end", "drain", "marker 2, batch holds [] from 4"
                ])
        case 3:
            #expect(
                out == [
                    "[0, 1, 2]", "batch end", "marker 1, batch holds [] from 3", "[3]", "batch end", "drain",
                    "marker 2"
                ])
        default: #expect(out.filter { $0.hasPrefix("[") } == ["[0]", "[1]", "[2]", "[3]"])
        }
        #expect(figures.inCount == figures.outCount)
    }

    @Test("keep the changes of the records that they hold")
    func overlays() throws {
        var records = try Items.numbered(0..<1)
        var edit = RecordEdit()
        edit.begin(0)
        edit.set(Key("x")) { $0.string("ü\"") }
        edit.apply(to: &records, from: records[0].chunk.origin)
        #expect(HeldRecord(records[0], number: 0).json == #"{"n":0,"x":"ü\""}"#)
    }

    @Test("let the records go past that the condition does not match, each run of them as a batch of its own")
    func condition() async throws {
        let bench = bench(BatchLimits(size: 3), when: NumberPredicate.where { $0 % 2 == 0 })
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<6))
        bench.input.finish()
        #expect(try await bench.rest() == ["[1, 3, 5]", "batch end", "[0, 2, 4]", "batch end"])
        try await running
        #expect(figures.outCount == 6)
    }

    @Test("swallow the ends of the batches before them and pass other signs on")
    func otherControls() async throws {
        let bench = bench(BatchLimits(size: 2))
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<1))
        try bench.input.put(.batchEnd)
        try bench.input.put(.tick)
        let failure = RecordFailure(record: try Items.numbered(9..<10)[0], stage: "s", message: "m", time: 0)
        try await bench.input.put(failures: [failure])
        try await bench.input.put(Items.numbered(1..<2))
        bench.input.finish()
        #expect(try await bench.rest() == ["failed: m", "[0, 1]", "batch end"])
        try await running
    }
}
