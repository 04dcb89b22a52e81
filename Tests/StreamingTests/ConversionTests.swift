import Records
import Synchronization
import Testing

@testable import Streaming

@Suite("Stages with closures for work", .timeLimit(.minutes(10)))
struct ConversionTests {
    private struct Trouble: Error {}

    private let figures = StageFigures(name: "map", kind: "map")

    private func bench(
        concurrency: Int = 1, isBatched: Bool = false, restored: [Record] = [],
        disposal: OnError.Disposal = .fail, _ body: @escaping @Sendable ([Int]) async throws -> Int
    ) -> StageBench {
        StageBench(
            AsyncConversionStage(
                // The first so many records of the unit.
                convert: { Conversion(records: Array($0.prefix(try await body(Items.numbers($0))))) },
                concurrency: concurrency,
                isBatched: isBatched,
                keepsBatches: isBatched,
                restored: RestoredHold(records: restored, nextNumber: UInt64(restored.count)),
                identity: "map", rule: .of(disposal, stage: "map", figures: figures)))
    }

    @Test("what answers at once drops records, replaces them and follows on_error")
    func step() throws {
        let step = ConversionStep(
            convert: { record in
                let number = Items.numbers([record])[0]
                if number == 4 { throw Trouble() }
                return number % 2 == 0 ? record : nil
            }, rule: .of(.deadLetter, stage: "map", figures: figures))
        var records = try Items.numbered(0..<8)
        let failures = try step.process(&records)
        #expect(Items.numbers(records) == [0, 2, 6])
        #expect(Items.numbers(failures.map(\.record)) == [4])
        #expect(figures.failureCount == 1)
    }

    /// What comes out up to a sign, records one by one.
    private func out(_ bench: StageBench, upTo sign: String) async throws -> [String] {
        var all: [String] = []
        while all.last.map({ !$0.hasPrefix(sign) }) ?? true {
            let next = try await bench.next()
            all +=
                next.first == "["
                ? next.dropFirst().dropLast().split(separator: ", ").map(String.init) : [next]
        }
        return all
    }

    @Test("what waits keeps the order, whoever is first", arguments: [1, 2, 5, 100])
    func order(concurrency: Int) async throws {
        let bench = bench(concurrency: concurrency) { unit in
            for _ in 0..<(10 - unit[0]) { await Task.yield() }
            return unit[0] % 3 == 0 ? 0 : 1
        }
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<10))
        try bench.input.put(.drain)
        #expect(try await out(bench, upTo: "drain") == ["1", "2", "4", "5", "7", "8", "drain"])
        bench.input.finish()
        try await running
        #expect(figures.inCount == 10 && figures.outCount == 6 && figures.heldCount == 0)
    }

    @Test("as many are worked on as may be, and no more")
    func concurrency() async throws {
        let gate = Gate()
        let count = Mutex((now: 0, most: 0))
        let bench = bench(concurrency: 3) { _ in
            count.withLock { count in
                count.now += 1
                count.most = max(count.most, count.now)
            }
            await gate.pass()
            count.withLock { $0.now -= 1 }
            return 1
        }
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<7))
        await gate.arrivals(3)
        gate.open()
        try bench.input.put(.drain)
        #expect(try await out(bench, upTo: "drain").count == 8)
        bench.input.finish()
        try await running
        #expect(count.withLock { $0.most } == 3)
    }

    @Test("a checkpoint has what is not done yet, and does not wait for it", arguments: [1, 3])
    func checkpoint(concurrency: Int) async throws {
        let gate = Gate()
        let bench = bench(concurrency: concurrency) { unit in
            if unit[0] > 0 { await gate.pass() }
            return 1
        }
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<4))
        #expect(try await out(bench, upTo: "0") == ["0"])
        try bench.mark(1)
        // While others are under way.
        #expect(try await bench.next() == "marker 1, map holds [1, 2, 3] from 1")
        gate.open()
        #expect(try await out(bench, upTo: "3") == ["1", "2", "3"])
        bench.input.finish()
        try await running
    }

    @Test("when a run is stopped, what is under way is given up and stays for the next")
    func handedOver() async throws {
        let bench = bench(concurrency: 2) { unit in
            while !Task.isCancelled { await Task.yield() }
            return 1
        }
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<3))
        try bench.mark(1, kind: .handOver)
        bench.input.finish()
        #expect(try await bench.rest() == ["marker 1, map holds [0, 1, 2] from 0"])
        try await running
        #expect(figures.heldCount == 3)
    }

    @Test("what was held when a run ended comes first; when a run is stopped, the rest stays")
    func restored() async throws {
        let bench = bench(restored: try Items.numbered(0..<2)) { _ in 1 }
        async let running: Void = bench.run()
        #expect(try await out(bench, upTo: "1") == ["0", "1"])
        bench.input.finish()
        try await running
        let stopped = self.bench(restored: try Items.numbered(0..<2)) { _ in 1 }
        stopped.input.finish()
        try await stopped.run()
        #expect(try await stopped.rest() == [])
    }

    @Test("a batch is worked on as one, and stays one", arguments: [1, 3])
    func batches(concurrency: Int) async throws {
        let bench = bench(concurrency: concurrency, isBatched: true) { unit in unit.count - 1 }
        async let running: Void = bench.run()
        for range in [0..<3, 3..<4, 4..<6] {
            for number in range { try await bench.input.put(Items.numbered(number..<number + 1)) }
            try bench.input.put(.batchEnd)
        }
        try bench.input.put(.drain)
        #expect(
            try await out(bench, upTo: "drain") == ["0", "1", "batch end", "4", "batch end", "drain"])
        bench.input.finish()
        try await running
    }

    @Test("what fails follows on_error, the others go on", arguments: [1, 4])
    func failures(concurrency: Int) async throws {
        let bench = bench(concurrency: concurrency, disposal: .deadLetter) { unit in
            if unit[0] == 1 { throw Trouble() }
            return 1
        }
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<3))
        try bench.input.put(.drain)
        #expect(try await out(bench, upTo: "drain") == ["0", "failed: Trouble()", "2", "drain"])
        bench.input.finish()
        try await running
        #expect(figures.failureCount == 1)
    }
}

