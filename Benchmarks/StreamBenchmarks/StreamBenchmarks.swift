import AsyncAlgorithms
import FeedSpine
import Foundation

/// Elements a second through the library's streams, beside those of the standard library and swift-async-algorithms.
@main
struct StreamBenchmarks {
    static func main() async throws {
        let all = 1_000_000
        let some = 200_000
        try await measure("AsyncBuffer, one task", all) {
            let buffer = AsyncBuffer<Int, Never>(capacity: 1000)
            var iterator = buffer.makeAsyncIterator()
            for number in 0..<all {
                try await buffer.put(number)
                _ = await iterator.next()
            }
        }
        try await measure("AsyncStream, one task (no bound)", all) {
            let (stream, continuation) = AsyncStream<Int>.makeStream()
            var iterator = stream.makeAsyncIterator()
            for number in 0..<all {
                continuation.yield(number)
                _ = await iterator.next()
            }
        }
        try await measure("AsyncBuffer, two tasks", all) {
            let buffer = AsyncBuffer<Int, Never>(capacity: 1000)
            async let writing: Void = {
                for number in 0..<all { try await buffer.put(number) }
                buffer.finish()
            }()
            for await _ in buffer {}
            try await writing
        }
        try await measure("AsyncChannel, two tasks (no buffer)", some) {
            let channel = AsyncChannel<Int>()
            async let writing: Void = {
                for number in 0..<some { await channel.send(number) }
                channel.finish()
            }()
            for await _ in channel {}
            await writing
        }
        try await measure("batch(size:)", all) {
            for await _ in Numbers(end: all).batch(size: 100) {}
        }
        try await measure("batch(size:every:)", all) {
            for await _ in Numbers(end: all).batch(size: 100, every: .seconds(1)) {}
        }
        try await measure("chunks(ofCount:or:)", some) {
            for await _ in Numbers(end: some).chunks(ofCount: 100, or: .repeating(every: .seconds(1))) {}
        }
        try await measure("merge of three", all) {
            for await _ in FeedSpine.merge([Numbers](repeating: Numbers(end: all / 3), count: 3)) {}
        }
        try await measure("merge of three, swift-async-algorithms", some) {
            let numbers = Numbers(end: some / 3)
            for await _ in AsyncAlgorithms.merge(numbers, numbers, numbers) {}
        }
    }

    /// The best of five, off the main thread.
    private static func measure(
        _ name: String, _ count: Int, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        var best = Duration.seconds(3600)
        for _ in 0..<5 {
            let time = try await Task.detached {
                try await ContinuousClock().measure { try await body() }
            }.value
            best = min(best, time)
        }
        let rate = (Double(count) / (best / .seconds(1)) / 1_000_000).formatted(
            .number.precision(.fractionLength(2)))
        print("\(name): \(rate) M elements/s")
    }
}

/// Numbers that cost next to nothing.
private struct Numbers: AsyncSequence, Sendable {
    let end: Int

    func makeAsyncIterator() -> Iterator { Iterator(end: end) }

    struct Iterator: AsyncIteratorProtocol {
        let end: Int
        var last = 0

        mutating func next() async -> Int? { await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async -> Int? {
            last += 1
            return last <= end ? last : nil
        }
    }
}
