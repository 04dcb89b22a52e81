import Records

/// Lets records through at a steady rate.
struct RateLimitStage: WaitingStage {
    let rate: Rate
    let when: (any Predicate)?
    let figures: StageFigures
    let clock: any Clock<Duration>

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws { try await run(input, emit, clock: clock) }

    private func run(_ input: AsyncBuffer, _ emit: Emitter, clock: some Clock<Duration>) async throws {
        var bucket = TokenBucket(rate: rate)
        let start = clock.now
        while let element = try await input.take() {
            guard case .records(var rest) = element else {
                if case .control(let control) = element { try emit.control(control) }
                continue
            }
            while !rest.isEmpty {
                let free = rest.prefix { record in when.map { $0.match(record) != .matched } ?? false }.count
                let wanted = free > 0 ? free : rest.count
                let granted = free > 0 ? free : bucket.take(wanted, at: start.duration(to: clock.now))
                if granted == 0 {
                    try await clock.sleep(for: bucket.timeToNext(at: start.duration(to: clock.now)))
                    continue
                }
                figures.count(in: granted, out: granted)
                try await emit.records(Array(rest.prefix(granted)))
                rest.removeFirst(granted)
            }
        }
        emit.finish()
    }
}

/// A bucket that fills with `rate` tokens, and holds at most those of ten milliseconds (at least one): records
/// leave evenly rather than in bursts, and in small runs where the rate is high.
package struct TokenBucket {
    /// Seconds from one token to the next.
    private let interval: Double
    private let capacity: Double
    private var tokens: Double = 1
    private var last: Double = 0

    package init(rate: Rate) {
        interval = rate.period.seconds / Double(rate.count)
        capacity = max(1, 0.01 / interval)
    }

    /// Takes up to `count` tokens that are there at a time since the start.
    package mutating func take(_ count: Int, at time: Duration) -> Int {
        refill(at: time)
        let granted = min(Double(count), tokens.rounded(.down))
        tokens -= granted
        return Int(granted)
    }

    /// How long until the next token is there.
    package mutating func timeToNext(at time: Duration) -> Duration {
        refill(at: time)
        return .seconds(max(0, (1 - tokens) * interval))
    }

    private mutating func refill(at time: Duration) {
        let now = time.seconds
        // A hair more than exact, so that a sleep of just the right length yields its token.
        tokens = min(capacity, tokens + (now - last) / interval + 1e-9)
        last = now
    }
}

extension Duration {
    /// The duration in seconds.
    package var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
