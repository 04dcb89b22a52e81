import Records

/// Makes the records that stages held when the last run ended into records of this run.
struct HeldRestoration {
    private let held: [String: [HeldRecord]]
    private let slots: [String: Int]
    private let dedups: [String: any AdmittingStep]
    /// Stages whose records go on elsewhere.
    private let left: Set<String>
    /// By the sink, how many taps write to it: which of several a record was written by is not known.
    private let writers: [String: Int]

    init(
        _ held: [String: [HeldRecord]], left: Set<String>, pipeline: Pipeline, writers: [String: Int],
        dedups: [String: any AdmittingStep]
    ) {
        self.held = held
        self.left = left
        self.dedups = dedups
        self.writers = writers
        slots = Dictionary(pipeline.sources.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// Whether sinks have records that are still to come to them.
    var hasDeliveries: Bool { held.values.contains { $0.contains { !$0.sinks.isEmpty } } }

    /// What a stage goes on with, each record with the keys that it was admitted with.
    func hold(of identity: String) throws -> RestoredHold {
        guard let stored = held[identity], let last = stored.last else { return RestoredHold() }
        return RestoredHold(
            records: left.contains(identity) ? [] : try stored.map(record),
            // Counted on, so that its first change takes what was stored before away.
            nextNumber: max(last.number &+ 1, UInt64(stored.count)))
    }

    /// What a stage held that goes on elsewhere.
    func records(of identity: String) throws -> [Record] { try (held[identity] ?? []).map(record) }

    private func record(_ held: HeldRecord) throws -> Record {
        var records = [try held.record(slot: slots[held.source] ?? 0)]
        // The last admission comes first.
        for admission in held.admissions.reversed() {
            guard let step = dedups[admission.stage] else { continue }
            if !admission.isFollower { step.restore(admission.key) }
            Admissions.attach([admission.key], followers: [admission.isFollower], of: step, to: &records)
        }
        let sinks = held.sinks.filter { writers[$0] == 1 }
        if !sinks.isEmpty { Deliveries.attach(sinks, to: &records) }
        return records[0]
    }
}
