import DequeModule
import Records

/// Records that a stage holds, in the units that belong together: batches where the records come in batches, else each
/// on its own.
struct UnitHold {
    private let isBatched: Bool
    private var hold: Hold
    /// Records of each batch that is complete.
    private var batches: Deque<Int> = []
    /// Records behind the last of those.
    private var open = 0

    /// - Parameter restored: what was held when the last run ended; where batches ended then is not known any more.
    init(_ restored: RestoredHold = RestoredHold(), isBatched: Bool) {
        self.isBatched = isBatched
        hold = Hold(restored)
        open = restored.count
        endBatch()
    }

    var count: Int { hold.count }

    /// Whether a unit is complete.
    var hasUnit: Bool { isBatched ? !batches.isEmpty : !hold.isEmpty }

    mutating func append(_ records: [Record]) {
        hold.append(records)
        open += records.count
    }

    /// What came since the last end belongs together. Of a batch without records nobody needs to hear.
    mutating func endBatch() {
        if isBatched, open > 0 { batches.append(open) }
        open = 0
    }

    /// Records of a unit that is complete.
    ///
    /// - Parameter place: counted from the next to leave.
    func unit(_ place: Int = 0) -> [Record]? {
        guard isBatched else { return place < hold.count ? [hold[place]] : nil }
        guard place < batches.count else { return nil }
        let start = batches.prefix(place).reduce(0, +)
        return (start..<start + batches[place]).map { hold[$0] }
    }

    /// Takes the next unit out; there must be one that is complete.
    mutating func removeUnit() -> [Record] {
        hold.take(isBatched ? batches.removeFirst() : 1)
    }

    /// What a checkpoint has to store; nil where the store knows all.
    mutating func change() -> HeldChange? { hold.change() }
}
