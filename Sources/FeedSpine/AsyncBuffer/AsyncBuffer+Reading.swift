public import Buffering
public import Synchronization

extension AsyncBuffer {
    /// Reads a buffer; when it goes away, the writers hear that nobody reads any more.
    ///
    /// ```swift
    /// var iterator = buffer.makeAsyncIterator()
    /// let first = await iterator.next()
    /// ```
    public struct Iterator: AsyncIteratorProtocol {
        /// One for all copies of the iterator.
        @usableFromInline
        final class Reading: Sendable {
            @usableFromInline let buffer: AsyncBuffer

            @inlinable init(_ buffer: AsyncBuffer) { self.buffer = buffer }

            @inlinable deinit { buffer.abandon() }
        }

        @usableFromInline let reading: Reading
        @usableFromInline var isDone = false

        @inlinable init(_ buffer: AsyncBuffer) { reading = Reading(buffer) }

        /// The next element, suspended while there is none; nil at the end, and when the task is cancelled while it waits.
        ///
        /// ```swift
        /// while let number = await iterator.next() { print(number) }
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
            if isDone { return nil }
            while true {
                let (taken, writers) = reading.buffer.state.withLock { $0.taken() }
                for writer in writers { writer.resume() }
                switch taken {
                case .element(let element): return element
                case .end(let failure):
                    isDone = true
                    if let failure { throw failure }
                    return nil
                case .failed:
                    isDone = true
                    return nil
                case .wait where Task.isCancelled:
                    isDone = true
                    reading.buffer.abandon()
                    return nil
                case .wait: await reading.buffer.waitForElements(isolation: actor)
                }
            }
        }
    }

    /// Begins to read; once, since what one reader takes no other gets.
    ///
    /// ```swift
    /// var iterator = buffer.makeAsyncIterator()
    /// while let number = await iterator.next() { print(number) }
    /// ```
    @inlinable
    public func makeAsyncIterator() -> Iterator {
        let wasRead = isRead.exchange(true, ordering: .relaxed)
        precondition(!wasRead, "an AsyncBuffer has one reader, and is read once")
        return Iterator(self)
    }

    /// Nobody reads any more.
    @inlinable
    func abandon() {
        let (reader, writers) = state.withLock { $0.failed(AsyncBufferError.abandoned) }
        reader?.resume()
        for writer in writers { writer.resume(throwing: AsyncBufferError.abandoned) }
    }

    /// Returns when it is worth to look again.
    @inlinable
    func waitForElements(isolation: isolated (any Actor)?) async {
        await suspendReader(isolation: isolation) { reader in
            state.withLock { !Task.isCancelled && $0.readerWaits(reader) }
        } cancelled: {
            state.withLock { $0.readerCancelled() }
        }
    }
}
