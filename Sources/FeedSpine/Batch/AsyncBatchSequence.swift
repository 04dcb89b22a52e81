extension AsyncSequence {
    /// Groups elements into arrays of a size; the last one holds what is left.
    ///
    /// It reads an element when one is asked for, and none ahead. A failure comes behind what was read before it.
    ///
    /// ```swift
    /// for await batch in numbers.batch(size: 2) { print(batch) }  // [1, 2], [3, 4], [5]
    /// ```
    ///
    /// - Parameter size: at least 1.
    @inlinable
    public func batch(size: Int) -> AsyncBatchSequence<Self> { AsyncBatchSequence(self, size: size) }
}

/// The elements of another sequence in arrays of a size.
///
/// ```swift
/// let batches: AsyncBatchSequence = numbers.batch(size: 2)
/// ```
public struct AsyncBatchSequence<Base: AsyncSequence>: AsyncSequence {
    @usableFromInline let base: Base
    @usableFromInline let size: Int

    @inlinable
    init(_ base: Base, size: Int) {
        precondition(size > 0, "a batch holds at least one element")
        self.base = base
        self.size = size
    }

    /// Begins to read the other sequence.
    ///
    /// ```swift
    /// var iterator = numbers.batch(size: 2).makeAsyncIterator()
    /// ```
    @inlinable
    public func makeAsyncIterator() -> Iterator { Iterator(base.makeAsyncIterator(), size: size) }

    /// Collects one batch at a time.
    ///
    /// ```swift
    /// while let batch = await iterator.next() { print(batch) }
    /// ```
    public struct Iterator: AsyncIteratorProtocol {
        @usableFromInline var base: Base.AsyncIterator
        @usableFromInline let size: Int
        @usableFromInline var isDone = false
        /// What the base ended with, where a batch goes before it.
        @usableFromInline var failure: Base.Failure?

        @inlinable
        init(_ base: Base.AsyncIterator, size: Int) {
            self.base = base
            self.size = size
        }

        /// The next batch, never an empty one; nil at the end.
        ///
        /// ```swift
        /// let batch = await iterator.next()
        /// ```
        @inlinable
        public mutating func next() async throws(Base.Failure) -> [Base.Element]? {
            try await next(isolation: #isolation)
        }

        /// The same for a caller on an actor, without leaving it.
        ///
        /// ```swift
        /// let batch = await iterator.next(isolation: #isolation)
        /// ```
        @inlinable
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(Base.Failure) -> [Base.Element]? {
            if let failure = failure.take() { throw failure }
            if isDone { return nil }
            var batch: [Base.Element] = []
            do {
                while batch.count < size {
                    guard let element = try await base.next(isolation: actor) else {
                        isDone = true
                        break
                    }
                    batch.append(element)
                }
            } catch {
                isDone = true
                if batch.isEmpty { throw error }
                failure = error
            }
            return batch.isEmpty ? nil : batch
        }
    }
}

extension AsyncBatchSequence: Sendable where Base: Sendable {}
