import FeedSpine
import TestSupport
import Testing

@Suite("Batches of any sequence", .timeLimit(.minutes(10)))
struct BatchTests {
    @Test("by size alone: full ones, and what is left", arguments: [1, 2, 5, 100])
    func size(size: Int) async {
        var batches: [[Int]] = []
        for await batch in numbered(1...7).batch(size: size) { batches.append(batch) }
        #expect(batches.flatMap(\.self) == Array(1...7))
        #expect(batches.dropLast().allSatisfy { $0.count == size })
        #expect(batches.allSatisfy { !$0.isEmpty && $0.count <= size })
    }

    @Test("of nothing there is no batch")
    func empty() async {
        let nothing = AsyncStream<Int> { $0.finish() }
        #expect(await all(of: nothing.batch(size: 3)).isEmpty)
        #expect(await all(of: nothing.batch(size: 3, every: .seconds(5))).isEmpty)
    }

    @Test("a failure comes behind what was read before it, the end behind the failure")
    func failure() async throws {
        var plain = failing(after: ["a", "b", "c"]).batch(size: 2).makeAsyncIterator()
        #expect(try await plain.next() == ["a", "b"])
        #expect(try await plain.next() == ["c"])
        await #expect(throws: LineError.cutShort) { _ = try await plain.next() }
        #expect(try await plain.next() == nil)

        let clock = EngineClock(ManualClock())
        var timed = failing(after: ["a", "b", "c"])
            .batch(size: 2, every: .seconds(5), clock: clock).makeAsyncIterator()
        #expect(try await timed.next() == ["a", "b"])
        #expect(try await timed.next() == ["c"])
        await #expect(throws: LineError.cutShort) { _ = try await timed.next() }
        #expect(try await timed.next() == nil)
    }

    @Test("a batch leaves full, or when its time has come, by the clock that is given")
    func time() async throws {
        let time = ManualClock()
        let numbers = AsyncBuffer<Int, Never>(capacity: 10)
        var batches = numbers.batch(size: 2, every: .seconds(5), clock: EngineClock(time)).makeAsyncIterator()
        try await numbers.put(1)
        try await numbers.put(2)
        #expect(await batches.next() == [1, 2])

        try await numbers.put(3)
        async let advanced: Void = {
            // The timer may still sleep for the batch before, as long.
            await time.sleeping(for: .seconds(5))
            time.advance(by: .seconds(5))
        }()
        #expect(await batches.next() == [3])
        await advanced

        try await numbers.put(4)
        numbers.finish()
        #expect(await batches.next() == [4])
        #expect(await batches.next() == nil)
    }

    @Test("while nobody asks, no more is read than a batch and one element")
    func bound() async throws {
        let numbers = AsyncBuffer<Int, Never>(capacity: 1)
        var batches = numbers.batch(size: 3, every: .seconds(5), clock: EngineClock(ManualClock()))
            .makeAsyncIterator()
        let written = Task {
            // One is in the hands of the pump, one in the buffer's: the rest has to wait for the reader.
            for number in 1...8 { try await numbers.put(number) }
            numbers.finish()
        }
        #expect(await batches.next() == [1, 2, 3])
        #expect(await batches.next() == [4, 5, 6])
        #expect(await batches.next() == [7, 8])
        #expect(await batches.next() == nil)
        try await written.value
    }

    @Test("when the iterator goes, what writes for it hears of it, and no task is left")
    func leaving() async throws {
        let numbers = AsyncBuffer<Int, Never>(capacity: 1)
        let writing = Task { while true { try await numbers.put(1) } }
        for await batch in numbers.batch(size: 2, every: .seconds(5)) {
            #expect(batch == [1, 1])
            break
        }
        await #expect(throws: AsyncBufferError.abandoned) { try await writing.value }
    }

    @Test("a reader that is cancelled while it waits gets the end, and the other side ends")
    func cancellation() async throws {
        let numbers = AsyncBuffer<Int, Never>(capacity: 1)
        let reading = Task { await all(of: numbers.batch(size: 2, every: .seconds(5))) }
        try await numbers.put(1)
        reading.cancel()
        #expect(await reading.value.isEmpty)
        await #expect(throws: AsyncBufferError.abandoned) { while true { try await numbers.put(1) } }
    }
}
