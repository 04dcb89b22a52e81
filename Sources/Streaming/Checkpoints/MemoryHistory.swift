/// The history of a ``MemoryStore``: 24 bytes a key, in slots of which most are in use.
struct MemoryHistory: Sendable {
    private struct Stored {
        /// Seconds from ``MemoryHistory/start``.
        var time: UInt32
        /// The place of the reading that showed it last among those that are known; 0 where it came from no document.
        var reading: UInt32
    }

    /// One search through the keys for those that were last seen before a cutoff.
    private struct Sweep {
        let cutoff: Int64
        var nextShard = 0
        /// When the key was last seen that was seen longest ago, of those that stay.
        var earliest = Int64.max
    }

    private var keys = KeyTable<Stored>(shardBits: 6, placeholder: Stored(time: 0, reading: 0))
    /// Of keys that several documents show, the readings beside the last one.
    private var others: [KeyIdentity: [Int64]] = [:]
    private var readings = ReadingPlaces()
    /// When each reading was last found to be what its document shows.
    private var sightings: [Int64: Int64] = [:]
    /// Times of sixty-eight years before the first sighting and after it are told apart.
    private var start: Int64?
    /// No key was last seen before it.
    private var earliest = Int64.max
    private var sweep: Sweep?

    var count: Int { keys.count }

    // MARK: - Keys

    mutating func add(_ key: DedupKey) {
        let identity = KeyIdentity(key)
        var known = KeySightings(key.seen)
        if let stored = keys[identity] {
            known = KeySightings(seen(stored), others: others(of: identity, stored))
            known.add(key.seen)
        }
        earliest = min(earliest, known.last.time)
        if let current = sweep { sweep?.earliest = min(current.earliest, known.last.time) }
        if !known.others.isEmpty || !others.isEmpty {
            others[identity] = known.others.isEmpty ? nil : known.others
        }
        keys.set(
            identity,
            to: Stored(time: offset(known.last.time), reading: readings.place(of: known.last.reading)))
    }

    mutating func remove(_ key: DedupKey) {
        let identity = KeyIdentity(key)
        keys.remove(identity)
        if !others.isEmpty { others[identity] = nil }
    }

    mutating func add(_ sightings: [Int64: Int64]) { self.sightings.merge(sightings) { max($0, $1) } }

    /// When a key was last seen, renewed by the documents that show it.
    func lastSeen(_ key: DedupKey) -> DedupKey.Seen? {
        let identity = KeyIdentity(key)
        return keys[identity].map { renewed($0, of: identity) }
    }

    private func renewed(_ stored: Stored, of key: KeyIdentity) -> DedupKey.Seen {
        var seen = seen(stored)
        if stored.reading != 0, !sightings.isEmpty {
            seen.time = max(seen.time, sightings[seen.reading] ?? .min)
            for other in others(of: key, stored) { seen.time = max(seen.time, sightings[other] ?? .min) }
        }
        return seen
    }

    private func seen(_ stored: Stored) -> DedupKey.Seen {
        DedupKey.Seen(time: time(stored.time), reading: readings[stored.reading])
    }

    private func others(of key: KeyIdentity, _ stored: Stored) -> [Int64] {
        stored.reading == 0 || others.isEmpty ? [] : others[key] ?? []
    }

    // MARK: - Times

    private mutating func offset(_ time: Int64) -> UInt32 {
        if start == nil {
            start = time.subtractingReportingOverflow(1 << 31).overflow ? .min : time - 1 << 31
        }
        let offset = time.subtractingReportingOverflow(start ?? 0)
        return offset.overflow ? (time < 0 ? 0 : .max) : UInt32(clamping: offset.partialValue)
    }

    private func time(_ offset: UInt32) -> Int64 { (start ?? 0) &+ Int64(offset) }

    // MARK: - Forgetting

    /// Forgets keys that were last seen before a cutoff, in tables of which each is looked through at once.
    ///
    /// - Returns: `limit` where there may be more of them, else fewer.
    mutating func forget(before cutoff: Int64, limit: Int) -> Int {
        if limit <= 0 { return 0 }
        if sweep == nil, cutoff > earliest { sweep = Sweep(cutoff: cutoff) }
        /// What is looked at for a key that is forgotten.
        let share = 16
        var looked = 0
        while var current = sweep, looked < limit * share {
            let shard = current.nextShard
            looked += max(1, keys.count(ofShard: shard))
            forget(shard: shard, &current)
            current.nextShard += 1
            sweep = current
            if current.nextShard == keys.shardCount { end(current) }
        }
        return sweep == nil && cutoff <= earliest ? min(limit - 1, looked) : limit
    }

    private mutating func forget(shard: Int, _ sweep: inout Sweep) {
        var gone: [KeyIdentity] = []
        var table = exchange(&keys, with: KeyTable(shardBits: 1, placeholder: Stored(time: 0, reading: 0)))
        table.filter(shard: shard) { key, stored in
            let time = renewed(stored, of: key).time
            if time >= sweep.cutoff {
                sweep.earliest = min(sweep.earliest, time)
                return true
            }
            if stored.reading != 0 { gone.append(key) }
            return false
        }
        keys = table
        if !others.isEmpty { for key in gone { others[key] = nil } }
    }

    /// All keys have been looked at: what renewed only those that are gone goes, too.
    private mutating func end(_ sweep: Sweep) {
        self.sweep = nil
        earliest = keys.isEmpty ? .max : sweep.earliest
        if readings.isEmpty { return }
        sightings = sightings.filter { $0.value >= sweep.cutoff }
        var used = ReadingPlaces.Use(readings)
        keys.forEach { _, stored in used.insert(stored.reading) }
        readings.keep(used)
    }
}

/// Numbers of readings, which many keys have in common, by places of four bytes.
private struct ReadingPlaces: Sendable {
    struct Use {
        private(set) var isUsed: [Bool]

        init(_ places: ReadingPlaces) { isUsed = Array(repeating: false, count: places.numbers.count) }

        mutating func insert(_ place: UInt32) { isUsed[Int(place)] = true }
    }

    /// The first place is that of none.
    private var numbers: [Int64] = [0]
    private var places: [Int64: UInt32] = [:]
    private var free: [UInt32] = []

    var isEmpty: Bool { places.isEmpty }

    subscript(place: UInt32) -> Int64 { numbers[Int(place)] }

    mutating func place(of reading: Int64) -> UInt32 {
        if reading == 0 { return 0 }
        if let place = places[reading] { return place }
        let place: UInt32
        if let last = free.popLast() {
            place = last
            numbers[Int(place)] = reading
        } else {
            place = UInt32(numbers.count)
            numbers.append(reading)
        }
        places[reading] = place
        return place
    }

    mutating func keep(_ use: Use) {
        for (place, isUsed) in use.isUsed.enumerated().dropFirst() where !isUsed {
            if let known = places.removeValue(forKey: numbers[place]) {
                free.append(known)
                numbers[place] = 0
            }
        }
    }
}
