import Buffering
package import Records
import Synchronization

/// A link between the tasks of two stages, with any number of writers and one reader.
///
/// A bounded one never holds more than its capacity, what is in the reader's hands included (one record alone always
/// passes): a writer that finds no room is suspended, which is the backpressure of a pipeline. One that belongs to a
/// ``Flow`` never suspends its writers; there the flow lets nothing into the chain while a link is full. The reader is
/// handed runs of at most half the capacity: one record alone passes at once, a backlog passes in large runs.
package final class AsyncBuffer: Sendable {
    private typealias State = BufferState<
        ElementQueue, Never, CheckedContinuation<Void, Never>, CheckedContinuation<Void, any Error>
    >

    package let capacity: Load
    /// What one element may hold at most: half the capacity, so that writers go on while the reader works on the other
    /// half. A single record may be larger.
    private let elementLimit: Load
    private let flow: Flow?
    private let state: Mutex<State>
    private let tickets = Atomic<UInt64>(0)

    /// A bounded one.
    ///
    /// - Parameter capacity: at least one record.
    package convenience init(capacity: Load) { self.init(capacity: capacity, flow: nil) }

    /// - Parameter flow: what lets records into the chain that this is a link of; nil bounds the buffer itself.
    init(capacity: Load, flow: Flow?) {
        self.capacity = capacity
        self.flow = flow
        elementLimit = Load(records: max(1, capacity.records / 2), bytes: max(1, capacity.bytes / 2))
        state = Mutex(
            State(ElementQueue(joiningUpTo: elementLimit), capacity: capacity, isBounded: flow == nil))
    }

    /// Records that wait in the buffer now.
    package var fill: Int { state.withLock { $0.queued.records } }

    /// What waits here, is in the reader's hands or kept by it.
    package var load: Load { state.withLock { $0.total } }

    /// What the reader took last and still works on.
    var inHands: Load { state.withLock { $0.inHands } }

    // MARK: Writing

    /// Appends records in order, suspended while there is no room.
    ///
    /// - Parameter accepted: told the number of records each time some have moved into the buffer.
    /// - Throws: `CancellationError` when the writing task is cancelled while it waits, or the error of
    ///   ``fail(_:)``. Records that were accepted before stay accepted.
    package func put(_ records: consuming [Record], accepted: (Int) -> Void = { _ in }) async throws {
        let records = records
        let count = records.count
        if count == 0 { return }
        let load = Load(records)
        if count > 1, !load.fits(elementLimit) { return try await putPieces(of: records, accepted: accepted) }
        var element: StreamElement? = .records(consume records)
        if try !offer(&element, load) { try await wait(with: &element, load) }
        accepted(count)
    }

    private func putPieces(of records: [Record], accepted: (Int) -> Void) async throws {
        var start = 0
        while start < records.count {
            let piece = Array(records[start..<pieceEnd(of: records, from: start)])
            start += piece.count
            let pieceCount = piece.count
            try await put(StreamElement.records(piece), Load(piece))
            accepted(pieceCount)
        }
    }

    /// Where a run has to be divided so that its piece is no larger than an element may be.
    private func pieceEnd(of records: [Record], from start: Int) -> Int {
        let span = records.span
        var load = Load.none
        var end = start
        while end < span.count {
            load += Load(span[end])
            if end > start, !load.fits(elementLimit) { break }
            end += 1
        }
        return end
    }

    /// Appends failed records, suspended while there is no room.
    package func put(failures: [RecordFailure]) async throws {
        for start in stride(from: 0, to: failures.count, by: elementLimit.records) {
            let piece = Array(failures[start..<min(start + elementLimit.records, failures.count)])
            let element = StreamElement.control(.failures(piece))
            try await put(element, element.load)
        }
    }

    /// Appends a control that carries no records; it takes no room and never waits.
    package func put(_ control: Control) throws {
        var element: StreamElement? = .control(control)
        switch state.withLock({ $0.offered(&element, .none) }) {
        case .accepted(let reader): reader?.resume()
        case .full: preconditionFailure("a control with records is put with put(failures:)")
        case .finished: throw BufferError.finished
        case .failed(let error): throw error
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

    private func put(_ element: consuming StreamElement, _ load: Load) async throws {
        var element: StreamElement? = element
        if try !offer(&element, load) { try await wait(with: &element, load) }
    }

    /// Moves an element into the buffer if there is room; no more than that is called for each run.
    ///
    /// - Returns: whether there was.
    private func offer(_ element: inout StreamElement?, _ load: Load) throws -> Bool {
        // Before anybody can take it: what has left is never counted before it came.
        flow?.entered(load)
        let (offer, isFull) = state.withLock { ($0.offered(&element, load), $0.turned()) }
        if let isFull { flow?.link(isFull: isFull) }
        switch offer {
        case .accepted(let reader): reader?.resume()
        case .full: return false
        case .finished: throw BufferError.finished
        case .failed(let error): throw error
        }
        return true
    }

    private func wait(with element: inout StreamElement?, _ load: Load) async throws {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        try await State.suspendWriter(finished: BufferError.finished) { writer in
            state.withLock { state in
                // A cancellation that came before is not announced again.
                if Task.isCancelled { return .failed(CancellationError()) }
                return state.writerWaits(writer, ticket: ticket, with: &element, load)
            }
        } cancelled: {
            state.withLock { $0.writerCancelled(ticket: ticket) }
        }
    }

    // MARK: Reading

    /// Takes what comes next, suspended while there is nothing; nil at the end.
    ///
    /// - Throws: `CancellationError` when the reading task is cancelled while it waits, or the error of ``fail(_:)``.
    package func take() async throws -> StreamElement? {
        while true {
            let (taken, writers, left, isFull) = state.withLock { state in
                let left = state.inHands
                let (taken, writers) = state.taken()
                return (taken, writers, left, state.turned())
            }
            for writer in writers { writer.resume() }
            if let isFull { flow?.link(isFull: isFull) }
            if !left.isNone { flow?.left(left) }
            switch taken {
            case .element(let element): return element
            case .end: return nil
            case .failed(let error): throw error
            case .wait: try await waitForElements()
            }
        }
    }

    private func waitForElements() async throws {
        await suspendReader { reader in
            state.withLock { !Task.isCancelled && $0.readerWaits(reader) }
        } cancelled: {
            state.withLock { $0.readerCancelled() }
        }
        try Task.checkCancellation()
    }

    /// The reader keeps records, of what it took last or from elsewhere: they count as held here until
    /// ``release(_:)``.
    func keep(_ load: Load) {
        if load.isNone { return }
        let (added, isFull) = state.withLock { ($0.kept(load), $0.turned()) }
        if let isFull { flow?.link(isFull: isFull) }
        if !added.isNone { flow?.entered(added) }
    }

    /// Gives back the room of records that were kept.
    func release(_ load: Load) {
        if load.isNone { return }
        let (reader, writers, isFull) = state.withLock { state in
            let (reader, writers) = state.released(load)
            return (reader, writers, state.turned())
        }
        reader?.resume()
        for writer in writers { writer.resume() }
        if let isFull { flow?.link(isFull: isFull) }
        flow?.left(load)
    }
}

/// A misuse of a buffer.
enum BufferError: Error {
    /// Something was written after `finish()`.
    case finished
}
