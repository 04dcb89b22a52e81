import Pacing
import Records
import Synchronization
import Testing

@testable import Streaming

@Suite("Taps and their sinks", .timeLimit(.minutes(10)))
struct TapTests {
    private let figures = StageFigures(name: "tap", kind: "tap")

    private func writer(
        _ sink: any Sink, name: String = "sink",
        onError: OnError = OnError(retry: RetryPolicy(), then: .fail),
        clock: any Clock<Duration> = ManualClock()
    ) -> SinkWriter {
        SinkWriter(
            name: name, identity: name, sink: sink, onError: onError, executor: nil, shared: nil,
            figures: figures, clock: clock, random: { 1 }, logger: .silent,
            notes: SinkNotes(sink: name, store: MemoryStore()))
    }

    private func bench(
        _ writers: [SinkWriter], when: (any Predicate)? = nil, then: OnError.Disposal = .deadLetter,
        isBatched: Bool = false
    ) -> StageBench {
        StageBench(
            TapStage(
                writers: writers, when: when, rule: .of(then, stage: "tap", figures: figures),
                refusalRule: .of(then, stage: "tap", figures: figures), isBatched: isBatched,
                awaitsRest: false,
                restored: RestoredHold(), identity: "tap", run: RunFigures(sources: [], stages: []),
                logger: .silent))
    }

