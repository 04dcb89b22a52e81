/// Deletes old keys from the history, a slice at a time so that no delete is a long one: the whole history at the
/// start of a run, then one slice with each checkpoint.
struct HistoryCleanup: Sendable {
    let store: any CheckpointStore
    let executor: BlockingExecutor
    /// Keys that were last seen so many seconds ago are forgotten.
    let ttl: Int64
    /// Nanoseconds since 1970.
    let now: @Sendable () -> Int64
    private var part = 0

    init(
        store: any CheckpointStore, executor: BlockingExecutor, ttl: Int64,
        now: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.executor = executor
        self.ttl = ttl
        self.now = now
    }

    /// Goes over the whole history once.
    ///
    /// It is not given up with the run that it belongs to: short runs would never come to the last slices.
    func sweep() async throws {
        let step = 16
        for first in stride(from: 0, to: cleanupParts, by: step) {
            try await forget(first..<min(first + step, cleanupParts))
        }
    }

    /// Goes over the next slice.
    mutating func continueSweep() async throws {
        try await forget(part..<part + 1)
        part = (part + 1) % cleanupParts
    }

    private func forget(_ parts: Range<Int>) async throws {
        let cutoff = now() / 1_000_000_000 - ttl
        try await withTaskExecutorPreference(executor) { [store] in
            for part in parts { _ = try store.forget(before: cutoff, part: part) }
        }
    }
}
