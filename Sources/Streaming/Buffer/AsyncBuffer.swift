package import Records
import Synchronization

/// What moves between two stages: a run of records, or a sign that has its place between them.
package enum StreamElement: Sendable {
    case records([Record])
    case control(Control)
}

/// A sign that travels in order with the records.
package enum Control: Sendable {
    /// The records since the last one belong together.
    case batchEnd
    /// A time that a stage asked for has come.
    case tick
    /// A source has reached an anchor with the records that went before.
    case anchor(slot: Int, Anchor?)
    case marker(Marker)
    /// Records that a stage gave up, on their way to the dead letters.
    case failures([RecordFailure])
}

/// A bounded link between the tasks of two stages, with any number of writers and one reader.
///
/// Records queued plus those in the reader's hands never exceed the capacity; a writer that finds no room is
/// suspended, which is the backpressure of a pipeline. The reader is handed all that is there, at most half the
/// capacity at a time so that the writers can go on meanwhile: one record alone passes at once, a backlog passes
/// in large runs.
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
        var rest = records
        var waited = false
        while !rest.isEmpty {
            let before = rest.count
            let wake = try state.withLock { try $0.offered(&rest) }
            wake.reader?.resume()
            if rest.count < before { accepted(before - rest.count) }
            guard !rest.isEmpty else { return }
            try await waitForRoom(first: waited)
            waited = true
        }
    }

    /// Appends a control; it takes no room and never waits.
    package func put(_ control: Control) throws {
        let wake = try state.withLock { try $0.appended(control) }
        wake.reader?.resume()
    }

    /// Says that nothing more comes; the reader still gets what is queued.
    package func finish() {
        let wake = state.withLock { $0.finished() }
        wake.reader?.resume()
    }

    /// Ends both sides with an error; what is queued is dropped.
    package func fail(_ error: any Error) {
        let (reader, writers) = state.withLock { $0.failed(error) }
        reader?.resume()
        for writer in writers { writer.resume(throwing: error) }
    }

    private func waitForRoom(first: Bool) async throws {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waits = state.withLock {
                    !Task.isCancelled && $0.writerWaits(continuation, ticket: ticket, first: first)
                }
                if !waits { continuation.resume() }
            }
            try Task.checkCancellation()
        } onCancel: {
            let writer = state.withLock { $0.writerCancelled(ticket: ticket) }
            writer?.resume(throwing: CancellationError())
        }
    }

    // MARK: Reading

    /// Takes what comes next, suspended while there is nothing; nil at the end.
    ///
    /// - Throws: `CancellationError` when the reading task is cancelled, or the error of ``fail(_:)``.
    package func take() async throws -> StreamElement? {
        while true {
            let (taken, wake) = state.withLock { $0.taken() }
            wake.writer?.resume()
            switch taken {
            case .element(let element): return element
            case .end: return nil
            case .failed(let error): throw error
            case .wait: try await waitForRecords()
            }
        }
    }

    private func waitForRecords() async throws {
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
