import Records

/// The keys that a `dedup` has let a run of records through with; the records carry them on their way, so that one
/// that fails can give its key back, and one that is held keeps it.
final class Admissions: RecordAttachment, @unchecked Sendable {
    // Safe because it has only constants.
    let step: DedupStep
    private let keys: [DedupKey?]
    /// What the records carried before, by their places; nil where none carried anything.
    private let earlier: [(attachment: RecordAttachment?, index: Int)]?

    private init(
        step: DedupStep, keys: [DedupKey?], earlier: [(attachment: RecordAttachment?, index: Int)]?
    ) {
        self.step = step
        self.keys = keys
        self.earlier = earlier
        super.init()
    }

    /// Lets records carry the keys that a step has let them through with.
    ///
    /// - Parameter keys: by the records' places; nil for those that have none.
    static func attach(_ keys: [DedupKey?], of step: DedupStep, to records: inout [Record]) {
        let carry = records.contains { $0.attachment != nil }
        let admissions = Admissions(
            step: step, keys: keys,
            earlier: carry ? records.map { ($0.attachment, $0.attachmentIndex) } : nil)
        for index in records.indices where keys[index] != nil {
            records[index].attach(admissions, index: index)
        }
    }

    /// Calls `body` with each key of a record, the last admission first.
    static func forEach(of record: borrowing Record, _ body: (DedupStep, DedupKey) -> Void) {
        var attachment = record.attachment
        var index = record.attachmentIndex
        while let admissions = attachment as? Admissions {
            if let key = admissions.keys[index] { body(admissions.step, key) }
            (attachment, index) = admissions.earlier?[index] ?? (nil, 0)
        }
    }
}

extension Record {
    /// Whether a step has let this record through already, in this run or in one before.
    borrowing func isAdmitted(by step: DedupStep) -> Bool {
        guard attachment != nil else { return false }
        var found = false
        Admissions.forEach(of: self) { admitting, _ in if admitting === step { found = true } }
        return found
    }

    /// The record has failed and no sink has it: when it comes again it is no duplicate of itself.
    borrowing func giveBackKeys() {
        guard attachment != nil, !isDelivered else { return }
        Admissions.forEach(of: self) { step, key in step.takeBack(key) }
    }

    /// The keys that it is held with.
    borrowing func admissions() -> [Admission] {
        guard attachment != nil else { return [] }
        var all: [Admission] = []
        Admissions.forEach(of: self) { step, key in all.append(Admission(stage: step.identity, key: key)) }
        return all
    }
}
