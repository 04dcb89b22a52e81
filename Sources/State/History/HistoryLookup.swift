import Streaming

/// Finds keys one by one.
struct HistoryLookup {
    private let pages: SegmentPages
    private let segments: [Segment]
    private let cutoff: Int64
    private let earlier: EarlierHistory?
    private let readings: ReadingTimes

    init(_ connection: Connection, _ catalog: SegmentCatalog) throws {
        pages = try SegmentPages(connection, catalog.family)
        segments = catalog.whole
        cutoff = catalog.cutoff
        earlier = catalog.readsEarlierHistory ? EarlierHistory(connection) : nil
        readings = try ReadingTimes(connection)
    }

    /// Whether there are keys that more than one document shows.
    var hasShared: Bool { readings.hasShared }

    /// When a key was last seen, renewed by the documents that show it; nil where it is not known, or forgotten.
    func lastSeen(_ key: HistoryKey) throws -> DedupKey.Seen? {
        guard let entry = try entry(for: key), !entry.isRemoved else { return nil }
        return try renewed(entry)
    }

    /// What the newest segment that has a key says of it.
    func entry(for key: HistoryKey) throws -> HistoryEntry? {
        for segment in segments where segment.mayHold(key) {
            if let entry = try segment.entry(for: key, pages) { return entry }
        }
        return try earlier?.entry(for: key)
    }

    /// When an entry's key was last seen; nil where it is forgotten.
    func renewed(_ entry: HistoryEntry) throws -> DedupKey.Seen? {
        var seen = entry.seen
        if seen.reading != 0 { seen.time = try readings.renewed(entry) }
        return seen.time < cutoff ? nil : seen
    }
}
