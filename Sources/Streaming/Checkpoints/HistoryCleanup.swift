/// Deletes old keys from the history, a slice at a time so that no delete is a long one: what is due at the start of a
/// run, then a slice with each checkpoint.
struct HistoryCleanup: Sendable {
    let store: any CheckpointStore
    let executor: any TaskExecutor
    /// Keys that were last seen so many seconds ago are forgotten.
    let ttl: Int64
    /// Seconds of the history's clock.
    let now: @Sendable () -> Int64

    init(
        store: any CheckpointStore, executor: any TaskExecutor, ttl: Int64,
        now: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.executor = executor
        self.ttl = ttl
        self.now = now
    }

    /// Keys that are looked at in one transaction: what comes meanwhile waits no longer than for these.
    private static let slice = 1000

    /// Forgets all that is due.
    func sweep() async throws {
        while try await forget() == HistoryCleanup.slice { try Task.checkCancellation() }
    }

    /// Forgets a slice of what is due.
    func continueSweep() async throws { _ = try await forget() }

    private func forget() async throws -> Int {
        let cutoff = now() - ttl
        return try await withTaskExecutorPreference(executor) { [store] in
            try store.forget(before: cutoff, limit: HistoryCleanup.slice)
        }
    }
}
