/// Exponential backoff with jitter: each wait is between half and the whole of a ceiling that doubles.
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

    /// The time to wait after a failed attempt, or nil when it was the last.
    ///
    /// - Parameters:
    ///   - attempt: 1 for the first.
    ///   - random: 0..<1, the jitter.
    package func delay(after attempt: Int, random: Double) -> Duration? {
        guard attempt < attempts else { return nil }
        let ceiling = min(maximum, initial * (1 << min(attempt - 1, 20)))
        return ceiling * (0.5 + random / 2)
    }
}

/// An error that no further attempt can mend, such as a file that is not there or a request that is refused.
package protocol PermanentFailure: Error {}
