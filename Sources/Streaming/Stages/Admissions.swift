import Records

/// A step that lets records through with keys, which it takes back if they fail.
protocol AdmittingStep: AnyObject, Sendable {
    /// The stage's identity in stored form; the keys of each have a space of their own.
    var identity: String { get }

    /// The key of a record that was admitted in an earlier run and held since: it is in no history yet.
    func restore(_ key: DedupKey)

    /// The record that was let through with a key has failed, and no sink has it.
    func takeBack(_ key: DedupKey)
}

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

    override final public func story(at index: Int) -> RecordStory? {
        var (attachment, index): (RecordAttachment?, Int) = (self, index)
        while let passage = attachment as? Passage {
            if let admissions = passage as? Admissions, let story = admissions.ownStory(at: index) {
                return story
            }
            (attachment, index) = passage.earlier?[index] ?? (nil, 0)
        }
        return nil
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
    private let step: any AdmittingStep
    private let keys: [DedupKey?]
    /// Whether a key is that of another record, which the record is similar to; none is where it is empty.
    private let followers: [Bool]

    private init(step: any AdmittingStep, keys: [DedupKey?], followers: [Bool], over records: [Record]) {
        self.step = step
        self.keys = keys
        self.followers = followers
        super.init(over: records)
    }

    /// Lets records carry the keys that a step has let them through with.
    ///
    /// - Parameters:
    ///   - keys: by the records' places; nil for those that have none.
    ///   - followers: whether a key is that of another record, which this one is similar to; empty where none is.
    static func attach(
        _ keys: [DedupKey?], followers: [Bool] = [], of step: any AdmittingStep, to records: inout [Record]
    ) {
        let admissions = Admissions(step: step, keys: keys, followers: followers, over: records)
        for index in records.indices where keys[index] != nil {
            records[index].attach(admissions, index: index)
        }
    }

    /// Calls `body` with each key of a record, the last admission first.
    ///
    /// It is told, too, whether the key is that of another record.
    static func forEachKey(of record: borrowing Record, _ body: (any AdmittingStep, DedupKey, Bool) -> Void) {
        Passage.forEach(of: record) { passage, index in
            guard let admissions = passage as? Admissions, let key = admissions.keys[index] else { return }
            body(admissions.step, key, admissions.isFollower(index))
        }
    }

    private func isFollower(_ index: Int) -> Bool { !followers.isEmpty && followers[index] }

    /// The story that a record belongs to, where the step is one that knows stories.
    fileprivate func ownStory(at index: Int) -> RecordStory? {
        guard step is NearStep, let key = keys[index] else { return nil }
        return RecordStory(number: key.high, isFirst: !isFollower(index))
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
    borrowing func isAdmitted(by step: some AdmittingStep) -> Bool {
        guard attachment != nil else { return false }
        var found = false
        Admissions.forEachKey(of: self) { admitting, _, _ in if admitting === step { found = true } }
        return found
    }

    /// The record has failed and no sink has it: when it comes again it is no duplicate of itself.
    borrowing func giveBackKeys() {
        guard attachment != nil, !isDelivered else { return }
        Admissions.forEachKey(of: self) { step, key, isFollower in if !isFollower { step.takeBack(key) } }
    }

    /// The keys that it is held with.
    borrowing func admissions() -> [Admission] {
        guard attachment != nil else { return [] }
        var all: [Admission] = []
        Admissions.forEachKey(of: self) { step, key, isFollower in
            all.append(Admission(stage: step.identity, key: key, isFollower: isFollower))
        }
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
