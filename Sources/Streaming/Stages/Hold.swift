import Buffering
import DequeModule
import Records
import Synchronization

/// The records that a stage holds back, the first to come the first to leave, and what the store knows of them: each
/// is stored once, however many checkpoints go by while it is held.
struct Hold {
    private var queue: Deque<Record>
    /// The number of the first record that is held, or of the next that comes.
    private var first: UInt64
    /// Those with lower numbers have been stored, or have left before.
    private var stored: UInt64
    /// What the store was last told about which records have left.
    private var storedFirst: UInt64

    init(_ restored: RestoredHold = RestoredHold()) {
        queue = Deque(restored.take())
        stored = restored.nextNumber
        first = stored - UInt64(queue.count)
        storedFirst = first
    }

    var count: Int { queue.count }
    var isEmpty: Bool { queue.isEmpty }

    /// The record at a place, from 0 for the next to leave.
    subscript(place: Int) -> Record { queue[place] }

    /// How many of the first records, up to a number of them, have something in common.
    func count(upTo most: Int, while predicate: (borrowing Record) -> Bool) -> Int {
        queue.prefix(most).prefix { predicate($0) }.count
    }

    mutating func append(_ records: [Record]) { queue += records }
    mutating func append(_ record: Record) { queue.append(record) }

    /// Takes records out at the front.
    ///
    /// - Parameter count: at most ``count``.
    mutating func take(_ count: Int) -> [Record] {
        let taken = Array(queue.prefix(count))
        queue.removeFirst(count)
        first += UInt64(count)
        return taken
    }

    /// Takes records out at the front: one at least, and further ones up to a bound.
    mutating func take(_ bound: Load) -> [Record] {
        var load = Load.none
        let most = queue.prefix(max(1, bound.records)).prefix { record in
            defer { load += Load(record) }
            return load.isNone || load.bytes + record.memorySize <= bound.bytes
        }
        return take(most.count)
    }

    mutating func takeAll() -> [Record] { take(count) }

    /// What a checkpoint has to store; nil where the store knows all.
    mutating func change() -> HeldChange? {
        let end = first + UInt64(count)
        guard max(first, stored) < end || storedFirst < min(first, stored) else { return nil }
        var added: [HeldRecord] = []
        for number in max(first, stored)..<end {
            added.append(HeldRecord(queue[Int(number - first)], number: number))
        }
        stored = end
        storedFirst = first
        return HeldChange(first: first, added: added)
    }
}

/// What a stage held when the run before ended, until the stage takes it: who kept the records besides would have all of
/// them in memory until the run ends.
final class RestoredHold: Sendable {
    let load: Load
    /// The number after that of the last one, at least as large as their count.
    let nextNumber: UInt64
    private let records: Mutex<[Record]>

    init(records: [Record] = [], nextNumber: UInt64 = 0) {
        load = Load(records)
        self.nextNumber = nextNumber
        self.records = Mutex(records)
    }

    /// How many there were.
    var count: Int { load.records }

    /// The records, once.
    func take() -> [Record] {
        records.withLock { records in
            defer { records = [] }
            return records
        }
    }
}
