import Streaming
import Testing

/// What every store promises of calls.
@Suite("What every store keeps of calls", .timeLimit(.minutes(10)))
struct CallStoreTests {
    private let rule = BudgetRule(limit: 2.5, period: 100)

    private func key(_ number: UInt64) -> CallKey { CallKey(high: number, low: .max - number) }

    private func answer(_ json: String, until: Int64) -> CallNote {
        .answer(key(1), StoredAnswer(json: json, time: 3, until: until))
    }

    @Test("an answer is there until its time is over", arguments: StoreBench.Kind.allCases)
    func answers(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        #expect(try bench.store.calls.answer(to: key(1), now: 0) == nil)
        #expect(try bench.store.calls.write([answer(#"{"a":"é\u0000"}"#, until: 10)], now: 3) == [nil])
        try bench.die()
        let stored = StoredAnswer(json: #"{"a":"é\u0000"}"#, time: 3, until: 10)
        #expect(try bench.store.calls.answer(to: key(1), now: 9) == stored)
        #expect(try bench.store.calls.answer(to: key(1), now: 10) == nil)
        #expect(try bench.store.calls.answer(to: key(2), now: 9) == nil)
        _ = try bench.store.calls.write([answer("2", until: 20)], now: 12)
        #expect(try bench.store.calls.answer(to: key(1), now: 12)?.json == "2")
    }

    @Test("what is over is forgotten in parts", arguments: StoreBench.Kind.allCases)
    func forgets(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        let notes = (0..<25 as Range<UInt64>).map { number in
            CallNote.answer(key(number), StoredAnswer(json: "0", time: 0, until: Int64(number)))
        }
        _ = try bench.store.calls.write(notes, now: 0)
        #expect(try bench.store.calls.forgetAnswers(now: -1, limit: 10) == 0)
        #expect(try bench.store.calls.forgetAnswers(now: 19, limit: 10) == 10)
        #expect(try bench.store.calls.forgetAnswers(now: 19, limit: 20) == 10)
        #expect(try bench.store.calls.forgetAnswers(now: 19, limit: 20) == 0)
        #expect(try bench.store.calls.answer(to: key(20), now: 19) != nil)
    }

    @Test("what is booked is spent, whoever dies", arguments: StoreBench.Kind.allCases)
    func bookings(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        func book(_ amount: Double, _ budget: UInt64 = 1, now: Int64) throws -> Booking? {
            try bench.store.calls.write([.booking(budget: key(budget), rule, amount: amount)], now: now)[0]
        }
        #expect(try book(1.5, now: 10) == .booked(slot: 10))
        #expect(try book(1, now: 50) == .booked(slot: 50))
        try bench.die()
        #expect(try book(0.5, now: 60) == .spent(until: 110))
        #expect(try book(0.5, 2, now: 60) == .booked(slot: 60))
        let settlement = CallNote.settlement(budget: key(1), slot: 10, difference: -1)
        let again = CallNote.booking(budget: key(1), rule, amount: 1)
        #expect(
            try bench.store.calls.write([again, settlement, again, again], now: 61) == [
                .spent(until: 110), nil, .booked(slot: 61), .spent(until: 150)
            ])
        try bench.reopen()
        #expect(try book(2, now: 109) == .spent(until: 161))
        #expect(try book(1.5, now: 150) == .booked(slot: 150))
    }
}
