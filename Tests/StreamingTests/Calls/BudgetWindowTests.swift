import TestSupport
import Testing

@testable import Streaming

@Suite("What a budget allows") struct BudgetWindowTests {
    private let rule = BudgetRule(limit: 3, period: 60)

    @Test("so much in a time, and again when that has gone by")
    func slides() {
        var window = BudgetWindow()
        #expect(window.book(1, by: rule, now: 100) == .booked(slot: 100))
        #expect(window.book(1, by: rule, now: 130) == .booked(slot: 130))
        #expect(window.book(1, by: rule, now: 159) == .booked(slot: 159))
        #expect(window.book(1, by: rule, now: 159) == .spent(until: 160))
        #expect(window.book(2, by: rule, now: 160) == .spent(until: 190))
        #expect(window.book(1, by: rule, now: 160) == .booked(slot: 160))
        #expect(window.book(4, by: rule, now: 10_000) == .spent(until: 10_060), "never, but asked again")
    }

    @Test("what a call has cost less is there again, what it has cost more is not")
    func settles() {
        var window = BudgetWindow()
        #expect(window.book(3, by: rule, now: 0) == .booked(slot: 0))
        window.settle(slot: 0, difference: -2)
        #expect(window.book(2, by: rule, now: 1) == .booked(slot: 1))
        window.settle(slot: 1, difference: 5)
        #expect(window.book(1, by: rule, now: 60) == .spent(until: 61))
        // Long forgotten.
        window.settle(slot: 77, difference: 5)
        #expect(window.book(3, by: rule, now: 61) == .booked(slot: 61))
    }

    @Test("a clock that is set back gives nothing twice")
    func setBack() {
        var window = BudgetWindow()
        #expect(window.book(3, by: rule, now: 1000) == .booked(slot: 1000))
        #expect(window.book(1, by: rule, now: 500) == .spent(until: 1060))
        #expect(window.book(3, by: rule, now: .max) == .booked(slot: .max))
    }

    @Test("in no time as long as the period is more spent, and few sums are kept", arguments: 0..<20)
    func never(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rule = BudgetRule(
            limit: Double(Int.random(in: 1...50, using: &random)),
            period: Int64.random(in: 1...10_000, using: &random))
        var window = BudgetWindow()
        var spent: [(time: Int64, amount: Double)] = []
        var now: Int64 = 0
        for _ in 0..<3000 {
            now += Int64.random(in: 0...max(1, rule.period / 20), using: &random)
            let amount = Double(Int.random(in: 1...3, using: &random))
            guard case .booked = window.book(amount, by: rule, now: now) else { continue }
            spent.append((now, amount))
            let inPeriod = spent.reversed().prefix { $0.time > now - rule.period }
            #expect(inPeriod.reduce(0) { $0 + $1.amount } <= rule.limit)
            // Those of two periods may be there before the first of them is looked at again.
            #expect(window.slots.count <= 122)
        }
        #expect(spent.count > 50)
    }
}
