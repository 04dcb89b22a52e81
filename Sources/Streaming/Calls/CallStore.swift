/// Where it is kept what calls have cost and what they were answered, apart from checkpoints: a call is paid for when it
/// is made, whatever becomes of the records after the last one.
///
/// Calls block, and are safe from several threads. Times are seconds of the history's clock.
package protocol CallStore: Sendable {
    /// What a call was answered; nil where it is not known, or its time is over.
    func answer(to key: CallKey, now: Int64) throws -> StoredAnswer?

    /// Stores notes in their order, in one transaction that is durable when it returns.
    ///
    /// - Returns: what has become of each that is a booking; nil for the others.
    func write(_ notes: [CallNote], now: Int64) throws -> [Booking?]

    /// Forgets answers whose time is over.
    ///
    /// - Parameter limit: at most so many.
    /// - Returns: how many there were.
    func forgetAnswers(now: Int64, limit: Int) throws -> Int
}

/// What a call, or a budget, is known by: a hash with the secret of the store.
package struct CallKey: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// What is kept of an answer.
package struct StoredAnswer: Hashable, Sendable {
    /// A JSON text.
    package var json: String
    /// When it came.
    package let time: Int64
    /// When it may be forgotten.
    package let until: Int64

    package init(json: String, time: Int64, until: Int64) {
        self.json = json
        self.time = time
        self.until = until
    }
}

/// What is to be known of a call, whatever happens next.
package enum CallNote: Hashable, Sendable {
    /// A call is about to be made, if its budget allows.
    case booking(budget: CallKey, BudgetRule, amount: Double)
    /// A call has cost more or less than was booked for it in a slot.
    case settlement(budget: CallKey, slot: Int64, difference: Double)
    /// A call was answered.
    case answer(CallKey, StoredAnswer)
}
