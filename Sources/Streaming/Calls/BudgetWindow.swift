/// How much may be spent in a time.
package struct BudgetRule: Hashable, Sendable {
    package let limit: Double
    /// Seconds, at least 1.
    package let period: Int64

    package init(limit: Double, period: Int64) {
        precondition(period > 0, "a budget is for a time")
        self.limit = limit
        self.period = period
    }
}

/// What becomes of the wish to spend.
package enum Booking: Hashable, Sendable {
    /// It is spent, and stands in this slot.
    case booked(slot: Int64)
    /// There is not enough left before this time.
    case spent(until: Int64)
}

/// What has been spent in the time that a budget looks back on. Pure.
///
/// It slides: in no time as long as the period is more spent than the limit, wherever that time begins. What is spent
/// within a sixtieth of the period is kept as one sum, which counts for a period from the last of it on, so the state
/// has a bounded number of sums, and none is forgotten too soon.
package struct BudgetWindow: Hashable, Sendable {
    /// What was spent from a time on, at the latest at another.
    package struct Slot: Hashable, Sendable {
        package let start: Int64
        package var last: Int64
        package var amount: Double

        package init(start: Int64, last: Int64, amount: Double) {
            self.start = start
            self.last = last
            self.amount = amount
        }
    }

    private static let slotsInPeriod: Int64 = 60

    /// In the order of their starts.
    package private(set) var slots: [Slot]

    package init(_ slots: [Slot] = []) { self.slots = slots.sorted { $0.start < $1.start } }

    /// Spends an amount now, if the rule allows; sums that do not count any more are forgotten.
    ///
    /// A clock that stands before times that it has told before makes sums count for longer, never shorter.
    package mutating func book(_ amount: Double, by rule: BudgetRule, now: Int64) -> Booking {
        slots.removeAll { BudgetWindow.end($0, rule) <= now }
        let sum = slots.reduce(0) { $0 + $1.amount }
        guard sum + amount <= rule.limit else { return .spent(until: time(for: amount, sum, rule, now)) }
        let length = max(1, rule.period / BudgetWindow.slotsInPeriod)
        let start = now - now % length
        if let place = slots.firstIndex(where: { $0.start == start }) {
            slots[place].amount += amount
            slots[place].last = max(slots[place].last, now)
        } else {
            slots = BudgetWindow(slots + [Slot(start: start, last: now, amount: amount)]).slots
        }
        return .booked(slot: start)
    }

    /// When enough will have been forgotten.
    private func time(for amount: Double, _ sum: Double, _ rule: BudgetRule, _ now: Int64) -> Int64 {
        var left = sum
        for (end, spent) in slots.map({ (BudgetWindow.end($0, rule), $0.amount) }).sorted(by: <) {
            left -= spent
            if left + amount <= rule.limit { return end }
        }
        // More than the whole budget: never, but it is to be asked again where the rule has changed.
        return now + rule.period
    }

    private static func end(_ slot: Slot, _ rule: BudgetRule) -> Int64 {
        let (end, isOver) = slot.last.addingReportingOverflow(rule.period)
        return isOver ? .max : end
    }

    /// A call that was booked has cost so much more, or less; nothing where its slot counts no more.
    package mutating func settle(slot start: Int64, difference: Double) {
        guard let place = slots.firstIndex(where: { $0.start == start }) else { return }
        slots[place].amount = max(0, slots[place].amount + difference)
    }
}
