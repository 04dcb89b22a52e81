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

    package init(
        now: @escaping @Sendable () -> Duration,
        date: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.date = date
        self.sleep = sleep
    }

    /// The machine's own clocks.
    package static let system: FetchClock = {
        let start = ContinuousClock.now
        return FetchClock(
            now: { ContinuousClock.now - start },
            date: { Date() },
            sleep: FetchClock.sleepOnEventLoop)
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
    /// Runs an operation, or throws ``FetchError/timedOut(_:after:)`` when it takes longer than `limit`.
    ///
    /// The operation is cancelled then, and has ended when this returns.
    ///
    /// - Parameter silence: called when the operation has taken so long that others need not wait for its end.
    func limit<Value: Sendable>(
        _ phase: FetchError.Phase, to limit: Duration, silence: @escaping @Sendable () -> Void = {},
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                let start = now()
                let patience = min(limit, HostLimits.silence)
                try await sleep(patience)
                silence()
                let left = limit - (now() - start)
                if left > .zero { try await sleep(left) }
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else {
                throw FetchError.timedOut(phase, after: limit)
            }
            return value
        }
    }
}
