import Streaming

/// The keys that were delivered, and which of them are due to be forgotten.
///
/// A key stands in `history` with when it was last seen, and once in `expiry`, where it waits with others until the time
/// that is written there is older than the cutoff. Then it is looked at: if it was seen again meanwhile, it waits anew.
/// So forgetting takes time for what was seen, not for what is there, and a key costs 16 bytes for it.
struct History {
    /// Keys in a row of `expiry`, at most: small enough to write its rest again when a slice ends within it.
    private static let rowKeys = 1024
    private static let keyBytes = 16

    let connection: Connection

    func isEmpty() throws -> Bool {
        let statement = try connection.statement("SELECT 1 FROM history LIMIT 1")
        defer { statement.reset() }
        return try !statement.step()
    }

    /// Keeps the later of two sightings of a key.
    func store(_ keys: [DedupKey]) throws {
        if keys.isEmpty { return }
        let insert = try connection.statement(
            "INSERT INTO history (key, seen, reading) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
        let renewal = try Renewal(connection)
        var waiting = Waiting(connection)
        // In the order of the table, so that a page is written once in a transaction.
        for key in keys.sorted(by: { ($0.high, $0.low) < ($1.high, $1.low) }) {
            let bytes = KeyBytes(key)
            let isNew = try bytes.bound(to: insert) {
                try insert.bind(2, key.seen.time)
                try insert.bind(3, key.seen.reading)
                _ = try insert.step()
                return connection.changes == 1
            }
            if isNew {
                try waiting.add(bytes, seen: key.seen.time)
            } else {
                try renewal.renew(bytes, key.seen)
            }
        }
        try waiting.finish()
    }

    /// Takes note of keys that are there and were seen again. What other documents show stays beside what the last one
    /// does.
    private struct Renewal {
        private let connection: Connection
        private let keepOther: Statement
        private let update: Statement

        init(_ connection: Connection) throws {
            self.connection = connection
            keepOther = try connection.statement(
                """
                INSERT OR IGNORE INTO sighting (key, reading) SELECT key, reading FROM history
                WHERE key = ?1 AND seen <= ?2 AND reading <> 0 AND reading >> 32 <> ?3 >> 32
                """)
            update = try connection.statement(
                """
                UPDATE history SET seen = ?2, reading = CASE ?3 WHEN 0 THEN reading ELSE ?3 END
                WHERE key = ?1 AND seen <= ?2
                """)
        }

        func renew(_ key: KeyBytes, _ seen: DedupKey.Seen) throws {
            if seen.reading != 0, try run(keepOther, key, seen) {
                try key.run(
                    "DELETE FROM sighting WHERE key = ?1 AND reading >> 32 = ?2 >> 32", seen.reading,
                    on: connection)
            }
            try run(update, key, seen)
        }

        /// - Returns: whether it has changed anything.
        @discardableResult
        private func run(_ statement: Statement, _ key: KeyBytes, _ seen: DedupKey.Seen) throws -> Bool {
            try key.bound(to: statement) {
                try statement.bind(2, seen.time)
                try statement.bind(3, seen.reading)
                _ = try statement.step()
                return connection.changes > 0
            }
        }
    }

    /// Forgets keys whose records were not delivered after all.
    func remove(_ keys: [DedupKey]) throws {
        if keys.isEmpty { return }
        let lookup = try Lookup(connection)
        for key in keys { try delete(KeyBytes(key), lookup) }
    }

    private func delete(_ key: KeyBytes, _ lookup: Lookup) throws {
        try key.run("DELETE FROM history WHERE key = ?1", on: connection)
        if lookup.hasShared { try key.run("DELETE FROM sighting WHERE key = ?1", on: connection) }
    }

    func store(sightings: [Int64: Int64]) throws {
        for (reading, time) in sightings {
            try connection.run(
                """
                INSERT INTO reading (id, seen) VALUES (?, ?)
                ON CONFLICT (id) DO UPDATE SET seen = excluded.seen WHERE excluded.seen > seen
                """, .int(reading), .int(time))
        }
    }

    func lastSeen(_ keys: [DedupKey]) throws -> [DedupKey.Seen?] {
        let lookup = try Lookup(connection)
        return try keys.map { try lookup.lastSeen(KeyBytes($0))?.renewed }
    }

    /// Finds keys one by one.
    private struct Lookup {
        private let keys: Statement
        private let readings: Statement
        private let shared: Statement
        /// Whether there are keys that more than one document shows.
        let hasShared: Bool

        init(_ connection: Connection) throws {
            keys = try connection.statement("SELECT seen, reading FROM history WHERE key = ?")
            readings = try connection.statement("SELECT seen FROM reading WHERE id = ?")
            shared = try connection.statement(
                """
                SELECT max(reading.seen) FROM sighting JOIN reading ON reading.id = sighting.reading
                WHERE sighting.key = ?
                """)
            let any = try connection.statement("SELECT EXISTS (SELECT 1 FROM sighting)")
            defer { any.reset() }
            hasShared = try any.step() && any.int(0) != 0
        }

        func lastSeen(_ key: KeyBytes) throws -> (stored: Int64, renewed: DedupKey.Seen)? {
            let stored = try key.bound(to: keys) { () throws -> DedupKey.Seen? in
                guard try keys.step() else { return nil }
                guard let time = keys.int(0), let reading = keys.int(1) else {
                    throw ImpossibleValue(table: "history", value: "time")
                }
                return DedupKey.Seen(time: time, reading: reading)
            }
            guard let stored else { return nil }
            var renewed = try renewed(stored)
            if hasShared, let time = try lastShown(key) { renewed.time = max(renewed.time, time) }
            return (stored.time, renewed)
        }

        /// When one of the other documents that show a key was last seen.
        private func lastShown(_ key: KeyBytes) throws -> Int64? {
            try key.bound(to: shared) { try shared.step() ? shared.int(0) : nil }
        }

        private func renewed(_ seen: DedupKey.Seen) throws -> DedupKey.Seen {
            if seen.reading == 0 { return seen }
            defer { readings.reset() }
            try readings.bind(1, seen.reading)
            guard try readings.step() else { return seen }
            guard let time = readings.int(0) else { throw ImpossibleValue(table: "reading", value: "time") }
            return DedupKey.Seen(time: max(seen.time, time), reading: seen.reading)
        }
    }
}

// MARK: - Forgetting

extension History {
    /// Whether a key or a reading waits for a cutoff that is as late as this.
    func isDue(before cutoff: Int64) throws -> Bool {
        let statement = try connection.statement(
            "SELECT EXISTS (SELECT 1 FROM expiry WHERE seen < ?1) OR EXISTS (SELECT 1 FROM reading WHERE seen < ?1)"
        )
        defer { statement.reset() }
        try statement.bind(1, cutoff)
        return try statement.step() && statement.int(0) != 0
    }

