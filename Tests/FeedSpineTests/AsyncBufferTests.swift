import FeedSpine
import TestSupport
import Testing

@Suite("A buffer of the library", .timeLimit(.minutes(10)))
struct AsyncBufferTests {
    @Test(
        "many writers under real concurrency: each one's order kept, nothing lost or doubled, never too full",
        arguments: [1, 2, 7, 100])
    func manyWriters(capacity: Int) async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: capacity)
        let (writers, each) = (8, 500)
        async let writing: Void = withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for number in 0..<each { try await buffer.put(writer * each + number) }
                }
            }
            try await group.waitForAll()
            buffer.finish()
        }
        var read: [Int] = []
        var most = 0
        for await number in buffer {
            most = max(most, 1 + buffer.count)
            read.append(number)
            if read.count % 3 == 0 { await Task.yield() }
        }
        try await writing
        #expect(read.count == writers * each)
        for writer in 0..<writers {
            #expect(read.filter { $0 / each == writer } == Array(writer * each..<(writer + 1) * each))
        }
        #expect(most <= capacity)
    }

    @Test("elements that weigh too much together wait; one alone passes, whatever it weighs")
    func weight() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 100, weight: 10) { $0 }
        let weights = [4, 6, 1, .max, -5, 10, 11, 3, 3, 3, 3]
        async let writing: Void = {
            for weight in weights { try await buffer.put(weight) }
            buffer.finish()
        }()
        var read: [Int] = []
        for await weight in buffer { read.append(weight) }
        try await writing
        #expect(read == weights)
    }

    @Test("a failure comes behind the last element, and the end behind it")
    func failure() async throws {
        let buffer = AsyncBuffer<Int, LineError>(capacity: 3)
        try await buffer.put(1)
        try await buffer.put(2)
        buffer.finish(throwing: .cutShort)
        await #expect(throws: AsyncBufferError.finished) { try await buffer.put(3) }
        var iterator = buffer.makeAsyncIterator()
        #expect(try await iterator.next() == 1)
        #expect(try await iterator.next() == 2)
        do {
            _ = try await iterator.next()
            Issue.record("no failure")
        } catch {
            #expect(error == .cutShort)
        }
        #expect(try await iterator.next() == nil)
    }

    @Test("a writer that is cancelled while it waits leaves at once, and what it brought is not read")
    func cancelledWriter() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 1)
        try await buffer.put(1)
        let waiting = Task { try await buffer.put(2) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        buffer.finish()
        #expect(await all(of: buffer) == [1])
    }

    @Test("a cancelled task that need not wait goes on: what is there is not lost")
    func cancelledWithoutWaiting() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 4)
        let read = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await buffer.put(1)
            var iterator = buffer.makeAsyncIterator()
            return [await iterator.next(), await iterator.next()]
        }
        #expect(try await read.value == [1, nil])
    }

    @Test("a reader that is cancelled while it waits gets the end, and its writers hear of it")
    func cancelledReader() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 1)
        let reading = Task { await all(of: buffer) }
        reading.cancel()
        #expect(await reading.value == [])
        await #expect(throws: AsyncBufferError.abandoned) { try await buffer.put(1) }
    }

    @Test("when the loop is left, writers that wait are resumed")
    func leftLoop() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 1)
        let writers = (0..<3).map { number in Task { try await buffer.put(number) } }
        for await _ in buffer { break }
        var abandoned = 0
        for writer in writers {
            do { try await writer.value } catch AsyncBufferError.abandoned { abandoned += 1 }
        }
        #expect(abandoned >= 1)
        await #expect(throws: AsyncBufferError.abandoned) { try await buffer.put(9) }
        #expect(buffer.count == 0)
    }

    @Test("cancellations in between lose no wake-up", arguments: 0..<20)
    func cancellationStorm(seed: Int) async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 3)
        var generator = SeededGenerator(seed: seed)
        let doomed = Set((0..<200).filter { _ in Bool.random(using: &generator) })
        async let read = all(of: buffer)
        let written = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let task = Task { try await buffer.put(number) }
                    if doomed.contains(number) {
                        await Task.yield()
                        task.cancel()
                    }
                    return (try? await task.value) == nil ? nil : number
                }
            }
            var written: Set<Int> = []
            for await case let number? in group { written.insert(number) }
            return written
        }
        buffer.finish()
        let numbers = await read
        #expect(Set(numbers) == written)
        #expect(written.isSuperset(of: Set(0..<200).subtracting(doomed)))
        #expect(numbers.count == written.count)
    }

    @Test("what reads on an actor stays there")
    @MainActor
    func isolation() async throws {
        let buffer = AsyncBuffer<Int, Never>(capacity: 1)
        let writing = Task {
            for number in 1...3 { try await buffer.put(number) }
            buffer.finish()
        }
        var sum = 0
        for await number in buffer {
            MainActor.assertIsolated()
            sum += number
        }
        try await writing.value
        #expect(sum == 6)
    }
}
