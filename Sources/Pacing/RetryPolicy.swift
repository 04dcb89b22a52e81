/// Exponential backoff with jitter: each wait is between half and the whole of a ceiling that doubles, so that those that
/// failed together do not return together.
package struct RetryPolicy: Sendable, Equatable {
    /// Attempts in all, the first included.
    package var attempts: Int
    package var initial: Duration
    package var maximum: Duration

    package init(
        attempts: Int = 5, initial: Duration = .milliseconds(200), maximum: Duration = .seconds(30)
    ) {
        self.attempts = attempts
        self.initial = initial
        self.maximum = maximum
    }

    /// One attempt only.
    package static let never = RetryPolicy(attempts: 1)

    /// The time to wait after a failed attempt, or nil when it was the last.
    ///
    /// - Parameters:
    ///   - attempt: 1 for the first.
    ///   - random: 0..<1, the jitter.
    package func delay(after attempt: Int, random: Double) -> Duration? {
        attempt < attempts ? pause(after: attempt, random: random) : nil
    }

    /// The same for those that do not count attempts.
    package func pause(after attempt: Int, random: Double) -> Duration {
        var ceiling = initial
        var doublings = attempt - 1
        while doublings > 0, ceiling > .zero, ceiling < maximum {
            ceiling *= 2
            doublings -= 1
        }
        return min(ceiling, maximum) * (0.5 + min(max(random, 0), 1) / 2)
    }
}
