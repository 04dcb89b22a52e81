/// So many requests in so much time, evenly spread.
package struct RequestRate: Sendable, Hashable {
    /// The shortest time between the starts of two requests.
    package let interval: Duration

    package init(_ requests: Int, per period: Duration) {
        interval = period / max(requests, 1)
    }
}

/// Hands out the moments at which requests may start; pure, the time comes from outside.
struct Pace: Sendable, Equatable {
    let rate: RequestRate
    private var next: Duration = .zero

    init(_ rate: RequestRate) { self.rate = rate }

    /// Takes the next free moment and tells how far away it is.
    mutating func reserve(now: Duration) -> Duration {
        let start = max(now, next)
        next = start + rate.interval
        return start - now
    }

    /// Whether forgetting this changes nothing.
    func isIdle(now: Duration) -> Bool { next <= now }
}
