import FeedSpine
import Synchronization
import TestSupport
import Testing

@Suite("Merging", .timeLimit(.minutes(10)))
struct MergeTests {
    @Test("all elements of all inputs, each input's in order", arguments: [1, 3, 100])
    func everything(capacity: Int) async {
        let inputs = (0..<10).map { numbered($0 * 100...$0 * 100 + 99) }
        let read = await all(of: merge(inputs, capacity: capacity))
        #expect(read.count == 1000)
        for input in 0..<10 {
            #expect(read.filter { $0 / 100 == input } == Array(input * 100...input * 100 + 99))
        }
    }

    @Test("of no input there is nothing")
    func nothing() async {
        #expect(await all(of: merge([AsyncStream<Int>]())).isEmpty)
    }

    @Test("an input that never ends keeps no other out")
    func fairness() async {
        let endless = AsyncStream { 0 }
        var seen = 0
        for await number in merge(endless, numbered(1...1000), capacity: 4) where number > 0 {
            seen += 1
            #expect(number == seen)
            if seen == 1000 { break }
        }
        #expect(seen == 1000)
    }

    @Test("no more is read ahead than the capacity, and one of each input", arguments: [1, 4])
    func bound(capacity: Int) async {
        let produced = Counter()
        let inputs = (0..<3).map { _ in AsyncStream { produced.next() } }
        var read = 0
        var most = 0
        for await _ in merge(inputs, capacity: capacity) {
            // The one in the loop's hands counts still.
            most = max(most, produced.value - read)
            read += 1
            if read % 7 == 0 { await Task.yield() }
            if read == 500 { break }
        }
        #expect(most <= capacity + 3)
    }

    @Test("an input that fails doesn't end the others; what failed comes at the end, with its number")
    func failure() async throws {
        let told = Counter()
        let inputs = [failing(after: ["a"]), lines(["b", "c", "d"]), failing(after: [])]
        var read: [String] = []
        do {
            for try await line in merge(inputs, onFailure: { _ in _ = told.next() }) { read.append(line) }
            Issue.record("no failure")
        } catch {
            #expect(Set(error.failures.map(\.input)) == [0, 2])
            #expect(error.failures.allSatisfy { $0.cause as? LineError == .cutShort })
        }
        #expect(read.sorted() == ["a", "b", "c", "d"])
        #expect(told.value == 2)
    }

    @Test("asked to, the first failure ends the others, behind what was read before it")
    func failureAtOnce() async throws {
        let endless = AsyncBuffer<String, any Error>(capacity: 1)
        let writing = Task { while true { try await endless.put("more") } }
        var read: [String] = []
        do {
            for try await line in merge(endless, failing(after: ["a"]), failure: .atOnce) {
                read.append(line)
            }
            Issue.record("no failure")
        } catch {
            #expect(error.failures.map(\.input) == [1])
            #expect(error.description == "input 1: cutShort")
        }
        #expect(read.contains("a"))
        await #expect(throws: AsyncBufferError.abandoned) { try await writing.value }
    }

    @Test("when the loop is left, all inputs are")
    func leaving() async {
        let buffers = (0..<3).map { _ in AsyncBuffer<Int, Never>(capacity: 1) }
        let writing = buffers.map { buffer in Task { while true { try await buffer.put(1) } } }
        for await _ in merge(buffers) { break }
        for task in writing {
            await #expect(throws: AsyncBufferError.abandoned) { try await task.value }
        }
    }

    @Test("a reader that is cancelled while it waits gets the end, and the inputs are left")
    func cancellation() async {
        let silent = AsyncBuffer<Int, Never>(capacity: 1)
        let reading = Task { await all(of: merge([silent])) }
        reading.cancel()
        #expect(await reading.value.isEmpty)
        await #expect(throws: AsyncBufferError.abandoned) { while true { try await silent.put(1) } }
    }
}

private final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
