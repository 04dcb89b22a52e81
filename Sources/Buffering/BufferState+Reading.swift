public import DequeModule

extension BufferState {
    /// The reader comes back for more, which also gives back the room of what it took before.
    ///
    /// - Returns: what it gets, and the writers whose elements have come in by it.
    @inlinable
    package mutating func taken() -> (taken: Taken, resuming: [Writer]) {
        inHands = .none
        if case .failed(let error) = end { return (.failed(error), []) }
        // Room first: an element must not wait while the reader finds nothing.
        var served = admitWaiting()
        guard let (element, load) = queue.popFirst() else {
            if case .finished(let failure) = end { return (.end(failure), served) }
            return (.wait, served)
        }
        inHands = load
        if inHands.isNone { served += admitWaiting() }
        return (.element(element), served)
    }

    /// The reader keeps elements and answers for them until ``released(_:)``.
    ///
    /// - Returns: what was not in its hands before.
    @inlinable
    package mutating func kept(_ load: Load) -> Load {
        let moved = Load(
            count: min(inHands.count, load.count), weight: min(inHands.weight, load.weight))
        inHands -= moved
        keeping += load
        return load - moved
    }

    /// The reader has let go of a part of what it kept.
    ///
    /// - Returns: the writers whose elements have come in by it, and the reader, which may find them.
    @inlinable
    package mutating func released(_ load: Load) -> (reader: Reader?, resuming: [Writer]) {
        keeping -= load
        let served = admitWaiting()
        return (served.isEmpty ? nil : reader.take(), served)
    }

    /// The reader found nothing and asks to be resumed.
    ///
    /// - Returns: false when it should look again instead.
    @inlinable
    package mutating func readerWaits(_ waiting: Reader) -> Bool {
        guard case .open = end, queue.isEmpty else { return false }
        reader = waiting
        return true
    }

    @inlinable package mutating func readerCancelled() -> Reader? { reader.take() }

    /// Ends both sides at once: what is queued is dropped, writers and the reader get the error.
    @inlinable
    package mutating func failed(_ error: any Error) -> (reader: Reader?, writers: [Writer]) {
        if case .failed = end { return (nil, []) }
        end = .failed(error)
        queue.removeAll()
        defer { writers = [] }
        return (reader.take(), writers.map(\.writer))
    }
}
