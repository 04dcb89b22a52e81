/// A bucket that fills with `rate` tokens, and holds at most those of a burst (at least one): what is paced leaves evenly
/// rather than at once. Pure, the time comes from outside.
///
/// Counts in whole attoseconds: nothing is lost to rounding, and a sleep of the right length yields its token.
package struct TokenBucket: Sendable, Equatable {
    /// From one token to the next.
    private let interval: Int128
    private let capacity: Int128
    /// The time from which tokens have gathered; in the future when some are reserved.
    private var start: Int128

    /// - Parameters:
    ///   - rate: of at least one token.
    ///   - burst: of what time the tokens are kept; where the rate is high, they are taken in small runs.
    ///   - lastTaken: when the last token was taken, before the beginning; nil fills it with one.
    package init(rate: Rate, burst: Duration = .milliseconds(10), lastTaken: Duration? = nil) {
        interval = max(1, rate.period.attoseconds / Int128(max(1, rate.count)))
        capacity = max(1, burst.attoseconds / interval)
        start = lastTaken?.attoseconds ?? -interval
    }

    /// Takes up to `count` tokens that are there at a time since the beginning.
    package mutating func take(_ count: Int, at time: Duration) -> Int {
        let now = gather(until: time)
        let granted = max(0, min(Int128(count), (now - start) / interval))
        start += granted * interval
        return Int(granted)
    }

    /// How long until the next token is there.
    package func timeToNext(at time: Duration) -> Duration {
        Duration(attoseconds: max(0, start + interval - time.attoseconds))
    }

    /// Takes the next token, there or not, and tells how long until it is.
    package mutating func reserve(at time: Duration) -> Duration {
        let now = gather(until: time)
        start += interval
        return Duration(attoseconds: max(0, start - now))
    }

    /// Whether a new bucket would be the same.
    package func isFull(at time: Duration) -> Bool { time.attoseconds >= start + capacity * interval }

    private mutating func gather(until time: Duration) -> Int128 {
        let now = time.attoseconds
        start = max(start, now - capacity * interval)
        return now
    }
}
