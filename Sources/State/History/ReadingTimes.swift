import Streaming

/// When readings of documents were last found to be what the documents show: all keys that a reading shows count as seen
/// then.
struct ReadingTimes {
    private let reading: Statement
    private let shared: Statement
    /// Whether there are keys that more than one document shows.
    let hasShared: Bool

    init(_ connection: Connection) throws {
        reading = try connection.statement("SELECT since, seen FROM reading WHERE id = ?")
        shared = try connection.statement(
            """
            SELECT reading.since, reading.seen FROM sighting JOIN reading ON reading.id = sighting.reading
            WHERE sighting.key = ?
            """)
        hasShared = try SharedKeys(connection).exist()
    }

    /// When an entry's key was last seen, renewed by all documents whose last reading showed it.
    func renewed(_ entry: HistoryEntry) throws -> Int64 {
        var shown: [(since: Int64, seen: Int64)] = []
        do {
            defer { reading.reset() }
            try reading.bind(1, entry.reading)
            while try reading.step() { shown.append(try sighting(in: reading)) }
        }
        if hasShared {
            try KeyBytes(entry.key).bound(to: shared) {
                while try shared.step() { shown.append(try sighting(in: shared)) }
            }
        }
        var time = entry.time
        // One may have kept the key until another began to be seen again.
        while let next = shown.first(where: { $0.seen > time && $0.since <= time }) { time = next.seen }
        return time
    }

    private func sighting(in statement: Statement) throws -> (since: Int64, seen: Int64) {
        guard let seen = statement.int(1), let since = statement.isNull(0) ? .min : statement.int(0) else {
            throw ImpossibleValue(table: "reading", value: "time")
        }
        return (since, seen)
    }

    /// Takes note of readings that are still what their documents show.
    ///
    /// - Parameter cutoff: what was last seen before it is forgotten: a reading that was, too, renews from then on only keys
    ///   that were known all the while.
    static func store(_ sightings: [Int64: Int64], cutoff: Int64, _ connection: Connection) throws {
        for (reading, time) in sightings {
            try connection.run(
                """
                INSERT INTO reading (id, seen, since) VALUES (?1, ?2, ?3)
                ON CONFLICT (id) DO UPDATE
                SET since = CASE WHEN seen < ?3 THEN ?3 ELSE since END, seen = excluded.seen
                WHERE excluded.seen > seen
                """, .int(reading), .int(time), cutoff == .min ? .null : .int(cutoff))
        }
    }

    static func areThere(before time: Int64, _ connection: Connection) throws -> Bool {
        try connection.hasRow("SELECT 1 FROM reading WHERE seen < ? LIMIT 1", .int(time))
    }

    /// Forgets readings that can renew nothing: no key that is there was last seen before a time.
    ///
    /// - Returns: how many.
    static func forget(before time: Int64, limit: Int, _ connection: Connection) throws -> Int {
        try connection.run(
            "DELETE FROM reading WHERE id IN (SELECT id FROM reading WHERE seen < ? ORDER BY seen LIMIT ?)",
            .int(time), .int(Int64(limit)))
        return connection.changes
    }
}

/// Of keys that several documents show, the readings beside the last one: one a document.
struct SharedKeys {
    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    func exist() throws -> Bool { try connection.hasRow("SELECT 1 FROM sighting LIMIT 1") }

    /// Keeps what one document shows beside what another does from now on.
    func add(_ key: HistoryKey, reading: Int64, besides last: Int64) throws {
        let bytes = KeyBytes(key)
        try bytes.run(
            "INSERT OR IGNORE INTO sighting (key, reading) VALUES (?1, ?2)", reading, on: connection)
        try bytes.run(
            "DELETE FROM sighting WHERE key = ?1 AND reading >> 32 = ?2 >> 32", last, on: connection)
    }

    func remove(_ key: HistoryKey) throws {
        try KeyBytes(key).run("DELETE FROM sighting WHERE key = ?1", on: connection)
    }
}
