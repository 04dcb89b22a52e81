import Records

/// The decisions of an ``AsyncBuffer``: who may go on, who waits. It holds no lock and resumes nobody.
///
/// Each transition is named for its event and returns what the caller has to do. `Reader` and `Writer` are what
/// the caller resumes later; here they are only kept. Elements move as a whole: one that finds no room waits
/// together with its writer, and the reader lets the waiting ones in, first come, first served. So a writer that
/// is resumed has been served, and nobody overtakes another.
struct BufferState<Reader, Writer> {
    /// What became of an element that was offered.
    enum Offer {
        /// It is in the queue; the reader, if it waits, has to be resumed.
        case accepted(resuming: Reader?)
        /// There is no room, or others wait for it.
        case full
        /// Nothing can be written any more.
        case ended(any Error)
    }

    /// What the reader is given.
    enum Taken {
        case element(StreamElement)
        case end
        case failed(any Error)
        case wait
    }

    private struct Waiting {
        let ticket: UInt64
        let writer: Writer
        let element: StreamElement
    }

    private enum End {
        case open, finished
        case failed(any Error)
    }

    let capacity: Int
    private var queue = ElementQueue()
    /// Records that the reader took last and still works on.
    private var inHands = 0
    private var reader: Reader?
    private var writers: [Waiting] = []
    private var end = End.open

    /// - Parameter capacity: records, at least 1.
    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    /// The records that one element may hold at most: half the capacity, so that writers go on while the reader
    /// works on the other half.
    var elementLimit: Int { max(1, capacity / 2) }

    /// Records in the queue, not those in the reader's hands.
    var fill: Int { queue.weight }

    // MARK: Writing

    /// A writer offers an element of at most ``elementLimit`` records.
    ///
    /// It is moved out of `element` when it is accepted: with a second owner its records would be copied by the
    /// first stage that changes them.
    mutating func offered(_ element: inout StreamElement?) -> Offer {
        switch end {
        case .open: break
        case .finished: return .ended(BufferError.finished)
        case .failed(let error): return .ended(error)
        }
        let weight = element?.weight ?? 0
        guard weight == 0 || (writers.isEmpty && fits(weight)) else { return .full }
        if let accepted = element.take() { queue.append(accepted, mergingUpTo: elementLimit) }
        return .accepted(resuming: reader.take())
    }

    /// A writer whose element found no room waits with it.
    ///
    /// - Returns: ``Offer/full`` when it waits indeed; else what has become of the element meanwhile, and the writer
    ///   is not kept.
    mutating func writerWaits(_ writer: Writer, ticket: UInt64, with element: inout StreamElement?) -> Offer {
        let offer = offered(&element)
        if case .full = offer, let element = element.take() {
            writers.append(Waiting(ticket: ticket, writer: writer, element: element))
        }
        return offer
    }

    /// A waiting writer's task was cancelled; its element is forgotten.
    ///
    /// - Returns: nil when it does not wait any more.
    mutating func writerCancelled(ticket: UInt64) -> Writer? {
        guard let index = writers.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return writers.remove(at: index).writer
    }

    /// No more will be written; the reader still gets what is queued.
    mutating func finished() -> Reader? {
        if case .open = end { end = .finished }
        return reader.take()
    }

    // MARK: Reading

    /// The reader comes back for more, which also gives back the room of what it took before.
    ///
    /// - Returns: what it gets, and the writers whose elements have come in by it.
    mutating func taken() -> (Taken, resuming: [Writer]) {
        inHands = 0
        if case .failed(let error) = end { return (.failed(error), []) }
        // Room first: an element must not wait while the reader finds nothing.
        var served = admitWaiting()
        guard let element = queue.popFirst() else {
            if case .finished = end { return (.end, served) }
            return (.wait, served)
        }
        inHands = element.weight
        if inHands == 0 { served += admitWaiting() }
        return (.element(element), served)
    }

    /// The reader found nothing and asks to be resumed.
    ///
    /// - Returns: false when it should look again instead.
    mutating func readerWaits(_ waiting: Reader) -> Bool {
        guard case .open = end, queue.isEmpty else { return false }
        reader = waiting
        return true
    }

    mutating func readerCancelled() -> Reader? { reader.take() }

    /// Ends both sides at once: what is queued is dropped, writers and the reader get the error.
    mutating func failed(_ error: any Error) -> (reader: Reader?, writers: [Writer]) {
        if case .failed = end { return (nil, []) }
        end = .failed(error)
        queue = ElementQueue()
        defer { writers = [] }
        return (reader.take(), writers.map(\.writer))
    }

    // MARK: Parts

    private func fits(_ weight: Int) -> Bool { queue.weight + inHands + weight <= capacity }

    private mutating func admitWaiting() -> [Writer] {
        var count = 0
        while count < writers.count, fits(writers[count].element.weight) {
            queue.append(writers[count].element, mergingUpTo: elementLimit)
            count += 1
        }
        guard count > 0 else { return [] }
        defer { writers.removeFirst(count) }
        return writers.prefix(count).map(\.writer)
    }
}

/// A misuse of a buffer.
enum BufferError: Error {
    /// Something was written after `finish()`.
    case finished
}
