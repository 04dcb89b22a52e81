import Synchronization

/// The keys of one `dedup` that are on their way into the history, or out of it again.
///
/// Markers go by between the events of keys; what becomes durable with a marker's checkpoint is decided when it is about to
/// be stored, when all that failed before it is known.
final class KeyLedger: Sendable {
    enum Verdict: Sendable, Equatable {
        case admitted, duplicate
        /// A duplicate of a record that was admitted in the same run of records, and may yet fail.
        case twin
        /// Nothing is known of the record, or it was admitted before.
        case keyless
    }

    private let state = Mutex(LedgerState())

    /// When each key was seen.
    ///
    /// What is kept here is looked up before the store: a checkpoint that is stored meanwhile moves keys from here to
    /// there, and looked up the other way round they would be in neither place.
    func lastSeen(_ keys: [DedupKey?], in store: any CheckpointStore) throws -> [DedupKey.Seen?] {
        var (seen, unknown) = lookUp(keys)
        if unknown.isEmpty { return seen }
        let stored = try store.lastSeen(unknown.compactMap { keys[$0] })
        for (index, time) in zip(unknown, stored) { seen[index] = time }
        return seen
    }

    /// What is known here of keys.
    ///
    /// - Returns: when each was seen, and the places of those that only the store may know.
    private func lookUp(_ keys: [DedupKey?]) -> (seen: [DedupKey.Seen?], unknown: [Int]) {
        state.withLock { state in
            var seen: [DedupKey.Seen?] = Array(repeating: nil, count: keys.count)
            var unknown: [Int] = []
            unknown.reserveCapacity(keys.count)
            for (index, key) in keys.enumerated() {
                guard let key else { continue }
                if let entry = state[KeyIdentity(key)] {
                    if !entry.isReturned { seen[index] = entry.seen }
                } else {
                    unknown.append(index)
                }
            }
            return (seen, unknown)
        }
    }

    /// Decides on records by their keys, in order, so that the second of two equal ones is a duplicate.
    ///
    /// - Parameters:
    ///   - seen: when each was seen before the first of them.
    ///   - history: seconds.
    func judge(_ keys: [DedupKey?], seen: [DedupKey.Seen?], now: Int64, history: Int64) -> [Verdict] {
        state.withLock { state in
            keys.indices.map { index in
                guard let key = keys[index] else { return .keyless }
                return state.judge(key, before: seen[index], now: now, history: history)
            }
        }
    }

    func restore(_ key: DedupKey) { state.withLock { $0.admit(key) } }

    func takeBack(_ key: DedupKey) { state.withLock { $0.takeBack(key) } }

    /// Whether a record that was let through with a key has given it back.
    func isReturned(_ key: DedupKey) -> Bool {
        state.withLock { $0[KeyIdentity(key)]?.isReturned == true }
    }

    func pass(marker id: UInt64) { state.withLock { $0.pass(marker: id) } }

    /// What goes into the checkpoint of a marker, and of those before it that were not asked for.
    func settle(marker id: UInt64) -> (added: [DedupKey], removed: [DedupKey]) {
        state.withLock { $0.settle(marker: id) }
    }

    func committed(marker id: UInt64) { state.withLock { $0.committed(marker: id) } }
}
