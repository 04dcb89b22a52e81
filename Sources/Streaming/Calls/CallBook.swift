import Synchronization

/// Brings what calls note to the store: all that has come together while the store was busy goes in one transaction, so
/// that many calls at a time cost hardly more syncs than one.
package final class CallBook: Sendable {
    package let hashKey: SipHashKey
    private let store: any CallStore
    private let executor: any TaskExecutor
    private let time: @Sendable () -> Int64
    private let queue = Mutex(NoteQueue())

    /// - Parameters:
    ///   - executor: its own, for the store's calls block.
    ///   - now: seconds of the history's clock.
    package init(
        store: any CallStore, hashKey: SipHashKey, executor: any TaskExecutor,
        now: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.hashKey = hashKey
        self.executor = executor
        time = now
    }

    /// Seconds of the history's clock.
    package var now: Int64 { time() }

    /// What a call was answered before.
    ///
    /// - Throws: ``StoreFailure``.
    package func answer(to key: CallKey) async throws -> StoredAnswer? {
        try await onExecutor { [self] in try store.answer(to: key, now: now) }
    }

    /// Writes notes that belong together; they are durable when it returns.
    ///
    /// - Throws: ``StoreFailure``.
    @discardableResult
    package func write(_ notes: [CallNote]) async throws -> [Booking?] {
        let turn = await withCheckedContinuation { writer in
            if queue.withLock({ $0.enter(notes, writer) }) { writer.resume(returning: .lead) }
        }
        if case .done(let result) = turn { return try result.get() }
        // Whoever leads writes for all that wait, and then hands over, so that nobody writes for others without end.
        let group = queue.withLock { $0.takeGroup() }
        let result: Result<[Booking?], any Error>
        do {
            let notes = group.flatMap(\.notes)
            result = .success(try await onExecutor { [self] in try store.write(notes, now: now) })
        } catch {
            result = .failure(error)
        }
        queue.withLock { $0.groupIsWritten() }?.resume(returning: .lead)
        var own: Result<[Booking?], any Error> = .success([])
        var start = 0
        for (place, entry) in group.enumerated() {
            let range = start..<start + entry.notes.count
            start = range.upperBound
            let part = result.map { Array($0[range]) }
            // The leader's own are the first: it has waited the longest.
            if place == 0 { own = part } else { entry.writer.resume(returning: .done(part)) }
        }
        return try own.get()
    }

    private func onExecutor<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        // A failure of the state is no record's.
        do {
            return try await withTaskExecutorPreference(executor) { try body() }
        } catch {
            throw StoreFailure(cause: error)
        }
    }
}

/// The store cannot be written or read; the run ends with the cause.
package struct StoreFailure: Error {
    package let cause: any Error

    package init(cause: any Error) { self.cause = cause }
}

/// Who waits for notes to be written.
private struct NoteQueue {
    enum Turn {
        /// To write for all that wait.
        case lead
        case done(Result<[Booking?], any Error>)
    }

    typealias Entry = (notes: [CallNote], writer: CheckedContinuation<Turn, Never>)

    private var waiting: [Entry] = []
    private var isLed = false

    /// - Returns: whether it is the writer's turn at once.
    mutating func enter(_ notes: [CallNote], _ writer: CheckedContinuation<Turn, Never>) -> Bool {
        waiting.append((notes, writer))
        defer { isLed = true }
        return !isLed
    }

    /// All that wait, the leader first.
    mutating func takeGroup() -> [Entry] {
        defer { waiting = [] }
        return waiting
    }

    /// - Returns: who leads next.
    mutating func groupIsWritten() -> CheckedContinuation<Turn, Never>? {
        isLed = !waiting.isEmpty
        return waiting.first?.writer
    }
}
