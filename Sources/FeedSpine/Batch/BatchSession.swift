import Buffering
import Synchronization

/// The pump and the timer of one iteration over batches: a state under a lock, and the waiting around it.
///
/// The tasks hold the state alone; when the iterator goes, so does the session, and they end.
final class BatchSession<Base: AsyncSequence & Sendable, C: Clock>: Sendable
where Base.Element: Sendable {
    private let storage: BatchStorage<Base.Element, Base.Failure, C>
    private let task: Task<Void, Never>

    init(_ base: Base, size: Int, every period: C.Duration, clock: C) {
        let storage = BatchStorage<Base.Element, Base.Failure, C>(size: size, every: period, clock: clock)
        self.storage = storage
        task = Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await storage.keepTime() }
                await storage.pump(base)
                group.cancelAll()
            }
        }
    }

    deinit { abandon() }

    /// The next batch; nil at the end, and when the task is cancelled while it waits.
    func next(isolation: isolated (any Actor)?) async throws(Base.Failure) -> [Base.Element]? {
        while true {
            switch storage.ask() {
            case .batch(let batch): return batch
            case .end(let failure):
                if let failure { throw failure }
                return nil
            case .wait:
                if Task.isCancelled { return nil }
                await storage.waitForBatch(isolation: isolation)
            }
        }
    }

    private func abandon() {
        storage.abandon()
        task.cancel()
    }
}

/// What pump, timer and reader share.
private final class BatchStorage<Element: Sendable, Failure: Error, C: Clock>: Sendable {
    typealias Waiter = CheckedContinuation<Void, Never>

    private let clock: C
    private let period: C.Duration
    private let state: Mutex<BatchState<Element, Failure, C.Instant, Waiter>>

    init(size: Int, every period: C.Duration, clock: C) {
        self.clock = clock
        self.period = period
        state = Mutex(BatchState(size: size))
    }

    func pump<Base: AsyncSequence>(_ base: Base) async
    where Base.Element == Element, Base.Failure == Failure {
        var iterator = base.makeAsyncIterator()
        do throws(Failure) {
            while let element = try await iterator.next(isolation: nil) {
                guard await bring(element) else { return }
            }
            resume(state.withLock { $0.finished(nil) })
        } catch {
            resume(state.withLock { $0.finished(error) })
        }
    }

    /// - Returns: false when nobody reads any more.
    private func bring(_ element: Element) async -> Bool {
        while true {
            let (arrival, waiters) = state.withLock {
                $0.arrived(element, due: clock.now.advanced(by: period))
            }
            resume(waiters)
            switch arrival {
            case .taken: return true
            case .abandoned: return false
            case .full: await wait { $0.pumpWaits($1) }
            }
        }
    }

    func keepTime() async {
        while true {
            let (timing, waiters) = state.withLock { $0.timing(at: clock.now) }
            resume(waiters)
            switch timing {
            case .end: return
            case .wait: await wait { $0.timerWaits($1) }
            case .sleep(let due):
                // It throws when the pump has ended, and then nothing has to leave early any more.
                do { try await clock.sleep(until: due, tolerance: nil) } catch { return }
            }
        }
    }

    func ask() -> BatchState<Element, Failure, C.Instant, Waiter>.Asked {
        let (asked, waiters) = state.withLock { $0.asked() }
        resume(waiters)
        return asked
    }

    func waitForBatch(isolation: isolated (any Actor)?) async {
        await suspendReader(isolation: isolation) { reader in
            state.withLock { !Task.isCancelled && $0.readerWaits(reader) }
        } cancelled: {
            state.withLock { $0.readerCancelled() }
        }
    }

    func abandon() { resume(state.withLock { $0.abandoned() }) }

    private func wait(
        _ waits: (inout BatchState<Element, Failure, C.Instant, Waiter>, Waiter) -> Bool
    ) async {
        await withCheckedContinuation { continuation in
            if !state.withLock({ waits(&$0, continuation) }) { continuation.resume() }
        }
    }

    private func resume(_ waiters: [Waiter]) {
        for waiter in waiters { waiter.resume() }
    }
}
