package import FoundationEssentials
import NIOCore
import NIOPosix

/// The time as the client sees it: a monotonic clock for waiting and measuring, a calendar for HTTP dates.
package struct FetchClock: Sendable {
    /// The time since some fixed moment; never goes back.
    package let now: @Sendable () -> Duration
    /// The calendar time, for `Retry-After`, `Expires` and the age of validators.
    package let date: @Sendable () -> Date
    /// Waits; throws `CancellationError` when the task is cancelled meanwhile.
    package let sleep: @Sendable (Duration) async throws -> Void
    /// What watches over limits of time; nil has them sleep on this clock.
    private let alarms: AlarmClock?

    /// - Parameter sleep: nil for one that goes like the machine's own, whatever it calls the time.
    package init(
        now: @escaping @Sendable () -> Duration,
        date: @escaping @Sendable () -> Date,
        sleep: (@Sendable (Duration) async throws -> Void)? = nil
    ) {
        self.now = now
        self.date = date
        self.sleep = sleep ?? FetchClock.sleepOnEventLoop
        alarms = sleep == nil ? .system : nil
    }

    /// The machine's own clocks.
    package static let system: FetchClock = {
        let start = ContinuousClock.now
        return FetchClock(now: { ContinuousClock.now - start }, date: { Date() })
    }()

    /// Waits on a timer of an event loop, which is gone when it is cancelled. The standard library's sleep keeps its
    /// timer until the time is up: at some thousand requests a second, each with a timeout of half a minute that
    /// is never reached, that would be hundreds of megabytes.
    private static func sleepOnEventLoop(_ duration: Duration) async throws {
        let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(duration)) {}
        do {
            try await withTaskCancellationHandler {
                try await timer.futureResult.get()
            } onCancel: {
                timer.cancel()
            }
        } catch {
            throw CancellationError()
        }
    }
}

extension FetchClock {
    /// Runs an operation that is told when it takes longer than `limit`, and then throws what it was told.
    ///
    /// - Parameters:
    ///   - silence: called when the operation has taken so long that others need not wait for its end.
    ///   - giveUp: ends the operation with a ``FetchError/timedOut(_:after:)``.
    func limit<Value>(
        _ phase: FetchError.Phase, to limit: Duration, silence: @escaping @Sendable () -> Void,
        giveUp: @escaping @Sendable (FetchError) -> Void, _ operation: () async throws -> Value
    ) async throws -> Value {
        let start = now()
        let patience = min(limit, HostLimits.silence)
        let ring: @Sendable () -> Duration? = { [now] in
            silence()
            let left = limit - (now() - start)
            if left > .zero { return left }
            giveUp(.timedOut(phase, after: limit))
            return nil
        }
        guard let alarms else { return try await sleeping(patience, then: ring, beside: operation) }
        let alarm = alarms.set(after: patience, ring)
        defer { alarm.takeBack() }
        return try await operation()
    }

    private func sleeping<Value>(
        _ time: Duration, then ring: @escaping @Sendable () -> Duration?,
        beside operation: () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var next: Duration? = time
                while let time = next {
                    try await sleep(time)
                    next = ring()
                }
            }
            defer { group.cancelAll() }
            return try await operation()
        }
    }
}
