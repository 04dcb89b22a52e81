import Records

/// What a run of records has been through; the records carry it on their way.
class Passage: RecordAttachment, @unchecked Sendable {
    // Safe because it and its subclasses have only constants.
    /// What the records carried before, by their places; nil where none carried anything.
    private let earlier: [(attachment: RecordAttachment?, index: Int)]?

    fileprivate init(over records: [Record]) {
        let carry = records.contains { $0.attachment != nil }
        earlier = carry ? records.map { ($0.attachment, $0.attachmentIndex) } : nil
        super.init()
    }

    /// Calls `body` with all that a record has been through and its place there, the last first.
    fileprivate static func forEach(of record: borrowing Record, _ body: (Passage, Int) -> Void) {
        var attachment = record.attachment
        var index = record.attachmentIndex
        while let passage = attachment as? Passage {
            body(passage, index)
            (attachment, index) = passage.earlier?[index] ?? (nil, 0)
        }
    }
}

/// The keys that a `dedup` has let records through with, so that one that fails can give its key back, and one that
/// is held keeps it.
final class Admissions: Passage, @unchecked Sendable {
    private let step: DedupStep
    private let keys: [DedupKey?]

    private init(step: DedupStep, keys: [DedupKey?], over records: [Record]) {
        self.step = step
        self.keys = keys
        super.init(over: records)
    }

    /// Lets records carry the keys that a step has let them through with.
    ///
    /// - Parameter keys: by the records' places; nil for those that have none.
    static func attach(_ keys: [DedupKey?], of step: DedupStep, to records: inout [Record]) {
        let admissions = Admissions(step: step, keys: keys, over: records)
        for index in records.indices where keys[index] != nil {
            records[index].attach(admissions, index: index)
        }
    }

    /// Calls `body` with each key of a record, the last admission first.
    static func forEachKey(of record: borrowing Record, _ body: (DedupStep, DedupKey) -> Void) {
        Passage.forEach(of: record) { passage, index in
            guard let admissions = passage as? Admissions, let key = admissions.keys[index] else { return }
            body(admissions.step, key)
        }
    }
}

/// The sinks that have had records before, in an order of the stages that was another one.
final class Deliveries: Passage, @unchecked Sendable {
    /// By identity in stored form.
    fileprivate let sinks: [String]

    private init(sinks: [String], over records: [Record]) {
        self.sinks = sinks
        super.init(over: records)
    }

    /// Lets records carry that sinks have them.
    static func attach(_ sinks: [String], to records: inout [Record]) {
        let deliveries = Deliveries(sinks: sinks, over: records)
        for index in records.indices { records[index].attach(deliveries, index: index) }
    }
}

extension Record {
    /// Whether a step has let this record through already, in this run or in one before.
    borrowing func isAdmitted(by step: DedupStep) -> Bool {
        guard attachment != nil else { return false }
        var found = false
        Admissions.forEachKey(of: self) { admitting, _ in if admitting === step { found = true } }
        return found
    }

    /// The record has failed and no sink has it: when it comes again it is no duplicate of itself.
    borrowing func giveBackKeys() {
        guard attachment != nil, !isDelivered else { return }
        Admissions.forEachKey(of: self) { step, key in step.takeBack(key) }
    }

    /// The keys that it is held with.
    borrowing func admissions() -> [Admission] {
        guard attachment != nil else { return [] }
        var all: [Admission] = []
        Admissions.forEachKey(of: self) { step, key in all.append(Admission(stage: step.identity, key: key)) }
        return all
    }

    /// The sinks that had it before, by identity in stored form.
    borrowing func sinksBefore() -> [String] {
        guard attachment != nil else { return [] }
        var sinks: [String] = []
        Passage.forEach(of: self) { passage, _ in sinks += (passage as? Deliveries)?.sinks ?? [] }
        return sinks
    }
}
