/// What a ``KeyLedger`` knows of keys.
struct LedgerState: Sendable {
    /// What is known of a key since it was last taken up.
    struct Entry: Sendable {
        fileprivate(set) var seen: DedupKey.Seen
        /// The first of the markers under way that it goes with, and the last; ``open`` before one went by.
        fileprivate var first = Entry.open
        fileprivate var last = Entry.open
        private var flags: UInt8 = 0

        fileprivate init(_ seen: DedupKey.Seen) { self.seen = seen }

        /// It was given back: whatever the store says, it has not been seen.
        fileprivate(set) var isReturned: Bool {
            get { flags & 1 != 0 }
            set { flags = newValue ? flags | 1 : flags & ~1 }
        }
        /// Whether other documents than the last one show it.
        fileprivate var isShared: Bool {
            get { flags & 2 != 0 }
            set { flags = newValue ? flags | 2 : flags & ~2 }
        }
        fileprivate static let open = UInt32.max
    }

    /// An entry as it was before the key was admitted anew, behind a marker that is still under way.
    private struct Earlier {
        var entry: Entry
        let others: [Int64]
    }

    private var entries = KeyTable<Entry>(shardBits: 4, placeholder: Entry(.init(time: 0)))
    /// Of keys that several documents show, the readings beside the last one.
    private var others: [KeyIdentity: [Int64]] = [:]
    private var earlier: [KeyIdentity: [Earlier]] = [:]
    /// Markers under way, and the numbers that entries have for them.
    private var markers: [(id: UInt64, number: UInt32)] = []
    private var nextNumber: UInt32 = 0

    subscript(key: KeyIdentity) -> Entry? { entries[key] }

    // MARK: - Events

    mutating func judge(_ key: DedupKey, before: DedupKey.Seen?, now: Int64, history: Int64)
        -> KeyLedger.Verdict
    {
        let identity = KeyIdentity(key)
        // Both times were cut to whole seconds: less than a second more may lie between them than it looks.
        func counts(_ seen: DedupKey.Seen) -> Bool { now - seen.time <= history }
        var last = before
        let entry = entries[identity]
        if let entry, !entry.isReturned {
            // Renewed by a reading of a document, it may be later than what stands here.
            last = DedupKey.Seen(
                time: max(entry.seen.time, before?.time ?? .min), reading: entry.seen.reading)
        }
        guard let last, counts(last) else {
            admit(key)
            return .admitted
        }
        // Every sighting counts; in the second in which it was seen before, nothing would change.
        if now > last.time || (key.seen.reading != 0 && key.seen.reading != last.reading) {
            if let entry, !entry.isReturned { add(key.seen, to: entry, of: identity) } else { admit(key) }
        }
        return before.map(counts) ?? false ? .duplicate : .twin
    }

    /// A record goes on with a key. What markers that went by say of the key stays: the record is behind them.
    mutating func admit(_ key: DedupKey) {
        let identity = KeyIdentity(key)
        guard let entry = entries[identity] else {
            entries.set(identity, to: Entry(key.seen))
            return
        }
        if entry.first != Entry.open {
            var before = entry
            before.last = min(entry.last, nextNumber - 1)
            earlier[identity, default: []].append(Earlier(entry: before, others: others(of: identity, entry)))
        }
        if entry.isReturned {
            setEntry(Entry(key.seen), others: [], of: identity)
        } else {
            var fresh = entry
            fresh.first = Entry.open
            add(key.seen, to: fresh, of: identity)
        }
    }

    mutating func takeBack(_ key: DedupKey) {
        let identity = KeyIdentity(key)
        var entry = Entry(key.seen)
        entry.first = entries[identity]?.first ?? Entry.open
        entry.isReturned = true
        setEntry(entry, others: [], of: identity)
    }

    private mutating func add(_ seen: DedupKey.Seen, to entry: Entry, of key: KeyIdentity) {
        var sightings = KeySightings(entry.seen, others: others(of: key, entry))
        sightings.add(seen)
        var entry = entry
        entry.seen = sightings.last
        entry.last = Entry.open
        setEntry(entry, others: sightings.others, of: key)
    }

    private mutating func setEntry(_ entry: Entry, others: [Int64], of key: KeyIdentity) {
        var entry = entry
        if !others.isEmpty || self.others[key] != nil { self.others[key] = others.isEmpty ? nil : others }
        entry.isShared = !others.isEmpty
        entries.set(key, to: entry)
    }

    private func others(of key: KeyIdentity, _ entry: Entry) -> [Int64] {
        entry.isShared ? others[key] ?? [] : []
    }

    // MARK: - Markers

    mutating func pass(marker id: UInt64) {
        let number = nextNumber
        nextNumber += 1
        markers.append((id, number))
        entries.filter { _, entry in
            if entry.first == Entry.open { entry.first = number }
            if entry.last == Entry.open { entry.last = number }
            return true
        }
    }

    func settle(marker id: UInt64) -> (added: [DedupKey], removed: [DedupKey]) {
        var added: [DedupKey] = []
        var removed: [DedupKey] = []
        guard let number = number(of: id) else { return ([], []) }
        func settle(_ key: KeyIdentity, _ entry: Entry, _ others: [Int64]) {
            func sighting(_ seen: DedupKey.Seen) -> DedupKey {
                DedupKey(high: key.high, low: key.low, seen: seen)
            }
            if entry.isReturned {
                removed.append(sighting(entry.seen))
            } else {
                for other in others { added.append(sighting(.init(time: entry.seen.time, reading: other))) }
                added.append(sighting(entry.seen))
            }
        }
        entries.forEach { key, entry in
            if entry.first <= number {
                settle(key, entry, others(of: key, entry))
            } else if !earlier.isEmpty, let last = earlier[key]?.last(where: { $0.entry.first <= number }) {
                settle(key, last.entry, last.others)
            }
        }
        return (added, removed)
    }

    mutating func committed(marker id: UInt64) {
        guard let number = number(of: id) else { return }
        markers.removeAll { $0.number <= number }
        /// Whether it goes with a later marker, too.
        func goesOn(_ entry: inout Entry) -> Bool {
            if entry.first <= number { entry.first = number + 1 }
            return entry.last > number
        }
        var shared: [KeyIdentity] = []
        entries.filter { key, entry in
            if goesOn(&entry) { return true }
            if entry.isShared { shared.append(key) }
            return false
        }
        for key in shared { others[key] = nil }
        if !earlier.isEmpty {
            for key in earlier.keys {
                earlier[key] = earlier[key]?.compactMap { earlier in
                    var earlier = earlier
                    return goesOn(&earlier.entry) ? earlier : nil
                }
                if earlier[key]?.isEmpty == true { earlier[key] = nil }
            }
        }
        if entries.isEmpty, markers.isEmpty { nextNumber = 0 }
    }

    private func number(of id: UInt64) -> UInt32? { markers.last { $0.id <= id }?.number }
}
