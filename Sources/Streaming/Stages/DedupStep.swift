import Logging
import Records
import Synchronization

/// Drops records whose identity was seen within the history.
///
/// A key becomes history only with the checkpoint that covers the delivery of its record; until then it is kept
/// here. A record that comes again moves its key's time forward, so that an item which a feed shows for a week stays
/// one item; to spare writes only when the stored time is older than an eighth of the history.
final class DedupStep: Step {
    private struct Identity: Hashable {
        let high: UInt64
        let low: UInt64

        init(_ key: DedupKey) {
            high = key.high
            low = key.low
        }

        /// The key is the result of a keyed hash: any part of it is as good as hashing it again.
        func hash(into hasher: inout Hasher) { hasher.combine(low) }
    }

    private struct State {
        /// Keys that are not yet durable, with the time they were seen and the marker they go with.
        var recent: [Identity: (seen: Int64, marker: UInt64)] = [:]
        /// Keys since the last marker.
        var unmarked: [DedupKey] = []
        var nextMarker: UInt64 = 0
        /// Keys that went with markers whose checkpoints are under way.
        var marked: [(marker: UInt64, keys: [DedupKey])] = []
    }

    private let identification: any Identification
    private let when: (any Predicate)?
    /// Seconds.
    private let history: Int64
    private let store: any CheckpointStore
    private let scope: [UInt8]
    private let rule: FailureRule
    private let logger: Logger
    private let state = Mutex(State())

    var figures: StageFigures { rule.figures }
    var blocks: Bool { true }

    init(
        identification: any Identification, when: (any Predicate)?, history: Duration,
        store: any CheckpointStore, rule: FailureRule, logger: Logger
    ) {
        self.identification = identification
        self.when = when
        self.history = max(1, history.components.seconds)
        self.store = store
        scope = Array(rule.stage.utf8)
        self.rule = rule
        self.logger = logger
    }

    func process(_ records: inout [Record]) throws -> [RecordFailure] {
        let undecided = try rule.removeUndecided(&records, when: when)
        let now = rule.now() / 1_000_000_000
        let keys = keys(of: records, now: now)
        let seen = try lastSeen(keys)
        var kept = 0
        state.withLock { state in
            for index in records.indices {
                if let key = keys[index], isDuplicate(key, before: seen[index], now: now, &state) { continue }
                if kept != index { records.swapAt(kept, index) }
                kept += 1
            }
        }
        figures.countDuplicates(records.count - kept)
        records.removeLast(records.count - kept)
        return undecided
    }

    private func keys(of records: [Record], now: Int64) -> [DedupKey?] {
        var keys: [DedupKey?] = []
        keys.reserveCapacity(records.count)
        // Through a span, a record is looked at without counting a reference.
        let span = records.span
        for index in span.indices { keys.append(key(of: span[index], now: now)) }
        return keys
    }

    /// When each key was seen before this run of records.
    ///
    /// What is kept here is looked up before the store: a checkpoint that is stored meanwhile moves keys from here to
    /// there, and looked up the other way round they would be in neither place.
    private func lastSeen(_ keys: [DedupKey?]) throws -> [Int64?] {
        var seen = state.withLock { state in
            keys.map { key in key.flatMap { state.recent[Identity($0)]?.seen } }
        }
        let unknown = keys.indices.filter { keys[$0] != nil && seen[$0] == nil }
        if unknown.isEmpty { return seen }
        let stored = try store.lastSeen(unknown.compactMap { keys[$0] })
        for (index, time) in zip(unknown, stored) { seen[index] = time }
        return seen
    }

    func pass(_ marker: inout Marker) {
        state.withLock { state in
            marker.checkpoint.keys += state.unmarked
            state.marked.append((marker.id, state.unmarked))
            for key in state.unmarked {
                state.recent[Identity(key)]?.marker = marker.id
            }
            state.unmarked = []
        }
    }

    func committed(marker id: UInt64) {
        state.withLock { state in
            while let first = state.marked.first, first.marker <= id {
                for key in first.keys {
                    let identity = Identity(key)
                    // A key that was refreshed since goes with a later marker.
                    if state.recent[identity]?.marker == first.marker { state.recent[identity] = nil }
                }
                state.marked.removeFirst()
            }
        }
    }

    private func isDuplicate(_ key: DedupKey, before: Int64?, now: Int64, _ state: inout State) -> Bool {
        let identity = Identity(key)
        let seen = state.recent[identity]?.seen ?? before
        let duplicate = seen.map { now - $0 < history } ?? false
        if !duplicate || now - (seen ?? 0) >= history / 8 + 1 {
            state.recent[identity] = (now, .max)
            state.unmarked.append(key)
        }
        return duplicate
    }

    private func key(of record: borrowing Record, now: Int64) -> DedupKey? {
        if let when, when.match(record) != .matched { return nil }
        var hash = SipHash128(key: store.hashKey)
        scope.withUnsafeBufferPointer { hash.update($0) }
        hash.update(0)
        guard identification.identify(record, into: &hash) else {
            if figures.countMissing(1) == 1 {
                logger.warning(
                    "stage '\(rule.stage)': a record has none of the key's fields; it is let through")
            }
            return nil
        }
        let (high, low) = hash.finish()
        return DedupKey(high: high, low: low, seen: now)
    }
}
