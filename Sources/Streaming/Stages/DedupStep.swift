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
        let now = rule.now() / 1_000_000_000
        let keys = records.map { key(of: $0, now: now) }
        let known = try store.lastSeen(keys.compactMap(\.self))
        var kept = 0
        var looked = 0
        let duplicates = state.withLock { state in
            for index in records.indices {
                var stored: Int64?
                if keys[index] != nil {
                    stored = known[looked]
                    looked += 1
                }
                if let key = keys[index], isDuplicate(key, stored: stored, now: now, &state) { continue }
                if kept != index { records.swapAt(kept, index) }
                kept += 1
            }
            return records.count - kept
        }
        records.removeLast(duplicates)
        figures.countDuplicates(duplicates)
        return []
    }

    func pass(_ marker: inout Marker) {
        state.withLock { state in
            marker.checkpoint.keys += state.unmarked
            state.marked.append((marker.id, state.unmarked))
            for key in state.unmarked {
                state.recent[Identity(high: key.high, low: key.low)]?.marker = marker.id
            }
            state.unmarked = []
        }
    }

    func committed(marker id: UInt64) {
        state.withLock { state in
            while let first = state.marked.first, first.marker <= id {
                for key in first.keys {
                    let identity = Identity(high: key.high, low: key.low)
                    // A key that was refreshed since goes with a later marker.
                    if state.recent[identity]?.marker == first.marker { state.recent[identity] = nil }
                }
                state.marked.removeFirst()
            }
        }
    }

    private func isDuplicate(_ key: DedupKey, stored: Int64?, now: Int64, _ state: inout State) -> Bool {
        let identity = Identity(high: key.high, low: key.low)
        let seen = state.recent[identity]?.seen ?? stored
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
