import Logging
import Records
import Synchronization

/// Drops or marks records whose text is similar to one that was let through within the history.
///
/// A story is known by the signature of the record that opened it, which all others are compared with, so that a story cannot
/// drift. Its key goes the way of the keys of a ``DedupStep``: into the history with the checkpoint that covers the delivery
/// of its record, and out again if that fails. Beside it go the bands that similar texts find it by; they decide nothing.
final class NearStep: Step, AdmittingStep {
    /// Another story, or one that is known.
    private struct Candidate {
        var key: DedupKey
        /// Nil for a text that is compared exactly.
        let sketch: StorySketch?
        let agreement: Int
        /// When it was seen before this run of records; nil where it was admitted in it.
        let seen: DedupKey.Seen?
    }

    /// What is known of a record before its turn comes.
    private struct Text {
        let signature: StorySignature
        let own: DedupKey
        let query: StoryQuery?
        /// Stories of the store that are similar, the record's own not among them.
        var stored: [StorySketch] = []
    }

    let rule: FailureRule
    let identity: String
    private let near: NearDuplicates
    private let when: (any Predicate)?
    /// Seconds.
    private let history: Int64
    private let store: any CheckpointStore
    private let readings: Readings
    /// Seconds of the history's clock.
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let keys = KeyLedger()
    private let underWay = StoriesUnderWay()
    private let signer: Mutex<StorySigner>
    private let start: SipHash128
    private let leastAgreement: Int
    private let times: StoryTimes
    /// Records that were dropped for one that was let through in the same run of records.
    private let dropped = Mutex<[(record: Record, key: DedupKey)]>([])

    var figures: StageFigures { rule.figures }
    var blocks: Bool { true }

    init(
        identity: String, near: NearDuplicates, when: (any Predicate)?, history: Duration,
        store: any CheckpointStore, readings: Readings, now: @escaping @Sendable () -> Int64,
        rule: FailureRule,
        logger: Logger
    ) {
        self.identity = identity
        self.near = near
        self.when = when
        self.history = history.wholeSeconds
        self.store = store
        self.readings = readings
        self.now = now
        self.rule = rule
        self.logger = logger
        start = DedupKey.start(of: identity, store.hashKey)
        signer = Mutex(StorySigner(start: start, similarity: near.similarity))
        leastAgreement = StorySketch.leastAgreement(similarity: near.similarity)
        times = StoryTimes(history: self.history)
    }

    func process(_ records: inout [Record]) throws -> [RecordFailure] {
        let undecided = try rule.removeUndecided(&records, when: when)
        let now = now()
        var admitted = Admitted(count: records.count)
        var kept = 0
        try underWay.asking {
            let texts = try texts(of: records, now: now)
            let seen = try seen(texts)
            for index in records.indices {
                var passes = true
                if let text = texts[index] {
                    passes = try judge(text, records[index], at: kept, seen, now: now, &admitted)
                }
                if !passes { continue }
                if kept != index { records.swapAt(kept, index) }
                kept += 1
            }
        }
        if near.then == .drop { figures.countDuplicates(records.count - kept) }
        records.removeLast(records.count - kept)
        if kept > 0 {
            Admissions.attach(
                Array(admitted.keys[..<kept]), followers: Array(admitted.followers[..<kept]), of: self,
                to: &records)
        }
        return undecided
    }

    func reconsidered() -> [Record] {
        let dropped = dropped.withLock { exchange(&$0, with: []) }
        let again = dropped.filter { keys.isReturned($0.key) }.map(\.record)
        figures.uncountDuplicates(again.count)
        return again
    }

    func restore(_ key: DedupKey) { keys.restore(key) }

    func takeBack(_ key: DedupKey) { keys.takeBack(key) }

    func pass(_ marker: Marker) {
        keys.pass(marker: marker.id)
        underWay.pass(marker: marker.id)
    }

    func settle(_ checkpoint: inout Checkpoint, marker id: UInt64) {
        let (added, removed) = keys.settle(marker: id)
        checkpoint.keys += added
        checkpoint.removedKeys += removed
        checkpoint.stories += underWay.settle(marker: id)
    }

    func committed(marker id: UInt64) {
        keys.committed(marker: id)
        underWay.committed(marker: id)
    }
}

// MARK: - Deciding

extension NearStep {
    /// What has been let through in one run of records.
    private struct Admitted {
        /// By the place among those that go on, the key that a record goes on with.
        var keys: [DedupKey?]
        /// Whether it is that of another record.
        var followers: [Bool]
        var opened: Set<KeyIdentity> = []

        init(count: Int) {
            keys = Array(repeating: nil, count: count)
            followers = Array(repeating: false, count: count)
        }
    }

