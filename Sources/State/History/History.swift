import Streaming

/// The keys that were delivered, and when each was last seen.
///
/// Keys are looked up by their hashes and forgotten by time. They stand in *segments*, sorted and never changed: each
/// checkpoint writes one of the keys that it brings, and a few of about the same size are merged into a larger one by and by,
/// so that there are never many. A key is looked up in the newest segment first, and in each only where a filter in memory
/// (``KeyFilter``) does not say that it is not there; a new key costs no look into the file. What was last seen before a
/// cutoff is forgotten at once, and leaves the file with its segment, or when that is merged.
///
/// It works within a transaction; whoever makes that keeps ``catalog`` when it has been committed, and only then.
struct History {
    let connection: Connection
    var catalog: SegmentCatalog
    /// Pages of the file that were written or freed.
    var changedPages = 0

    init(_ connection: Connection, _ catalog: SegmentCatalog) {
        self.connection = connection
        self.catalog = catalog
    }

    /// Writes a segment's row into the file and the catalog.
    mutating func put(_ row: SegmentRow) throws {
        try row.store(connection)
        catalog.put(row)
    }
}

// MARK: - Storing

extension History {
    /// Takes up a checkpoint, and does a part of what its predecessors have left to be done.
    mutating func take(_ checkpoint: Checkpoint) throws {
        // Before anything is replaced: that is for the next transaction.
        _ = try clear(budget: History.least + checkpoint.keys.count * History.share)
        let changed = try store(checkpoint.keys, removed: checkpoint.removedKeys)
        try ReadingTimes.store(checkpoint.sightings, cutoff: catalog.cutoff, connection)
        if changed > 0 { _ = try merge(budget: History.least + changed * History.share) }
    }

    /// Keys that a checkpoint looks at for each that it brings: more than a key is written again in its life, once for each
    /// size of segments (``SegmentMerge``), so that merging never falls behind.
    private static let share = 6
    private static let least = 2048

    /// Takes up the bands of stories.
    mutating func take(_ stories: [StoryEntry]) throws {
        if stories.isEmpty { return }
        if try !catalog.family.isThere(connection) { try connection.execute(catalog.family.definition) }
        _ = try clear(budget: History.least + stories.count * History.share)
        var entries: [HistoryEntry] = []
        for story in stories {
            for band in story.bands {
                entries.append(
                    HistoryEntry(key: StoryKey.make(band: band, story.sketch), time: story.time, reading: 0))
            }
        }
        entries.sort { $0.key != $1.key ? $0.key < $1.key : $0.time > $1.time }
        var kept: [HistoryEntry] = []
        kept.reserveCapacity(entries.count)
        for entry in entries where kept.last?.key != entry.key { kept.append(entry) }
        try write(kept)
        _ = try merge(budget: History.least + kept.count * History.share)
    }

    /// Takes up what a checkpoint says of keys.
    ///
    /// - Returns: how many keys have changed.
    @discardableResult
    mutating func store(_ keys: [DedupKey], removed: [DedupKey]) throws -> Int {
        if keys.isEmpty && removed.isEmpty { return 0 }
        let events = KeyEvents(keys, removed: removed)
        let lookup = try HistoryLookup(connection, catalog)
        let shared = SharedKeys(connection)
        var hasShared = lookup.hasShared
        var changed: [HistoryEntry] = []
        changed.reserveCapacity(events.count)
        try events.forEachKey { key, events in
            let stored = catalog.isEmpty ? nil : try lookup.entry(for: key)
            var entry = stored.flatMap { $0.isRemoved ? nil : $0 }
            if let known = entry, try lookup.renewed(known) == nil {
                // What other documents show is forgotten with it.
                if hasShared { try shared.remove(key) }
                entry = nil
            }
            for event in events {
                switch event {
                case .removed:
                    if hasShared { try shared.remove(key) }
                    entry = nil
                case .seen(let seen):
                    guard var known = entry else {
                        entry = HistoryEntry(key: key, time: seen.time, reading: seen.reading)
                        continue
                    }
                    if seen.time < known.time { continue }
                    known.time = seen.time
                    if seen.reading != 0 {
                        if known.reading != 0, !ReadingNumber.areOfOneDocument(known.reading, seen.reading) {
                            try shared.add(key, reading: known.reading, besides: seen.reading)
                            hasShared = true
                        }
                        known.reading = seen.reading
                    }
                    entry = known
                }
            }
            if let entry {
                if entry != stored { changed.append(entry) }
            } else if let stored, !stored.isRemoved {
                changed.append(HistoryEntry(key: key, time: stored.time, reading: 0, isRemoved: true))
            }
        }
        if !changed.isEmpty { try write(changed) }
        return changed.count
    }

    /// Writes the newest segment, together with the one before where both have room on one page.
    private mutating func write(_ entries: [HistoryEntry]) throws {
        var entries = entries
        var (id, place) = catalog.newNumber()
        if let last = catalog.whole.first, let row = catalog.row(last.row.id), row.target == nil,
            row.keys + entries.count <= History.smallest
        {
            var before: [HistoryEntry] = []
            try last.append(
                from: 0, through: .max, to: &before, SegmentPages(connection, catalog.family))
            entries = SegmentMerge.merged([entries, before])
            place = row.place
            try replace(row)
        }
        let row = try SegmentWriter.write(entries, catalog.family, id: id, place: place, connection)
        try put(row)
        changedPages += row.pages + row.ranges
        try catalog.load(connection)
    }

    /// Keys that have room on one page, whatever stands with them.
    private static let smallest = SegmentPage.size / 34

    /// Takes a segment out of what is looked up; what is left of it goes with a later transaction.
    mutating func replace(_ row: SegmentRow) throws {
        var row = row
        row.state = .replaced
        row.target = nil
        try put(row)
    }
}

/// What a checkpoint says of keys, each key's events together and in order.
private struct KeyEvents {
    enum Event {
        case removed
        case seen(DedupKey.Seen)
    }

    private struct Place {
        let key: HistoryKey
        /// Removals come first.
        let index: Int
    }

    private let keys: [DedupKey]
    private let removedCount: Int
    private let places: [Place]

    var count: Int { places.count }

    init(_ keys: [DedupKey], removed: [DedupKey]) {
        self.keys = keys
        removedCount = removed.count
        var places: [Place] = []
        places.reserveCapacity(removed.count + keys.count)
        for key in removed { places.append(Place(key: HistoryKey(key), index: places.count)) }
        for key in keys { places.append(Place(key: HistoryKey(key), index: places.count)) }
        places.sort { $0.key != $1.key ? $0.key < $1.key : $0.index < $1.index }
        self.places = places
    }

    /// Calls `body` with each key in their order, and what has happened to it.
    func forEachKey(_ body: (HistoryKey, [Event]) throws -> Void) rethrows {
        var events: [Event] = []
        var index = 0
        while index < places.count {
            let key = places[index].key
            events.removeAll(keepingCapacity: true)
            while index < places.count, places[index].key == key {
                let place = places[index].index
                events.append(place < removedCount ? .removed : .seen(keys[place - removedCount].seen))
                index += 1
            }
            try body(key, events)
        }
    }
}
