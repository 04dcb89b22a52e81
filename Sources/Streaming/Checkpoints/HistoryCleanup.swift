import Synchronization

/// Deletes old keys from the history, and answers whose time is over, beside the stream, a slice at a time so that no delete is a long one: what is due at
/// the start of a run, and again with each checkpoint.
package final class HistoryCleanup: Sendable {
    /// Keys that are looked at even if the run has nothing else to do any more: of many short runs each gets on.
    private static let least = 10_000

    private let store: any CheckpointStore
    private let executor: any TaskExecutor
    /// Keys that were last seen so many seconds ago are forgotten.
    private let ttl: Int64
    private let now: @Sendable () -> Int64
    private let uptime: @Sendable () -> Duration
    private let slice = Mutex(CleanupSlice())
    /// The same for answers, which are larger than keys.
    private let answerSlice = Mutex(CleanupSlice())
    private let wakes: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - executor: its own, so that only what the store has to do one after the other waits.
    ///   - ttl: seconds after which a key is forgotten.
    ///   - now: seconds of the history's clock.
    ///   - uptime: what the time that a slice takes is measured by.
    package init(
        store: any CheckpointStore, executor: any TaskExecutor, ttl: Int64,
        now: @escaping @Sendable () -> Int64, uptime: @escaping @Sendable () -> Duration
    ) {
        self.store = store
        self.executor = executor
        self.ttl = ttl
        self.now = now
        self.uptime = uptime
        (wakes, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Forgets what is due, now and after each ``wake()``, until the task is cancelled.
    func run() async throws {
        try await sweep()
        for await _ in wakes where !Task.isCancelled { try await sweep() }
    }

    /// More may be due.
    func wake() { waker.yield() }

    /// Forgets all that is due; little of it when the task is cancelled.
    package func sweep() async throws {
        var looked = 0
        while !Task.isCancelled || looked < HistoryCleanup.least {
            let slice = try await forget()
            looked += slice.looked
            if !slice.hasMore { break }
        }
        while try await forgetAnswers(), !Task.isCancelled {}
    }

    /// - Returns: whether there may be more.
    private func forgetAnswers() async throws -> Bool {
        try await withTaskExecutorPreference(executor) { [self] in
            let limit = answerSlice.withLock { $0.keys }
            let start = uptime()
            let forgotten = try store.calls.forgetAnswers(now: now(), limit: limit)
            answerSlice.withLock { $0.took(uptime() - start, for: forgotten) }
            if forgotten > 0 { try store.tidy() }
            return forgotten >= limit
        }
    }

    private func forget() async throws -> (looked: Int, hasMore: Bool) {
        let cutoff = now() - ttl
        return try await withTaskExecutorPreference(executor) { [self] in
            let limit = slice.withLock { $0.keys }
            let start = uptime()
            let looked = try store.forget(before: cutoff, limit: limit)
            slice.withLock { $0.took(uptime() - start, for: looked) }
            if looked > 0 { try store.tidy() }
            return (looked, looked >= limit)
        }
    }
}

/// How many keys are looked at in one transaction, which what comes meanwhile has to wait for: as many as the machine
/// and the size of the history allow in a time that nobody notices.
struct CleanupSlice {
    /// A fifth of what a slice may take: the next is chosen by the last, and the disk has other users.
    static let target = Duration.milliseconds(10)
    static let range = 16...4096

    /// At first few: nothing is known of the machine, and the file may not have been read for long.
    private(set) var keys = 64

    mutating func took(_ time: Duration, for looked: Int) {
        if time > CleanupSlice.target {
            // At least half, so that one slow moment is forgotten soon.
            let wanted = Int((Double(keys) * (CleanupSlice.target / time)).rounded(.down))
            keys = max(CleanupSlice.range.lowerBound, wanted, keys / 2)
        } else if looked >= keys {
            keys = min(CleanupSlice.range.upperBound, keys + max(1, keys / 4))
        }
    }
}
