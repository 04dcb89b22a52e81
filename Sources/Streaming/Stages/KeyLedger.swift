import Synchronization

/// The keys of one `dedup` that are on their way into the history, or out of it again.
///
/// What happens to a key is kept as a list of events in order, divided by the markers that went by; what becomes
/// durable with a marker's checkpoint is decided when it is about to be stored, when all that failed before it is
/// known.
final class KeyLedger: Sendable {
    enum Verdict: Sendable, Equatable {
        case admitted, duplicate
        /// A duplicate of a record that was admitted in the same run of records, and may yet fail.
        case twin
        /// Nothing is known of the record, or it was admitted before.
        case keyless
    }

    struct Identity: Hashable {
        let high: UInt64
        let low: UInt64

        init(_ key: DedupKey) {
            high = key.high
            low = key.low
        }

        /// The key is the result of a keyed hash: any part of it is as good as hashing it again.
        func hash(into hasher: inout Hasher) { hasher.combine(low) }
    }

    private struct Entry {
        var sightings: KeySightings
        /// The marker that its last event goes with; `.max` before it is known.
        var marker: UInt64 = .max
        /// It was given back: whatever the store says, it has not been seen.
        var isReturned = false
    }

    private struct State {
        var entries: [Identity: Entry] = [:]
        /// Keys with events since the last marker.
        var unmarked: [Identity] = []
        /// Keys that go with markers whose checkpoints are under way.
        var marked: [(marker: UInt64, keys: [Identity])] = []
    }

    private let state = Mutex(State())

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
            for (index, key) in keys.enumerated() {
                guard let key else { continue }
                if let entry = state.entries[Identity(key)] {
                    if !entry.isReturned { seen[index] = entry.sightings.last }
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
                return judge(key, before: seen[index], now: now, history: history, &state)
            }
        }
    }

    private func judge(
        _ key: DedupKey, before: DedupKey.Seen?, now: Int64, history: Int64, _ state: inout State
    ) -> Verdict {
        let identity = Identity(key)
        // Both times were cut to whole seconds: less than a second more may lie between them than it looks.
        func counts(_ seen: DedupKey.Seen) -> Bool { now - seen.time <= history }
        var last = before
        if let entry = state.entries[identity], !entry.isReturned {
            // Renewed by a reading of a document, it may be later than what stands here.
            last = DedupKey.Seen(
                time: max(entry.sightings.last.time, before?.time ?? .min),
                reading: entry.sightings.last.reading)
        }
        guard let last, counts(last) else {
            set(identity, key.seen, &state)
            return .admitted
        }
        // Every sighting counts; in the second in which it was seen before, nothing would change.
        if now > last.time || (key.seen.reading != 0 && key.seen.reading != last.reading) {
            set(identity, key.seen, &state)
        }
        return before.map(counts) ?? false ? .duplicate : .twin
    }

    private func set(_ identity: Identity, _ seen: DedupKey.Seen, _ state: inout State) {
        var sightings = KeySightings(seen)
        if let before = state.entries[identity], !before.isReturned {
            sightings = before.sightings
            sightings.add(seen)
        }
        replace(identity, Entry(sightings: sightings), &state)
    }

    func restore(_ key: DedupKey) { state.withLock { set(Identity(key), key.seen, &$0) } }

    func takeBack(_ key: DedupKey) {
        state.withLock { state in
            replace(Identity(key), Entry(sightings: KeySightings(key.seen), isReturned: true), &state)
        }
    }

    /// Whether a record that was let through with a key has given it back.
    func isReturned(_ key: DedupKey) -> Bool {
        state.withLock { $0.entries[Identity(key)]?.isReturned == true }
    }

    private func replace(_ identity: Identity, _ entry: Entry, _ state: inout State) {
        // One event a key and marker: the last counts.
        if state.entries.updateValue(entry, forKey: identity)?.marker != .max {
            state.unmarked.append(identity)
        }
    }

    func pass(marker id: UInt64) {
        state.withLock { state in
            for key in state.unmarked where state.entries[key]?.marker == .max {
                state.entries[key]?.marker = id
            }
            state.marked.append((id, state.unmarked))
            state.unmarked = []
        }
    }

    /// What goes into the checkpoint of a marker, and of those before it that were not asked for.
    func settle(marker id: UInt64) -> (added: [DedupKey], removed: [DedupKey]) {
        state.withLock { state in
            var added: [DedupKey] = []
            var removed: [DedupKey] = []
            for (_, keys) in state.marked.prefix(while: { $0.marker <= id }) {
                for key in keys {
                    guard let entry = state.entries[key] else { continue }
                    func sighting(_ seen: DedupKey.Seen) -> DedupKey {
                        DedupKey(high: key.high, low: key.low, seen: seen)
                    }
                    let last = entry.sightings.last
                    if entry.isReturned {
                        removed.append(sighting(last))
                    } else {
                        for other in entry.sightings.others {
                            added.append(sighting(.init(time: last.time, reading: other)))
                        }
                        added.append(sighting(last))
                    }
                }
            }
            return (added, removed)
        }
    }

    func committed(marker id: UInt64) {
        state.withLock { state in
            while let first = state.marked.first, first.marker <= id {
                // A key with an event since goes with a later marker.
                for key in first.keys where state.entries[key].map({ $0.marker <= id }) == true {
                    state.entries[key] = nil
                }
                state.marked.removeFirst()
            }
        }
    }
}

/// When readings of documents were last found to be what the documents show, in this run.
final class Readings: Sendable {
    /// By the reading's number, in seconds of the history's clock.
    private let times = Mutex<[Int64: Int64]>([:])

    func renew(_ reading: Int64, at time: Int64) { times.withLock { $0[reading] = time } }

    /// Times of keys, those that are still shown as late as their document was seen.
    func renewed(_ seen: [DedupKey.Seen?]) -> [DedupKey.Seen?] {
        times.withLock { times in
            if times.isEmpty { return seen }
            return seen.map { seen in
                guard var seen, seen.reading != 0, let time = times[seen.reading] else { return seen }
                seen.time = max(seen.time, time)
                return seen
            }
        }
    }
}
