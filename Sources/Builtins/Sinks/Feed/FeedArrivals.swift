import Records

/// Tells how records stand to each other in time that have no date of their own.
struct FeedArrivals {
    /// Documents that are being read at the same time, at most.
    private static let mostDocuments = 4096

    private var turn: Int64
    private var documents: [Int64: FeedWindow.Arrival] = [:]
    private var last: Origin?

    /// - Parameter turn: the last one that was given.
    init(after turn: Int64) { self.turn = turn }

    /// A feed's items came together, and in its documents the newest stands first; of other records the last is the newest.
    mutating func arrival(of record: borrowing Record) -> FeedWindow.Arrival {
        let origin = record.chunk.origin
        let index = Int64(clamping: record.index)
        if origin.reading != 0 {
            var arrival = documents[origin.reading] ?? next(origin)
            if documents.count >= Self.mostDocuments { documents = [:] }
            documents[origin.reading] = arrival
            arrival.place = origin.hasPlainTexts ? index : -index
            return arrival
        }
        if last !== origin { turn += 1 }
        last = origin
        return FeedWindow.Arrival(
            received: origin.received, turn: turn, place: origin.hasPlainTexts ? index : -index)
    }

    private mutating func next(_ origin: Origin) -> FeedWindow.Arrival {
        turn += 1
        return FeedWindow.Arrival(received: origin.received, turn: turn)
    }
}
