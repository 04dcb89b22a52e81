package import Records
import Synchronization

/// A bounded link between the tasks of two stages, with any number of writers and one reader.
///
/// Records queued plus those in the reader's hands never exceed the capacity; a writer that finds no room is
/// suspended, which is the backpressure of a pipeline. The reader is handed runs of at most half the capacity, so
/// that the writers can go on meanwhile: one record alone passes at once, a backlog passes in large runs.
package final class AsyncBuffer: Sendable {
    private typealias State = BufferState<
        CheckedContinuation<Void, Never>, CheckedContinuation<Void, any Error>
    >

    package let capacity: Int
    private let state: Mutex<State>
    private let tickets = Atomic<UInt64>(0)

    /// - Parameter capacity: records, at least 1.
    package init(capacity: Int) {
        self.capacity = capacity
        state = Mutex(State(capacity: capacity))
    }

    /// Records that wait in the buffer now.
    package var fill: Int { state.withLock { $0.fill } }

    // MARK: Writing

    /// Appends records in order, suspended while there is no room.
    ///
    /// - Parameter accepted: told the number of records each time some have moved into the buffer.
    /// - Throws: `CancellationError` when the writing task is cancelled while it waits, or the error of
    ///   ``fail(_:)``. Records that were accepted before stay accepted.
    package func put(_ records: consuming [Record], accepted: (Int) -> Void = { _ in }) async throws {
        let count = records.count
        let limit = max(1, capacity / 2)
        if count <= limit {
            if count == 0 { return }
            try await put(StreamElement.records(consume records))
            return accepted(count)
        }
        for start in stride(from: 0, to: count, by: limit) {
            let piece = Array(records[start..<min(start + limit, count)])
            let pieceCount = piece.count
            try await put(StreamElement.records(piece))
            accepted(pieceCount)
        }
    }

    /// Appends failed records, suspended while there is no room.
    package func put(failures: [RecordFailure]) async throws {
        let limit = max(1, capacity / 2)
        for start in stride(from: 0, to: failures.count, by: limit) {
            let piece = Array(failures[start..<min(start + limit, failures.count)])
            try await put(.control(.failures(piece)))
        }
    }

    /// Appends a control that carries no records; it takes no room and never waits.
    package func put(_ control: Control) throws {
        var element: StreamElement? = .control(control)
        switch state.withLock({ $0.offered(&element) }) {
        case .accepted(let reader): reader?.resume()
        case .full: preconditionFailure("a control with records is put with put(failures:)")
        case .ended(let error): throw error
        }
    }

    /// Says that nothing more comes; the reader still gets what is queued.
    package func finish() { state.withLock { $0.finished() }?.resume() }

    /// Ends both sides with an error; what is queued is dropped.
    package func fail(_ error: any Error) {
        let (reader, writers) = state.withLock { $0.failed(error) }
        reader?.resume()
        for writer in writers { writer.resume(throwing: error) }
    }

    private func put(_ element: consuming StreamElement) async throws {
        var element: StreamElement? = element
        switch state.withLock({ $0.offered(&element) }) {
        case .accepted(let reader): reader?.resume()
        case .full: try await wait(with: &element)
        case .ended(let error): throw error
        }
    }

    private func wait(with element: inout StreamElement?) async throws {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let offer = state.withLock { state -> State.Offer in
                    // A cancellation that came before is not announced again.
                    if Task.isCancelled { return .ended(CancellationError()) }
                    return state.writerWaits(continuation, ticket: ticket, with: &element)
                }
                switch offer {
                case .full: break
                case .accepted(let reader):
                    reader?.resume()
                    continuation.resume()
                case .ended(let error): continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            let writer = state.withLock { $0.writerCancelled(ticket: ticket) }
            writer?.resume(throwing: CancellationError())
        }
    }

    // MARK: Reading

    /// Takes what comes next, suspended while there is nothing; nil at the end.
    ///
    /// - Throws: `CancellationError` when the reading task is cancelled while it waits, or the error of ``fail(_:)``.
    package func take() async throws -> StreamElement? {
        while true {
            let (taken, writers) = state.withLock { $0.taken() }
            for writer in writers { writer.resume() }
            switch taken {
            case .element(let element): return element
            case .end: return nil
            case .failed(let error): throw error
            case .wait: try await waitForElements()
            }
        }
    }

    private func waitForElements() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { !Task.isCancelled && $0.readerWaits(continuation) }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            let reader = state.withLock { $0.readerCancelled() }
            reader?.resume()
        }
        try Task.checkCancellation()
    }
}
