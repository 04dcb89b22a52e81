/// How often and when a failed request is tried again.
package struct RetryPolicy: Sendable, Equatable {
    /// Tries in all, the first included.
    package var attempts: Int
    /// The pause before the second try, before jitter.
    package var firstDelay: Duration
    /// What each further pause is longer than the one before.
    package var factor: Double
    /// The longest pause. A server that asks for more ends the tries.
    package var longestDelay: Duration

    package init(
        attempts: Int = 4, firstDelay: Duration = .seconds(1), factor: Double = 2,
        longestDelay: Duration = .seconds(60)
    ) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.factor = factor
        self.longestDelay = longestDelay
    }

    /// One try only.
    package static let never = RetryPolicy(attempts: 1)
}

/// The tries of one request.
package struct RetryState: Sendable, Equatable {
    package enum Decision: Sendable, Equatable {
        case retry(after: Duration)
        case giveUp
    }

    private let policy: RetryPolicy
    private var failures = 0

    package init(_ policy: RetryPolicy) { self.policy = policy }

    /// Decides what follows a failure.
    ///
    /// - Parameter random: from 0 up to 1; it takes up to half of the pause away, so that clients that failed
    ///   together do not return together.
    package mutating func failed(_ error: FetchError, random: Double) -> Decision {
        failures += 1
        guard error.isRetryable, failures < policy.attempts else { return .giveUp }
        let jittered = backoff * (1 - 0.5 * min(max(random, 0), 1))
        let delay = max(jittered, error.retryAfter ?? .zero)
        return delay <= policy.longestDelay ? .retry(after: delay) : .giveUp
    }

    private var backoff: Duration {
        var delay = policy.firstDelay
        for _ in 1..<max(failures, 1) where delay < policy.longestDelay { delay = delay * policy.factor }
        return min(delay, policy.longestDelay)
    }
}