@Suite("The end of a chain that a program iterates over", .timeLimit(.minutes(10)))
struct ConsumerTests {
    private let handover = Handover()

    private func bench(
        isBatched: Bool = false, restored: [Record] = [], flow: Flow? = nil
    ) -> StageBench {
        let stage = ConsumerStage(
            handover: handover, isBatched: isBatched,
            restored: RestoredHold(records: restored, nextNumber: UInt64(restored.count)),
            identity: "end", rule: .of(.fail))
        let bench = StageBench(stage, flow: flow)
        stage.prepare(bench.input)
        return bench
    }

    private func next() async -> [Int]? { await handover.next().map(Items.numbers) }

    @Test("what was not asked past is in the checkpoint")
    func acknowledgement() async throws {
        let bench = bench()
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<3))
        #expect(await next() == [0])
        try bench.mark(1)
        #expect(try await bench.next() == "marker 1, end holds [0, 1, 2] from 0")
        #expect(await next() == [1])
        #expect(await next() == [2])
        try bench.mark(2)
        #expect(try await bench.next() == "marker 2, end holds [] from 2")
        async let last = next()
        await Task.yield()
        handover.end()
        #expect(await last == nil)
        try bench.mark(3, kind: .end)
        #expect(try await bench.next() == "marker 3, end holds [] from 3")
        bench.input.finish()
        try await running
    }

    @Test("what is given and not asked past takes room, so that the feeds wait")
    func room() async throws {
        let flow = Flow(budget: 1 << 20)
        let bench = bench(flow: flow)
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<3))
        #expect(await next() == [0])
        try bench.mark(1)
        _ = try await bench.next()
        #expect(flow.load.records == 3)
        _ = await next()
        #expect(flow.load.records == 2)
        bench.input.finish()
        try await running
    }

    @Test("a batch is given when it is whole, and what is left of one over a restart at once")
    func batches() async throws {
        let bench = bench(isBatched: true, restored: try Items.numbered(0..<2))
        async let running: Void = bench.run()
        #expect(await next() == [0, 1])
        async let batch = next()
        for number in 2..<5 { try await bench.input.put(Items.numbered(number..<number + 1)) }
        try bench.input.put(.batchEnd)
        #expect(await batch == [2, 3, 4])
        bench.input.finish()
        try await running
    }

    @Test("who is cancelled while it waits gets nothing, and nothing is lost")
    func cancellation() async throws {
        let bench = bench()
        async let running: Void = bench.run()
        let waiting = Task { await next() }
        waiting.cancel()
        #expect(await waiting.value == nil)
        try await bench.input.put(Items.numbered(0..<1))
        #expect(await next() == [0])
        bench.input.finish()
        try await running
    }
}
