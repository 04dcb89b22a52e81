import FeedSpine
import Foundation
import Synchronization
import Testing

@Suite("A pipeline of a program", .timeLimit(.minutes(10)))
struct PipelineTests {
    private struct Trouble: Error, Equatable {}

    private func chain(_ count: Int = 10, buffer: Int = 1000) -> Pipeline<Record> {
        FeedSpine(feeds: [Numbers(0..<count)], buffer: buffer).pipeline()
    }

    @Test("gives what its stages make of the records, in order", arguments: [1, 3, 1000])
    func stages(buffer: Int) async throws {
        let texts = try await chain(100, buffer: buffer)
            .filter { $0.number % 2 == 0 }
            .map { $0.number / 2 }
            .filter { number async in number > 40 }
            .map(concurrency: 3) { number async in "n\(number)" }
            .collect()
        #expect(texts == (41..<50).map { "n\($0)" })
    }

    @Test("has no stages at first, and counts")
    func count() async throws {
        #expect(try await chain(2500).count() == 2500)
        #expect(try await chain(0).count() == 0)
        #expect(try await chain(25).batch(10).count() == 3)
        try await chain(10).drain()
    }

    @Test("makes batches, and one value of each", arguments: [1, 4, 1000])
    func batches(buffer: Int) async throws {
        let sizes = Mutex<[Int]>([])
        let sums = try await chain(10, buffer: buffer)
            .batch(4)
            .tap { batch in sizes.withLock { $0.append(batch.count) } }
            .filter { $0.first?.number != 4 }
            .map { $0.map(\.number).reduce(0, +) }
            .collect()
        #expect(sizes.withLock { $0 } == [4, 4, 2])
        #expect(sums == [6, 17])
        let batches = try await chain(10, buffer: buffer).map { $0.number }.batch(4).collect()
        #expect(batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]])
    }

    @Test("makes records of records")
    func records() async throws {
        let records = try await chain(3).map { try Record(json: "{\"twice\":\($0.number * 2)}") }
            .map { record async throws in try Record(encoding: ["text": record["twice"].int ?? 0]) }
            .collect()
        #expect(records.map { $0["text"].int } == [0, 2, 4])
        #expect(records.map(\.source) == ["numbers", "numbers", "numbers"])
    }

    @Test("does several things at the same time where it may, and keeps the order")
    func concurrency() async throws {
        let meeting = Meeting(of: 3)
        let numbers = try await chain(9)
            .map(concurrency: 3) { record async throws in
                // Each waits until two others are here.
                await meeting.wait()
                return record.number
            }
            .collect()
        #expect(numbers == Array(0..<9))
    }

    @Test("ends with the stage that failed, and with what it threw")
    func failures() async throws {
        let failing: [(String, Pipeline<Record>)] = [
            ("filter", chain().filter { if $0.number == 5 { throw Trouble() } else { true } }),
            (
                "filter",
                chain().filter { record async throws in
                    if record.number == 5 { throw Trouble() } else { true }
                }
            ),
            ("tap", chain().tap { if $0.number == 5 { throw Trouble() } }),
            ("map", chain().map { record in if record.number == 5 { throw Trouble() } else { record } }),
            (
                "sum",
                chain().map { $0 }.batch(3).map(name: "sum") { batch throws -> Record in throw Trouble() }
            )
        ]
        for (stage, pipeline) in failing {
            do {
                try await pipeline.drain()
                Issue.record("\(stage) did not fail")
            } catch {
                #expect(error.part == .stage(stage))
                #expect(error.underlying is Trouble)
                #expect("\(error)".contains("stage '\(stage)'") && "\(error)".contains("Trouble"))
            }
        }
    }

    @Test("gives stages of one kind different names")
    func names() async throws {
        let pipeline = chain().map { $0 }.map { record throws -> Record in throw Trouble() }
        await #expect { try await pipeline.drain() } throws: {
            ($0 as? PipelineError)?.part == .stage("map#2")
        }
    }

    @Test("knows what an earlier run has delivered")
    func dedup() async throws {
        let spine = FeedSpine(storage: .memory, feeds: [Numbers(0..<5)])
        let chain = spine.pipeline().dedup { $0.number < 3 ? $0.naturalKey : nil }
        #expect(try await chain.collect().map(\.number) == [0, 1, 2, 3, 4])
        #expect(try await chain.collect().map(\.number) == [3, 4], "what has no key passes")
    }

    @Test("forgets no key that an element which failed has not taken")
    func failedKey() async throws {
        let spine = FeedSpine(feeds: [Numbers(0..<5)])
        let isBroken = Mutex(true)
        let chain = spine.pipeline().dedup(by: \.naturalKey).tap { record in
            if record.number == 3, isBroken.withLock({ $0 }) { throw Trouble() }
        }
        await #expect(throws: PipelineError.self) { try await chain.drain() }
        isBroken.withLock { $0 = false }
        #expect(try await chain.collect().map(\.number).suffix(2) == [3, 4])
    }

    @Test("limits the rate")
    func rate() async throws {
        #expect(try await chain(20).rateLimit(100_000).count() == 20)
    }

    @Test("ends when the task is cancelled")
    func cancellation() async throws {
        let numbers = Numbers(0..<Int.max)
        let pipeline = FeedSpine(feeds: [numbers]).pipeline()
        let seen = Mutex(0)
        let task = Task {
            for try await _ in pipeline {
                if seen.withLock({
                    $0 += 1; return $0 == 100
                }) {
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
        }
        _ = await task.result
        #expect(seen.withLock { $0 } == 100)
        #expect(numbers.calls.last == "close")
    }
}

/// A place where tasks wait until there are enough of them.
private actor Meeting {
    private let size: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(of size: Int) { self.size = size }

    func wait() async {
        if waiting.count == size - 1 {
            for continuation in waiting { continuation.resume() }
            waiting = []
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }
}
