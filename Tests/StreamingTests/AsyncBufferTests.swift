import Records
import Synchronization
import TestSupport
import Testing

@testable import Streaming

@Suite("A buffer between tasks", .timeLimit(.minutes(10)))
struct AsyncBufferTests {
    @Test(
        "many writers under real concurrency: each one's order kept, nothing lost or doubled, never too full",
        arguments: [1, 2, 7, 100, 1000])
    func manyWriters(capacity: Int) async throws {
        let buffer = AsyncBuffer(capacity: Load(records: capacity, bytes: .max / 4))
        let writers = 8
        let each = 1000
        let accepted = Counter()
        async let writing: Void = withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    var generator = SeededGenerator(seed: writer)
                    var next = 0
                    while next < each {
                        let count = min(each - next, Int.random(in: 1...25, using: &generator))
                        let first = writer * each + next
                        try await buffer.put(Items.numbered(first..<first + count)) { accepted.add($0) }
                        if count % 5 == 0 { try buffer.put(.tick) }
                        next += count
                    }
                }
            }
            try await group.waitForAll()
            buffer.finish()
        }
        var read: [Int] = []
        var most = 0
        while let element = try await buffer.take() {
            guard case .records(let run) = element else { continue }
            most = max(most, run.count + buffer.fill)
            read += Items.numbers(run)
            if read.count % 3 == 0 { await Task.yield() }
        }
        try await writing
        #expect(accepted.value == writers * each)
        #expect(read.count == writers * each)
        for writer in 0..<writers {
            #expect(read.filter { $0 / each == writer } == Array(writer * each..<(writer + 1) * each))
        }
        #expect(most <= capacity)
        #expect(buffer.fill == 0)
    }

    @Test("a run that is larger than the buffer passes in pieces")
    func largeRun() async throws {
        let buffer = AsyncBuffer(capacity: Load(records: 10, bytes: .max / 4))
        async let writing: Void = {
            try await buffer.put(Items.numbered(0..<1000))
            buffer.finish()
        }()
        var read: [Int] = []
        while case .records(let run) = try await buffer.take() {
            #expect(run.count <= 5)
            read += Items.numbers(run)
        }
        try await writing
        #expect(read == Array(0..<1000))
    }

    @Test("a writer that is cancelled while it waits leaves at once, and what it brought is not read")
    func cancelledWriter() async throws {
        let buffer = AsyncBuffer(capacity: Load(records: 2, bytes: .max / 4))
        try await buffer.put(Items.numbered(0..<2))
        let waiting = Task { try await buffer.put(Items.numbered(2..<3)) }
        let patient = Task { try await buffer.put(Items.numbered(3..<4)) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        var read: [Int] = []
        while read.count < 3, case .records(let run) = try await buffer.take() { read += Items.numbers(run) }
        try await patient.value
        #expect(read == [0, 1, 3])
    }

    @Test("a reader that is cancelled while it waits leaves at once")
    func cancelledReader() async throws {
        let buffer = AsyncBuffer(capacity: Load(records: 2, bytes: .max / 4))
        let reading = Task { try await buffer.take() }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        try await buffer.put(Items.numbered(0..<1))
        #expect(buffer.fill == 1)
    }

    @Test("a cancelled task that need not wait goes on: what is there is not lost")
    func cancelledWithoutWaiting() async throws {
        let buffer = AsyncBuffer(capacity: Load(records: 4, bytes: .max / 4))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await buffer.put(Items.numbered(0..<1))
            return try await buffer.take() != nil
        }
        #expect(try await task.value)
    }

    @Test("a failure reaches the reader and every writer that waits")
    func failure() async throws {
        let buffer = AsyncBuffer(capacity: Load(records: 1, bytes: .max / 4))
        try await buffer.put(Items.numbered(0..<1))
        let writers = (0..<3).map { _ in Task { try await buffer.put(Items.numbered(1..<2)) } }
        buffer.fail(Broken("cause"))
        for writer in writers { await #expect(throws: Broken("cause")) { try await writer.value } }
        await #expect(throws: Broken("cause")) { _ = try await buffer.take() }
        await #expect(throws: Broken("cause")) { try await buffer.put(Items.numbered(0..<1)) }
    }

    @Test("cancellations in between lose no wake-up", arguments: 0..<20)
    func cancellationStorm(seed: Int) async throws {
        let buffer = AsyncBuffer(capacity: Load(records: 3, bytes: .max / 4))
        var generator = SeededGenerator(seed: seed)
        let doomed = Set((0..<200).filter { _ in Bool.random(using: &generator) })
        let read = try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let task = Task { try await buffer.put(Items.numbered(number..<number + 1)) }
                    if doomed.contains(number) {
                        await Task.yield()
                        task.cancel()
                    }
                    return (try? await task.value) == nil ? nil : number
                }
            }
            async let read = { () -> [Int] in
                var read: [Int] = []
                while case .records(let run) = try await buffer.take() { read += Items.numbers(run) }
                return read
            }()
            var written: Set<Int> = []
            for try await number in group { if let number { written.insert(number) } }
            buffer.finish()
            #expect(Set(try await read) == written)
            return try await read
        }
        #expect(Set(read).isSuperset(of: Set(0..<200).subtracting(doomed)))
        #expect(Set(read).count == read.count)
    }
}

private final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }
    func add(_ number: Int) { count.add(number, ordering: .relaxed) }
}
