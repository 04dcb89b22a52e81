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
        let load: Load
    }

    private enum End {
        case open, finished
        case failed(any Error)
    }

    let capacity: Load
    /// Whether writers wait where there is no room; else somebody else sees to the bound.
    let isBounded: Bool
    /// What one element may hold at most: half the capacity, so that writers go on while the reader works on the other
    /// half. A single record may be larger.
    let elementLimit: Load
    private var queue = ElementQueue()
    /// What the reader took last and still works on.
    private(set) var inHands = Load.none
    /// What the reader took earlier and has kept.
    private var keeping = Load.none
    private var wasFull = false
    private var reader: Reader?
    private var writers: [Waiting] = []
    private var end = End.open

    /// - Parameters:
    ///   - capacity: at least one record.
    ///   - elementLimit: what one element may hold.
    init(capacity: Load, isBounded: Bool = true, elementLimit: Load) {
        self.capacity = capacity
        self.isBounded = isBounded
        self.elementLimit = elementLimit
    }

    /// What is in the queue, without what is in the reader's hands.
    var queued: Load { queue.load }
    /// All that it answers for: queued, in the reader's hands, kept by it.
    var total: Load { queue.load + inHands + keeping }

    /// Whether it is full, where that has changed since the last call.
    mutating func turned() -> Bool? {
        let isFull = total.records >= capacity.records
        guard isFull != wasFull else { return nil }
        wasFull = isFull
        return isFull
    }

    // MARK: Writing

    /// A writer offers an element of at most ``elementLimit``, or one record.
    ///
    /// It is moved out of `element` when it is accepted: with a second owner its records would be copied by the
    /// first stage that changes them.
    mutating func offered(_ element: inout StreamElement?, _ load: Load) -> Offer {
        switch end {
        case .open: break
        case .finished: return .ended(BufferError.finished)
        case .failed(let error): return .ended(error)
        }
        guard load.isNone || (writers.isEmpty && hasRoom(for: load)) else { return .full }
        if let accepted = element.take() { queue.append(accepted, load, mergingUpTo: elementLimit) }
        return .accepted(resuming: reader.take())
    }

    /// A writer whose element found no room waits with it.
    ///
    /// - Returns: ``Offer/full`` when it waits indeed; else what has become of the element meanwhile, and the writer
    ///   is not kept.
    mutating func writerWaits(
        _ writer: Writer, ticket: UInt64, with element: inout StreamElement?, _ load: Load
    ) -> Offer {
        let offer = offered(&element, load)
        if case .full = offer, let element = element.take() {
            writers.append(Waiting(ticket: ticket, writer: writer, element: element, load: load))
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
        inHands = .none
        if case .failed(let error) = end { return (.failed(error), []) }
        // Room first: an element must not wait while the reader finds nothing.
        var served = admitWaiting()
        guard let (element, load) = queue.popFirst() else {
            if case .finished = end { return (.end, served) }
            return (.wait, served)
        }
        inHands = load
        if inHands.isNone { served += admitWaiting() }
        return (.element(element), served)
    }

    /// The reader keeps records and answers for them until ``released(_:)``.
    ///
    /// - Returns: what was not in its hands before.
    mutating func kept(_ load: Load) -> Load {
        let moved = Load(
            records: min(inHands.records, load.records), bytes: min(inHands.bytes, load.bytes))
        inHands -= moved
        keeping += load
        return load - moved
    }

    /// The reader has let go of a part of what it kept.
    ///
    /// - Returns: the writers whose elements have come in by it, and the reader, which may find them.
    mutating func released(_ load: Load) -> (reader: Reader?, resuming: [Writer]) {
        keeping -= load
        let served = admitWaiting()
        return (served.isEmpty ? nil : reader.take(), served)
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

    /// One record alone always finds room, however large it is.
    private func hasRoom(for load: Load) -> Bool {
        guard isBounded else { return true }
        let total = total
        return total.isNone || (total + load).fits(capacity)
    }

    private mutating func admitWaiting() -> [Writer] {
        var count = 0
        while count < writers.count, hasRoom(for: writers[count].load) {
            queue.append(writers[count].element, writers[count].load, mergingUpTo: elementLimit)
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
