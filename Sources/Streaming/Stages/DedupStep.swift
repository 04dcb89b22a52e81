import Logging
package import Records
import Synchronization

/// Drops records whose identity was seen within the history.
///
/// A key becomes history only with the checkpoint that covers the delivery of its record; until then it is kept
/// here. A record that comes again moves its key's time forward, so that an item which a feed shows for a week stays
/// one item.
final class DedupStep: Step, AdmittingStep {
    let rule: FailureRule
    let identity: String
    private let identification: any Identification
    private let when: (any Predicate)?
    /// Seconds.
    private let history: Int64
    private let store: any CheckpointStore
    private let readings: Readings
    /// Seconds of the history's clock.
    private let now: @Sendable () -> Int64
    /// What the keys of this stage begin with.
    private let start: SipHash128
    private let logger: Logger
    private let keys = KeyLedger()
    /// Where it is asked for, who has shown each key, and when.
    private let sightings: SightingLog?
    /// Duplicates of records that were let through in the same run of records: until it has gone through the steps after
    /// this one, the others may fail.
    private let dropped = Mutex<[(record: Record, key: DedupKey)]>([])

    var figures: StageFigures { rule.figures }
    var blocks: Bool { true }

    init(
        identity: String, identification: any Identification, when: (any Predicate)?, history: Duration,
        store: any CheckpointStore, readings: Readings, now: @escaping @Sendable () -> Int64,
        sightings: SightingLog? = nil, rule: FailureRule, logger: Logger
    ) {
        self.sightings = sightings
        self.identity = identity
        self.identification = identification
        self.when = when
        self.history = history.wholeSeconds
        self.store = store
        self.readings = readings
        self.now = now
        start = DedupKey.start(of: identity, store.hashKey)
        self.rule = rule
        self.logger = logger
    }

    func process(_ records: inout [Record]) throws -> [RecordFailure] {
        let undecided = try rule.removeUndecided(&records, when: when)
        let now = now()
        var keys = keys(of: records, now: now)
        let seen = readings.renewed(try self.keys.lastSeen(keys, in: store))
        let verdicts = self.keys.judge(keys, seen: seen, now: now, history: history)
        if sightings != nil {
            // A twin is seen when it is known what becomes of it.
            log(keys.indices.map { verdicts[$0] == .twin ? nil : keys[$0] }, of: records)
        }
        let twins = verdicts.indices.compactMap { index in
            verdicts[index] == .twin ? keys[index].map { (records[index], $0) } : nil
        }
        if !twins.isEmpty { dropped.withLock { $0 += twins } }
        var kept = 0
        for index in records.indices where verdicts[index] != .duplicate && verdicts[index] != .twin {
            if kept != index {
                records.swapAt(kept, index)
                keys.swapAt(kept, index)
            }
            if verdicts[index] == .keyless { keys[kept] = nil }
            kept += 1
        }
        figures.countDuplicates(records.count - kept)
        records.removeLast(records.count - kept)
        if kept > 0 { Admissions.attach(keys, of: self, to: &records) }
        return undecided
    }

    func reconsidered() -> [Record] {
        let dropped = dropped.withLock { exchange(&$0, with: []) }
        if dropped.isEmpty { return [] }
        var again: [Record] = []
        var others: (keys: [DedupKey?], records: [Record]) = ([], [])
        // Asked once for each: a key may be given back meanwhile, and its twin must not be in neither list.
        for (record, key) in dropped {
            if keys.isReturned(key) {
                again.append(record)
            } else if sightings != nil {
                others.keys.append(key)
                others.records.append(record)
            }
        }
        log(others.keys, of: others.records)
        figures.uncountDuplicates(again.count)
        return again
    }

    private func log(_ keys: [DedupKey?], of records: [Record]) {
        sightings?.add(keys, of: records, now: rule.now() / 1_000_000_000)
    }

    func restore(_ key: DedupKey) { keys.restore(key) }

    func takeBack(_ key: DedupKey) { keys.takeBack(key) }

    func pass(_ marker: Marker) {
        keys.pass(marker: marker.id)
        sightings?.pass(marker: marker.id)
    }

    func settle(_ checkpoint: inout Checkpoint, marker id: UInt64) {
        let (added, removed) = keys.settle(marker: id)
        checkpoint.keys += added
        checkpoint.removedKeys += removed
        if let sightings { checkpoint.keySightings += sightings.settle(marker: id) }
    }

    func committed(marker id: UInt64) { keys.committed(marker: id) }

    private func keys(of records: [Record], now: Int64) -> [DedupKey?] {
        var keys: [DedupKey?] = []
        keys.reserveCapacity(records.count)
        // Through a span, a record is looked at without counting a reference.
        let span = records.span
        for index in span.indices { keys.append(key(of: span[index], now: now)) }
        return keys
    }

    private func key(of record: borrowing Record, now: Int64) -> DedupKey? {
        // A record that was held is not asked again by the step that has let it through.
        if record.isAdmitted(by: self) { return nil }
        if let when, when.match(record) != .matched { return nil }
        guard
            let key = DedupKey(
                of: record, by: identification, after: start,
                seen: .init(time: now, reading: record.chunk.origin.reading))
        else {
            if figures.countMissing(1) == 1 {
                logger.warning(
                    "stage '\(rule.stage)': a record has none of the key's fields; it is let through")
            }
            return nil
        }
        return key
    }
}

extension DedupKey {
    /// What all keys of a stage begin with, hashed once.
    ///
    /// - Parameter identity: the stage's, in stored form.
    static func start(of identity: String, _ hashKey: SipHashKey) -> SipHash128 {
        var hash = SipHash128(key: hashKey)
        var identity = identity
        identity.withUTF8 { hash.update($0) }
        hash.update(0)
        return hash
    }

    /// The key of a record in the history of a stage; nil where the record has none.
    ///
    /// - Parameter start: see ``start(of:_:)``.
    fileprivate init?(
        of record: borrowing Record, by identification: any Identification, after start: SipHash128,
        seen: Seen
    ) {
        var hash = start
        guard identification.identify(record, into: &hash) else { return nil }
        let (high, low) = hash.finish()
        self.init(high: high, low: low, seen: seen)
    }
}

/// An operation that keeps keys in the history.
package protocol HistoryOperation: StageOperation {
    /// How long a key counts as seen.
    var history: Duration { get }
    /// How long it is remembered.
    var ttl: Duration { get }
}

/// `dedup`: drops records that were delivered before.
package struct DedupOperation: HistoryOperation {
    package let identification: any Identification
    /// How long a record counts as seen.
    package let history: Duration
    /// How long its key is remembered.
    package let ttl: Duration
    /// Whether it is kept who has shown a key, and when.
    package let keepsSightings: Bool

    package var kind: String { "dedup" }

    package init(
        _ identification: any Identification, history: Duration, ttl: Duration, keepsSightings: Bool = false
    ) {
        self.identification = identification
        self.history = history
        self.ttl = ttl
        self.keepsSightings = keepsSightings
    }

    /// The key of a record in this stage's history; nil where the record has none.
    ///
    /// - Parameter identity: of the stage, in stored form.
    package func key(of record: borrowing Record, in identity: String, _ hashKey: SipHashKey) -> DedupKey? {
        DedupKey(
            of: record, by: identification, after: DedupKey.start(of: identity, hashKey),
            seen: .init(time: 0))
    }

    package func build(_ context: inout StageContext) throws -> StagePart {
        StagePart(context.dedupStep)
    }
}
