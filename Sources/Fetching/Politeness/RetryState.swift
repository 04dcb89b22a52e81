package import Pacing

extension RetryPolicy {
    /// What requests follow that name no other.
    package static let requests = RetryPolicy(attempts: 4, initial: .seconds(1), maximum: .seconds(60))
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

    /// Decides what follows a failure. A server that asks for more than the longest pause ends the tries.
    ///
    /// - Parameter random: 0..<1, the jitter.
    package mutating func failed(_ error: FetchError, random: Double) -> Decision {
        failures += 1
        guard error.isRetryable, let pause = policy.delay(after: failures, random: random) else {
            return .giveUp
        }
        let delay = max(pause, error.retryAfter ?? .zero)
        return delay <= policy.maximum ? .retry(after: delay) : .giveUp
    }
}
