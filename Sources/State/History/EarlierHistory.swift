import Streaming

/// The history as version 1 of the state kept it: one table of keys, and another of which are due.
///
/// It is taken over by slices into a segment that is older than all others, and looked up beside them until that is whole.
/// Reading it until it has expired would take a look into a large table for each new key for as long.
struct EarlierHistory {
    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// Whether there are such tables.
    static func isThere(_ connection: Connection) throws -> Bool {
        try Schema.hasTable("history", connection)
    }

    func entry(for key: HistoryKey) throws -> HistoryEntry? {
        let statement = try connection.statement("SELECT key, seen, reading FROM history WHERE key = ?")
        return try KeyBytes(key).bound(to: statement) {
            try statement.step() ? try EarlierHistory.entry(in: statement) : nil
        }
    }

    /// The entries whose high words are within a range.
    func entries(in range: ClosedRange<UInt64>) throws -> [HistoryEntry] {
        let statement = try connection.statement(
            "SELECT key, seen, reading FROM history WHERE key >= ?1 AND key <= ?2 ORDER BY key")
        let last = KeyBytes(HistoryKey(high: range.upperBound, low: .max))
        return try last.bound(to: statement, at: 2) {
            try KeyBytes(HistoryKey(high: range.lowerBound, low: 0)).bound(to: statement) {
                var entries: [HistoryEntry] = []
                while try statement.step() { entries.append(try EarlierHistory.entry(in: statement)) }
                return entries
            }
        }
    }

    private static func entry(in statement: Statement) throws -> HistoryEntry {
        guard let key = statement.withBytes(0, { KeyBytes($0) }), let key else {
            throw ImpossibleValue(table: "history", value: "key")
        }
        guard let time = statement.int(1), let reading = statement.int(2) else {
            throw ImpossibleValue(table: "history", value: "time")
        }
        return HistoryEntry(key: key.key, time: time, reading: reading)
    }

    /// Prepares a state of version 1 for it.
    static func begin(_ connection: Connection) throws {
        if try !connection.hasRow("SELECT 1 FROM history LIMIT 1") {
            try connection.execute("DROP TABLE history; DROP TABLE expiry")
            return
        }
        let pages = try Schema.pragma("page_count", connection)
        // Counting the keys would take a look at each; no page has more than this.
        let keysAPage = 100
        try SegmentRow(
            .keys, id: SegmentCatalog.earlierHistory, place: SegmentCatalog.earlierHistory, state: .written,
            rangeBits: SegmentRow.rangeBits(for: Int(clamping: pages) * keysAPage)
        ).store(connection)
    }

    /// Empties the tables when nothing is looked up in them any more, and takes them away.
    ///
    /// - Parameter budget: keys that are looked at, at most; what takes as long counts like them.
    /// - Returns: how much of it was used; less than all when nothing is left.
    static func clear(budget: Int, _ connection: Connection) throws -> Int {
        var deleted = 0
        // A row of `expiry` may have a thousand keys, on pages of its own.
        for (table, key, weight) in [("expiry", "id", 128), ("history", "key", 1)] where deleted < budget {
            try connection.run(
                "DELETE FROM \(table) WHERE \(key) IN (SELECT \(key) FROM \(table) ORDER BY \(key) LIMIT ?)",
                .int(Int64((budget - deleted + weight - 1) / weight)))
            deleted += connection.changes * weight
        }
        if deleted < budget { try connection.execute("DROP TABLE history; DROP TABLE expiry") }
        return deleted
    }
}