    @Test(
        "a record for which the condition cannot be evaluated is refused alone, whatever a broken sink means")
    func undecided() async throws {
        let output = Output()
        let stage = TapStage(
            writers: [writer(RecordingSink(output: output))],
            when: NumberPredicate { $0 == 1 ? .failed("why") : .matched }, rule: .of(.fail, figures: figures),
            refusalRule: .of(.deadLetter, figures: figures), isBatched: false, awaitsRest: false,
            restored: RestoredHold(), identity: "tap", run: RunFigures(sources: [], stages: []),
            logger: .silent)
        let bench = StageBench(stage)
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<3))
        bench.input.finish()
        #expect(try await bench.rest() == ["failed: why", "[0, 2]"])
        try await running
        #expect(numbers(output.lines) == [0, 2])
    }

    @Test("two sinks write at the same time; the slower one holds the records back")
    func sideBySide() async throws {
        let slow = Output()
        let fast = Output()
        let gate = Gate()
        let fastWrote = Gate(open: true)
        let bench = bench([
            writer(RecordingSink(output: slow, gate: gate), name: "slow"),
            writer(RecordingSink(output: fast, gate: fastWrote), name: "fast")
        ])
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<2))
        try await bench.input.put(Items.numbered(2..<3))
        bench.input.finish()
        // The fast one has written while the slow one has not: they do not wait for each other within a run.
        await gate.arrivals(1)
        await fastWrote.arrivals(1)
        #expect(slow.count == 0)
        #expect(bench.output.fill == 0)
        gate.open()
        var out = ""
        for part in try await bench.rest() { out += part }
        try await running
        #expect(out.replacing("][", with: ", ") == "[0, 1, 2]")
        #expect(numbers(slow.lines) == [0, 1, 2])
        #expect(numbers(fast.lines) == [0, 1, 2])
        #expect(figures.inCount == 3)
        #expect(figures.outCount == 3)
    }

    @Test("a write is tried again after growing waits, and succeeds")
    func retries() async throws {
        let clock = ManualClock()
        let failing = Mutex(3)
        let output = Output()
        let sink = RecordingSink(output: output) { call in
            guard case .write = call else { return }
            try failing.withLock { left in
                left -= 1
                if left >= 0 { throw Broken("not now") }
            }
        }
        let writer = writer(sink, clock: clock)
        async let refused = writer.write(Items.numbered(0..<2))
        var waits: [Duration] = []
        for _ in 0..<3 { waits.append(await clock.advanceToNextDeadline()) }
        #expect(try await refused.isEmpty)
        #expect(waits == [.milliseconds(200), .milliseconds(400), .milliseconds(800)])
        #expect(numbers(output.lines) == [0, 1])
        #expect(figures.retryCount == 3)
    }

    @Test("after the last attempt the run fails with what the sink said")
    func givenUp() async throws {
        let sink = RecordingSink(output: Output()) { call in if case .write = call { throw Broken("full") } }
        let writer = writer(
            sink, onError: OnError(retry: RetryPolicy(attempts: 3), then: .fail), clock: ImpatientClock())
        await #expect(throws: SinkFailure(sink: "sink", message: "full")) {
            _ = try await writer.write(Items.numbered(0..<2))
        }
        #expect(figures.retryCount == 2)
    }

    /// Takes one record of each call, and refuses the others for now.
    private func oneByOne(_ output: Output, until last: Int = .max) -> RecordingSink {
        let taken = Mutex<(call: Int?, count: Int)>((nil, 0))
        return RecordingSink(
            output: output,
            before: { call in
                guard case .write(let records) = call else { return }
                taken.withLock { $0.call = Items.numbers(records).first }
                if let first = Items.numbers(records).first, first >= last { throw Broken("enough") }
            },
            refuses: { record in
                taken.withLock { Items.numbers([record]).first == $0.call } ? nil : ("later", false)
            })
    }

    @Test("a sink that gets on with each attempt has them anew")
    func progress() async throws {
        let output = Output()
        let writer = writer(
            oneByOne(output), onError: OnError(retry: RetryPolicy(attempts: 2), then: .fail),
            clock: ImpatientClock())
        #expect(try await writer.write(Items.numbered(0..<6)).isEmpty)
        #expect(numbers(output.lines) == [0, 1, 2, 3, 4, 5])
    }

    @Test("what a sink has is not written again when the others are given up")
    func givenUpInTheMiddle() async throws {
        let output = Output()
        let writer = writer(
            oneByOne(output, until: 3), onError: OnError(retry: RetryPolicy(attempts: 2), then: .deadLetter),
            clock: ImpatientClock())
        let refused = try await writer.write(Items.numbered(0..<5))
        #expect(refused.map(\.index) == [3, 4])
        #expect(numbers(output.lines) == [0, 1, 2])
    }

    @Test("what no attempt can mend is not tried again")
    func permanent() async throws {
        let sink = RecordingSink(output: Output()) { call in if case .write = call { throw Refused() } }
        let writer = writer(sink)
        await #expect(throws: SinkFailure.self) { _ = try await writer.write(Items.numbered(0..<2)) }
        #expect(figures.retryCount == 0)
    }

    @Test("one bad record is refused alone; it becomes a dead letter, the others go on")
    func refusal() async throws {
        let output = Output()
        let sink = RecordingSink(output: output) { call in
            if case .write(let records) = call, Items.numbers(records).contains(3) { throw Broken("three") }
        }
        let other = Output()
        let onError = OnError(retry: RetryPolicy(attempts: 2), then: .deadLetter)
        let bench = bench([
            writer(sink, onError: onError, clock: ImpatientClock()),
            writer(RecordingSink(output: other), name: "other", onError: onError)
        ])
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<5))
        try bench.mark(1)
        bench.input.finish()
        #expect(try await bench.rest() == ["failed: three", "[0, 1, 2, 4]", "marker 1"])
        try await running
        #expect(numbers(output.lines) == [0, 1, 2, 4])
        #expect(numbers(other.lines) == [0, 1, 2, 3, 4])
        #expect(figures.failureCount == 1)
        #expect(figures.outCount == 4)
    }

    @Test("records that the condition does not match go past without being written")
    func condition() async throws {
        let output = Output()
        let refusing = RecordingSink(output: output) { call in
            if case .write(let records) = call, Items.numbers(records).contains(4) { throw Broken() }
        }
        let bench = bench(
            [writer(refusing, onError: OnError(then: .drop))],
            when: NumberPredicate.where { $0 % 2 == 0 },
            then: .drop)
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<6))
        bench.input.finish()
        #expect(try await bench.rest() == ["[0, 1, 2, 3, 5]"])
        try await running
        #expect(numbers(output.lines) == [0, 2])
        #expect(figures.inCount == 6)
        #expect(figures.outCount == 5)
    }

    @Test("a batch is written as one, however it came, and an empty one not at all")
    func batches() async throws {
        let output = Output()
        let bench = bench([writer(RecordingSink(output: output))], isBatched: true)
        async let running: Void = bench.run()
        for number in 0..<3 { try await bench.input.put(Items.numbered(number..<number + 1)) }
        try bench.input.put(.batchEnd)
        try bench.input.put(.batchEnd)
        try await bench.input.put(Items.numbered(3..<4))
        try bench.input.put(.batchEnd)
        bench.input.finish()
        #expect(try await bench.rest() == ["[0, 1, 2]", "batch end", "batch end", "[3]", "batch end"])
        try await running
        #expect(output.written.map { numbers($0) } == [[0, 1, 2], [3]])
    }

}
