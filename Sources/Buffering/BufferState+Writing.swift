public import DequeModule

extension BufferState {
    /// A writer offers an element.
    ///
    /// It is moved out of `element` when it is accepted: with a second owner what it holds would be copied by the
    /// first that changes it.
    @inlinable
    package mutating func offered(_ element: inout Element?, _ load: Load) -> Offer {
        switch end {
        case .open: break
        case .finished: return .finished
        case .failed(let error): return .failed(error)
        }
        guard load.isNone || (writers.isEmpty && hasRoom(for: load)) else { return .full }
        if let accepted = element.take() { queue.append(accepted, load) }
        return .accepted(resuming: reader.take())
    }

    /// A writer whose element found no room waits with it.
    ///
    /// - Returns: ``Offer/full`` when it waits indeed; else what has become of the element meanwhile, and the writer
    ///   is not kept.
    @inlinable
    package mutating func writerWaits(
        _ writer: Writer, ticket: UInt64, with element: inout Element?, _ load: Load
    ) -> Offer {
        let offer = offered(&element, load)
        if case .full = offer, let element = element.take() {
            writers.append(Waiting(ticket: ticket, writer: writer, element: element, load: load))
        }
        return offer
    }

    /// A waiting writer's task was cancelled; its element is forgotten, and smaller ones behind it may find room.
    ///
    /// - Returns: the cancelled writer, the writers whose elements have come in, and the reader, which may find
    ///   them; nil when the writer does not wait any more.
    @inlinable
    package mutating func writerCancelled(
        ticket: UInt64
    ) -> (cancelled: Writer, reader: Reader?, resuming: [Writer])? {
        guard let index = writers.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        let cancelled = writers.remove(at: index).writer
        let served = admitWaiting()
        return (cancelled, served.isEmpty ? nil : reader.take(), served)
    }

    /// No more will be written; the reader still gets what is queued and what waits, and behind it the failure.
    @inlinable
    package mutating func finished(_ failure: Failure? = nil) -> Reader? {
        if case .open = end { end = .finished(failure) }
        return reader.take()
    }

    /// One element alone always finds room, however large it is.
    @inlinable
    func hasRoom(for load: Load) -> Bool {
        guard isBounded else { return true }
        let total = total
        return total.isNone || (total + load).fits(capacity)
    }

    @inlinable
    mutating func admitWaiting() -> [Writer] {
        // Almost always nobody waits.
        if writers.isEmpty { return [] }
        var served: [Writer] = []
        while !writers.isEmpty, hasRoom(for: writers[0].load) {
            let next = writers.removeFirst()
            queue.append(next.element, next.load)
            served.append(next.writer)
        }
        return served
    }
}
