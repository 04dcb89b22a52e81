import DequeModule

/// Units that are being worked on, the next to leave first, and what was made of those that cannot leave yet. Pure.
struct ConversionWindow<Made> {
    /// The number of the first.
    private var first: UInt64 = 0
    private var made: Deque<Made?> = []

    /// Units that have begun and not left.
    var count: Int { made.count }

    /// Another unit begins, behind the others.
    ///
    /// - Returns: its number.
    mutating func begin() -> UInt64 {
        made.append(nil)
        return first + UInt64(made.count) - 1
    }

    /// A unit is done.
    mutating func finish(_ number: UInt64, _ result: Made) { made[Int(number - first)] = result }

    /// What was made of the first unit, which then has left; nil while it is not done.
    mutating func next() -> Made? {
        guard let result = made.first ?? nil else { return nil }
        made.removeFirst()
        first += 1
        return result
    }
}
