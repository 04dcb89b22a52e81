import Records

/// Lets records through at a steady rate.
struct RateLimitStage: WaitingStage {
    let rate: Rate
    let when: (any Predicate)?
    let rule: FailureRule
    let clock: any Clock<Duration>

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws { try await run(input, emit, clock: clock) }

    private func run(_ input: AsyncBuffer, _ emit: Emitter, clock: some Clock<Duration>) async throws {
        var bucket = TokenBucket(rate: rate)
        let start = clock.now
        while let element = try await input.take() {
            guard case .records(var rest) = element else {
                if case .control(let control) = element { try await emit.control(control) }
                continue
            }
            let incoming = rest.count
            let undecided = try rule.removeUndecided(&rest, when: when)
            if !undecided.isEmpty { try await emit.control(.failures(undecided)) }
            rule.figures.count(in: incoming - rest.count, out: 0)
            while !rest.isEmpty {
                let free = rest.prefix { record in when.map { $0.match(record) != .matched } ?? false }.count
                let wanted = free > 0 ? free : rest.count
                let granted = free > 0 ? free : bucket.take(wanted, at: start.duration(to: clock.now))
                if granted == 0 {
                    try await clock.sleep(for: bucket.timeToNext(at: start.duration(to: clock.now)))
                    continue
                }
                rule.figures.count(in: granted, out: granted)
                try await emit.records(Array(rest.prefix(granted)))
                rest.removeFirst(granted)
            }
        }
        emit.finish()
    }
}

/// A bucket that fills with `rate` tokens, and holds at most those of ten milliseconds (at least one): records
/// leave evenly rather than in bursts, and in small runs where the rate is high.
///
/// Counts in whole attoseconds: nothing is lost to rounding, and a sleep of the right length yields its token.
package struct TokenBucket {
    /// From one token to the next.
    private let interval: Int128
    private let capacity: Int128
    /// The time from which tokens have gathered.
    private var start: Int128

    /// - Parameter rate: of at least one record.
    package init(rate: Rate) {
        interval = max(1, rate.period.attoseconds / Int128(max(1, rate.count)))
        capacity = max(1, Duration.milliseconds(10).attoseconds / interval)
        start = -interval
    }

    /// Takes up to `count` tokens that are there at a time since the beginning.
    package mutating func take(_ count: Int, at time: Duration) -> Int {
        let now = time.attoseconds
        start = max(start, now - capacity * interval)
        let granted = max(0, min(Int128(count), (now - start) / interval))
        start += granted * interval
        return Int(granted)
    }

    /// How long until the next token is there.
    package func timeToNext(at time: Duration) -> Duration {
        Duration(attoseconds: max(0, start + interval - time.attoseconds))
    }
}
