/// The time that an exchange may still wait for its server.
struct TimeBudget: Sendable {
    let timeouts: FetchTimeouts
    private var remaining: Duration

    init(_ timeouts: FetchTimeouts) {
        self.timeouts = timeouts
        remaining = timeouts.total
    }

    /// Takes off time that was spent on the exchange otherwise.
    ///
    /// - Throws: ``FetchError/timedOut(_:after:)`` when nothing is left.
    mutating func charge(_ time: Duration) throws(FetchError) {
        remaining -= time
        if remaining < .zero { throw .timedOut(.total, after: timeouts.total) }
    }

    /// Waits for an operation, at most `limit` and never longer than what remains.
    ///
    /// - Parameters:
    ///   - silence: see ``FetchClock/limit(_:to:silence:giveUp:_:)``.
    ///   - giveUp: see there.
    mutating func spend<Value>(
        upTo limit: Duration, on phase: FetchError.Phase, clock: FetchClock,
        silence: @escaping @Sendable () -> Void, giveUp: @escaping @Sendable (FetchError) -> Void,
        _ operation: () async throws -> Value
    ) async throws -> Value {
        let start = clock.now()
        defer { remaining -= clock.now() - start }
        guard limit >= remaining else {
            return try await clock.limit(phase, to: limit, silence: silence, giveUp: giveUp, operation)
        }
        do {
            return try await clock.limit(
                .total, to: max(remaining, .zero), silence: silence, giveUp: giveUp, operation)
        } catch FetchError.timedOut(.total, _) {
            throw FetchError.timedOut(.total, after: timeouts.total)
        }
    }
}
