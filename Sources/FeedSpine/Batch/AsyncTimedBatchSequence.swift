extension AsyncSequence where Self: Sendable, Element: Sendable {
    /// Groups elements into arrays that leave when they are full, or some time after their first element came.
    ///
    /// While the reader works on a batch, the next one is collected; once that is full too, the other sequence is not
    /// read on. What is held is so never more than two batches and one element. A failure comes behind what was read
    /// before it.
    ///
    /// ```swift
    /// for await batch in numbers.batch(size: 100, every: .seconds(5)) { print(batch) }  // [1, 2, 3, 4, 5]
    /// ```
    ///
    /// - Parameters:
    ///   - size: at least 1.
    ///   - period: how long a batch waits to be filled, from its first element on.
    public func batch(
        size: Int, every period: Duration
    ) -> AsyncTimedBatchSequence<Self, ContinuousClock> {
        batch(size: size, every: period, clock: ContinuousClock())
    }

    /// The same by another clock.
    ///
    /// ```swift
    /// let batches = numbers.batch(size: 100, every: .seconds(5), clock: SuspendingClock())
    /// for await batch in batches { print(batch) }
    /// ```
    ///
    /// - Parameters:
    ///   - size: at least 1.
    ///   - period: how long a batch waits to be filled, from its first element on.
    ///   - clock: what it is measured with.
    public func batch<C: Clock>(
        size: Int, every period: C.Duration, clock: C
    ) -> AsyncTimedBatchSequence<Self, C> {
        AsyncTimedBatchSequence(self, size: size, every: period, clock: clock)
    }
}

/// The elements of another sequence in arrays that leave full or when their time has come.
///
/// ```swift
/// let batches: AsyncTimedBatchSequence = numbers.batch(size: 100, every: .seconds(5))
/// ```
public struct AsyncTimedBatchSequence<Base: AsyncSequence & Sendable, C: Clock>: AsyncSequence, Sendable
where Base.Element: Sendable {
    private let base: Base
    private let size: Int
    private let period: C.Duration
    private let clock: C

    init(_ base: Base, size: Int, every period: C.Duration, clock: C) {
        precondition(size > 0, "a batch holds at least one element")
        self.base = base
        self.size = size
        self.period = period
        self.clock = clock
    }

    /// Makes an iterator; the other sequence is read from its first call on.
    ///
    /// ```swift
    /// var iterator = numbers.batch(size: 2, every: .seconds(5)).makeAsyncIterator()
    /// ```
    public func makeAsyncIterator() -> Iterator {
        Iterator { [self] in BatchSession(base, size: size, every: period, clock: clock) }
    }

    /// Reads the other sequence in a task of its own, which ends with it.
    ///
    /// ```swift
    /// while let batch = await iterator.next() { print(batch) }
    /// ```
    public struct Iterator: AsyncIteratorProtocol {
        private enum Phase {
            case idle(() -> BatchSession<Base, C>)
            case reading(BatchSession<Base, C>)
            case done
        }

        private var phase: Phase

        init(_ begin: @escaping () -> BatchSession<Base, C>) { phase = .idle(begin) }

        /// The next batch, never an empty one; nil at the end, and when the task is cancelled while it waits.
        ///
        /// ```swift
        /// let batch = await iterator.next()
        /// ```
        public mutating func next() async throws(Base.Failure) -> [Base.Element]? {
            try await next(isolation: #isolation)
        }

        /// The same for a caller on an actor, without leaving it.
        ///
        /// ```swift
        /// let batch = await iterator.next(isolation: #isolation)
        /// ```
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(Base.Failure) -> [Base.Element]? {
            let session: BatchSession<Base, C>
            switch phase {
            case .idle(let begin): session = begin()
            case .reading(let running): session = running
            case .done: return nil
            }
            phase = .done
            guard let batch = try await session.next(isolation: actor) else { return nil }
            phase = .reading(session)
            return batch
        }
    }
}
