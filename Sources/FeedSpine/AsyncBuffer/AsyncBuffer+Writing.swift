public import Buffering
public import Synchronization

extension AsyncBuffer {
    /// Appends an element, suspended while there is no room.
    ///
    /// ```swift
    /// try await withThrowingTaskGroup(of: Void.self) { group in
    ///     for writer in 1...3 { group.addTask { try await buffer.put(writer) } }
    ///     try await group.waitForAll()
    /// }
    /// buffer.finish()
    /// ```
    ///
    /// - Throws: `CancellationError` when the task is cancelled while it waits, or an ``AsyncBufferError`` when nothing
    ///   can be put any more. The element is not in the buffer then.
    @inlinable
    public func put(_ element: consuming Element) async throws {
        let load = load(of: element)
        var element: Element? = consume element
        switch state.withLock({ $0.offered(&element, load) }) {
        case .accepted(let reader): reader?.resume()
        case .full: try await wait(with: &element, load)
        case .finished: throw AsyncBufferError.finished
        case .failed(let error): throw error
        }
    }

    /// Says that nothing more comes: the reader gets what is there, and what writers wait with, and then the end.
    ///
    /// What comes first counts: later calls do nothing.
    ///
    /// ```swift
    /// try await buffer.put(1)
    /// buffer.finish()
    /// for await number in buffer { print(number) }  // 1
    /// ```
    @inlinable public func finish() { state.withLock { $0.finished() }?.resume() }

    /// Ends with an error, which the reader gets behind the last element.
    ///
    /// What comes first counts: later calls do nothing.
    ///
    /// ```swift
    /// try await lines.put("first")
    /// lines.finish(throwing: LineError.cutShort)
    /// do {
    ///     for try await line in lines { print(line) }  // first
    /// } catch {
    ///     print(error)  // cutShort
    /// }
    /// ```
    @inlinable
    public func finish(throwing failure: Failure) { state.withLock { $0.finished(failure) }?.resume() }

    @inlinable
    func wait(with element: inout Element?, _ load: Load) async throws {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        try await State.suspendWriter(finished: AsyncBufferError.finished) { writer in
            state.withLock { state in
                // A cancellation that came before is not announced again.
                if Task.isCancelled { return .failed(CancellationError()) }
                return state.writerWaits(writer, ticket: ticket, with: &element, load)
            }
        } cancelled: {
            state.withLock { $0.writerCancelled(ticket: ticket) }
        }
    }
}