    /// Decides on a record.
    ///
    /// - Parameter place: where it will stand if it goes on.
    /// - Returns: whether it does.
    private func judge(
        _ text: Text, _ record: borrowing Record, at place: Int, _ seen: [KeyIdentity: DedupKey.Seen],
        now: Int64,
        _ admitted: inout Admitted
    ) throws -> Bool {
        let best = try best(for: text, seen, now: now, admitted)
        let key = best?.key ?? text.own
        let before = best == nil ? seen[KeyIdentity(text.own)] : best?.seen
        let verdict = keys.judge([key], seen: [before], now: now, history: history)[0]
        switch verdict {
        case .admitted, .keyless:
            admitted.opened.insert(KeyIdentity(key))
            admitted.keys[place] = key
            note(text, as: best?.sketch ?? text.query?.sketch, now: now)
            return true
        case .duplicate, .twin:
            if let before, times.isDue(seen: before.time, now: now) { note(text, as: best?.sketch, now: now) }
            if near.then == .mark {
                admitted.keys[place] = key
                admitted.followers[place] = true
                return true
            }
            if verdict == .twin { dropped.withLock { $0.append((copy record, key)) } }
            return false
        }
    }

    /// The story that a text is most similar to, of those that count; of several the one that was seen last.
    private func best(
        for text: Text, _ seen: [KeyIdentity: DedupKey.Seen], now: Int64, _ admitted: Admitted
    ) throws -> Candidate? {
        var best: Candidate?
        func consider(_ key: DedupKey, _ sketch: StorySketch?, _ agreement: Int, _ known: DedupKey.Seen?) {
            let isOpened = admitted.opened.contains(KeyIdentity(key))
            guard isOpened || known.map({ now - $0.time <= history }) == true else { return }
            if let best, (best.agreement, best.seen?.time ?? .max) >= (agreement, known?.time ?? .max) {
                return
            }
            best = Candidate(key: key, sketch: sketch, agreement: agreement, seen: isOpened ? nil : known)
        }
        consider(text.own, text.query?.sketch, StorySketch.bits, seen[KeyIdentity(text.own)])
        guard let query = text.query else { return best }
        for sketch in text.stored {
            let key = key(of: sketch, text.own.seen)
            consider(key, sketch, sketch.agreement(with: query.sketch), seen[KeyIdentity(key)])
        }
        let found = underWay.similar(to: query).map { (key(of: $0, text.own.seen), $0) }
        let known = found.isEmpty ? [] : try lastSeen(found.map(\.0))
        for ((key, sketch), known) in zip(found, known) {
            consider(key, sketch, sketch.agreement(with: query.sketch), known)
        }
        return best
    }

    /// Lets similar texts find a story by the bands of this one.
    private func note(_ text: Text, as sketch: StorySketch?, now: Int64) {
        guard let sketch, case .sampled(let sampled) = text.signature else { return }
        underWay.add(StoryEntry(bands: sampled.bands, sketch: sketch, time: times.stored(now)))
    }
}

// MARK: - Looking up

extension NearStep {
    private func texts(of records: [Record], now: Int64) throws -> [Text?] {
        var texts = signer.withLock { signer in
            records.map { record -> Text? in text(of: record, now: now, &signer) }
        }
        let asked = texts.indices.filter { texts[$0]?.query != nil }
        if asked.isEmpty { return texts }
        let found = try store.stories(similarTo: asked.compactMap { texts[$0]?.query })
        for (index, sketches) in zip(asked, found) { texts[index]?.stored = sketches }
        return texts
    }

    private func text(of record: borrowing Record, now: Int64, _ signer: inout StorySigner) -> Text? {
        // A record that was held is not asked again by the step that has let it through.
        if record.isAdmitted(by: self) { return nil }
        if let when, when.match(record) != .matched { return nil }
        let seen = DedupKey.Seen(time: now, reading: record.chunk.origin.reading)
        guard let signature = signer.signature({ near.add(record, to: &$0) }) else {
            if figures.countMissing(1) == 1 {
                logger.warning("stage '\(rule.stage)': a record has no text to compare; it is let through")
            }
            return nil
        }
        switch signature {
        case .exact(let high, let low):
            return Text(signature: signature, own: DedupKey(high: high, low: low, seen: seen), query: nil)
        case .sampled(let sampled):
            return Text(
                signature: signature, own: key(of: sampled.sketch, seen),
                query: StoryQuery(
                    bands: sampled.probes, sketch: sampled.sketch, leastAgreement: leastAgreement))
        }
    }

    /// When the stories of texts, and those that the store has found for them, were last seen.
    private func seen(_ texts: [Text?]) throws -> [KeyIdentity: DedupKey.Seen] {
        var keys: [DedupKey] = []
        for case let text? in texts {
            keys.append(text.own)
            for sketch in text.stored { keys.append(key(of: sketch, text.own.seen)) }
        }
        if keys.isEmpty { return [:] }
        var seen: [KeyIdentity: DedupKey.Seen] = [:]
        for (key, time) in zip(keys, try lastSeen(keys)) { seen[KeyIdentity(key)] = time }
        return seen
    }

    private func lastSeen(_ keys: [DedupKey]) throws -> [DedupKey.Seen?] {
        readings.renewed(try self.keys.lastSeen(keys, in: store))
    }

    /// The key of the story that was opened by a text with a sketch.
    private func key(of sketch: StorySketch, _ seen: DedupKey.Seen) -> DedupKey {
        var hash = start
        hash.update(number: sketch.first)
        hash.update(number: UInt64(sketch.second))
        hash.update(2)
        let (high, low) = hash.finish()
        return DedupKey(high: high, low: low, seen: seen)
    }
}
