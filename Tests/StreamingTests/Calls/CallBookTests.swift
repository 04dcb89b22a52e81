import Synchronization
import Testing

@testable import Streaming

@Suite("What is noted of calls", .timeLimit(.minutes(10))) struct CallBookTests {
    private struct Trouble: Error {}

    /// Counts the notes of each transaction.
    private final class CountingCalls: CallStore {
        let memory = MemoryCalls()
        let groups = Mutex<[Int]>([])
        let fails: Bool

        init(fails: Bool = false) { self.fails = fails }

        func answer(to key: CallKey, now: Int64) -> StoredAnswer? { memory.answer(to: key, now: now) }

        func write(_ notes: [CallNote], now: Int64) throws -> [Booking?] {
            groups.withLock { $0.append(notes.count) }
            if fails { throw Trouble() }
            return memory.write(notes, now: now)
        }

        func forgetAnswers(now: Int64, limit: Int) -> Int { 0 }
    }

    private func book(_ store: any CallStore) -> CallBook {
        CallBook(
            store: store, hashKey: SipHashKey(0, 0), executor: BlockingExecutor(label: "test"), now: { 5 })
    }

    private let budget = CallKey(high: 1, low: 1)

    @Test("each has the answer to its own notes, whoever has written them", arguments: [1, 10, 200])
    func groups(count: Int) async throws {
        let store = CountingCalls()
        let book = book(store)
        let limit = BudgetRule(limit: Double(count / 2), period: 100)
        let booked = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                group.addTask {
                    let key = CallKey(high: 9, low: UInt64(number))
                    let notes: [CallNote] = [
                        .answer(key, StoredAnswer(json: "\(number)", time: 5, until: 50)),
                        .booking(budget: budget, limit, amount: 1)
                    ]
                    let bookings = try await book.write(notes)
                    #expect(bookings.count == 2 && bookings[0] == nil)
                    #expect(try await book.answer(to: key)?.json == "\(number)")
                    return bookings[1] == .booked(slot: 5)
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(booked == count / 2)
        #expect(store.groups.withLock { $0.reduce(0, +) } == 2 * count)
    }

    @Test("a store that fails fails all that wait for it, and nobody after them waits for ever")
    func failure() async throws {
        let book = book(CountingCalls(fails: true))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await #expect(throws: StoreFailure.self) {
                        try await book.write([.settlement(budget: budget, slot: 0, difference: 1)])
                    }
                }
            }
        }
    }

    @Test("of answers in memory the last stay, up to a size")
    func memory() {
        let calls = MemoryCalls()
        let text = String(repeating: "x", count: 10_000_000)
        for number in 0..<5 as Range<UInt64> {
            let answer = StoredAnswer(json: text, time: 0, until: 10)
            _ = calls.write([.answer(CallKey(high: 0, low: number), answer)], now: 0)
        }
        let known = (0..<5 as Range<UInt64>).map {
            calls.answer(to: CallKey(high: 0, low: $0), now: 1) != nil
        }
        #expect(known == [false, false, true, true, true])
    }
}
