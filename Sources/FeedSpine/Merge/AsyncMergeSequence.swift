/// The elements of several sequences as they come.
///
/// ```swift
/// let numbers: AsyncMergeSequence = merge([evens, odds])
/// ```
public struct AsyncMergeSequence<Element: Sendable, Failure: Error>: AsyncSequence, Sendable {
    @usableFromInline let plan: MergePlan<Element, Failure>

    @inlinable init(_ plan: MergePlan<Element, Failure>) { self.plan = plan }

    /// Makes an iterator; the inputs are read from its first call on.
    ///
    /// ```swift
    /// var iterator = merge([evens, odds]).makeAsyncIterator()
    /// ```
    @inlinable public func makeAsyncIterator() -> Iterator { Iterator(plan) }

    /// Reads all inputs in tasks of their own, which end with it.
    ///
    /// ```swift
    /// while let number = await iterator.next() { print(number) }
    /// ```
    public struct Iterator: AsyncIteratorProtocol {
        @usableFromInline
        enum Phase {
            case idle(MergePlan<Element, Failure>)
            case reading(MergeSession<Element, Failure>, AsyncBuffer<Element, Failure>.Iterator)
            case done
        }

        @usableFromInline var phase: Phase

        @inlinable init(_ plan: MergePlan<Element, Failure>) { phase = .idle(plan) }

        /// The next element of any input; nil at the end, and when the task is cancelled while it waits.
        ///
        /// ```swift
        /// let number = await iterator.next()
        /// ```
        @inlinable
        public mutating func next() async throws(Failure) -> Element? {
            try await next(isolation: #isolation)
        }

        /// The same for a caller on an actor, without leaving it.
        ///
        /// ```swift
        /// let number = await iterator.next(isolation: #isolation)
        /// ```
        @inlinable
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(Failure) -> Element? {
            let session: MergeSession<Element, Failure>
            var elements: AsyncBuffer<Element, Failure>.Iterator
            switch phase {
            case .idle(let plan):
                session = MergeSession(plan)
                elements = session.buffer.makeAsyncIterator()
            case .reading(let running, let iterator): (session, elements) = (running, iterator)
            case .done: return nil
            }
            phase = .done
            guard let element = try await elements.next(isolation: actor) else { return nil }
            phase = .reading(session, elements)
            return element
        }
    }
}

extension AsyncMergeSequence where Failure == Never {
    @inlinable
    init(_ inputs: [MergeInput<Element>], capacity: Int) {
        self.init(
            MergePlan(
                inputs: inputs, capacity: capacity, failure: .afterOthers, onFailure: { _ in },
                error: { _ in nil }))
    }
}

extension AsyncMergeSequence where Failure == MergeError {
    @inlinable
    init(
        _ inputs: [MergeInput<Element>], capacity: Int, _ failure: MergeFailureMode,
        _ onFailure: @escaping @Sendable (MergeError.Failure) -> Void
    ) {
        self.init(
            MergePlan(
                inputs: inputs, capacity: capacity, failure: failure, onFailure: onFailure,
                error: { $0.isEmpty ? nil : MergeError($0) }))
    }
}