    /// - Returns: how many keys and readings were looked at; fewer than `limit` when nothing more is due.
    func forget(before cutoff: Int64, limit: Int) throws -> Int {
        var looked = 0
        var waiting = Waiting(connection)
        let lookup = try Lookup(connection)
        while looked < limit, let row = try nextRow(before: cutoff) {
            let keys = KeyBytes.all(in: row.keys)
            let slice = keys.prefix(limit - looked)
            for key in slice { try forget(key, before: cutoff, lookup, otherwise: &waiting) }
            let rest = slice.count * History.keyBytes
            if slice.count < keys.count {
                try connection.run(
                    "UPDATE expiry SET keys = ? WHERE id = ?", .bytes(Array(row.keys[rest...])), .int(row.id))
            } else {
                try connection.run("DELETE FROM expiry WHERE id = ?", .int(row.id))
            }
            // A row without keys is none of ours, but it must come to an end.
            looked += max(1, slice.count)
        }
        try waiting.finish()
        if looked < limit {
            // All keys that these could renew are gone, or were seen later themselves.
            try connection.run(
                "DELETE FROM reading WHERE id IN (SELECT id FROM reading WHERE seen < ? ORDER BY seen LIMIT ?)",
                .int(cutoff), .int(Int64(limit - looked)))
            looked += connection.changes
        }
        return looked
    }

    private func nextRow(before cutoff: Int64) throws -> (id: Int64, keys: [UInt8])? {
        let statement = try connection.statement(
            "SELECT id, keys FROM expiry WHERE seen < ? ORDER BY seen, id LIMIT 1")
        defer { statement.reset() }
        try statement.bind(1, cutoff)
        guard try statement.step() else { return nil }
        guard let id = statement.int(0), let keys = statement.bytes(1) else {
            throw ImpossibleValue(table: "expiry", value: "row of keys")
        }
        return (id, keys)
    }

    private func forget(
        _ key: KeyBytes, before cutoff: Int64, _ lookup: Lookup, otherwise waiting: inout Waiting
    ) throws {
        guard let (stored, renewed) = try lookup.lastSeen(key) else { return }
        if renewed.time < cutoff {
            try delete(key, lookup)
            return
        }
        if renewed.time > stored {
            // The reading may be forgotten before the key.
            try key.run("UPDATE history SET seen = ?2 WHERE key = ?1", renewed.time, on: connection)
        }
        try waiting.add(key, seen: renewed.time)
    }

    /// Keys on their way into `expiry`.
    private struct Waiting {
        private let connection: Connection
        private var rows: [Int64: [UInt8]] = [:]

        init(_ connection: Connection) { self.connection = connection }

        mutating func add(_ key: KeyBytes, seen: Int64) throws {
            key.append(to: &rows[seen, default: []])
            if rows[seen, default: []].count >= History.rowKeys * History.keyBytes,
                let row = rows.removeValue(forKey: seen)
            {
                try store(row, seen: seen)
            }
        }

        mutating func finish() throws {
            for (seen, row) in rows { try store(row, seen: seen) }
            rows = [:]
        }

        private func store(_ row: [UInt8], seen: Int64) throws {
            try connection.run("INSERT INTO expiry (seen, keys) VALUES (?, ?)", .int(seen), .bytes(row))
        }
    }
}
