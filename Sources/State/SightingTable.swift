import Notation
package import Streaming

/// Who has shown keys, and when: a row for each key and source, for as long as the key's history.
///
/// The table is made with the first row, so that a state of pipelines that keep none has none. Each checkpoint looks at a
/// slice of it and takes out what may be forgotten, so that no checkpoint takes long and all of it is looked at by and by.
struct SightingTable {
    /// Rows of a slice, at least; and twice as many as have come, so that it keeps up.
    private static let slice = 256
    /// The setting with the key up to which the last slice went.
    private static let cursor = "key_sighting_cursor"

    let connection: Connection

    /// - Parameter now: seconds since 1970.
    func store(_ sightings: [KeySighting], now: Int64?) throws {
        if sightings.isEmpty, try !exists() { return }
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS key_sighting (
                key BLOB NOT NULL, source TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
                count INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (key, source)
            ) WITHOUT ROWID
            """)
        // In the order of the table, so that a page is written once in a transaction.
        let ordered = sightings.sorted {
            ($0.place.high, $0.place.low, $0.place.source) < ($1.place.high, $1.place.low, $1.place.source)
        }
        let insert = try connection.statement(
            """
            INSERT INTO key_sighting (key, source, first, last, count, until) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (key, source) DO UPDATE SET
                first = min(first, excluded.first), last = max(last, excluded.last),
                count = count + excluded.count, until = max(until, excluded.until)
            """)
        for sighting in ordered {
            let place = sighting.place
            try KeyBytes(HistoryKey(high: place.high, low: place.low)).bound(to: insert) {
                try insert.bind(2, .text(place.source))
                try insert.bind(3, sighting.first)
                try insert.bind(4, sighting.last)
                try insert.bind(5, sighting.count)
                try insert.bind(6, sighting.until)
                _ = try insert.step()
            }
        }
        if let now { try forget(before: now, looking: max(SightingTable.slice, 2 * sightings.count)) }
    }

    /// What is known of keys; nothing where no sightings are kept.
    func sightings(of keys: [DedupKey]) throws -> [KeySighting] {
        guard try exists() else { return [] }
        let statement = try connection.statement(
            "SELECT source, first, last, count, until FROM key_sighting WHERE key = ? ORDER BY first, source")
        var sightings: [KeySighting] = []
        for key in keys {
            try KeyBytes(HistoryKey(key)).bound(to: statement) {
                while try statement.step() {
                    guard let source = statement.text(0), let first = statement.int(1),
                        let last = statement.int(2), let count = statement.int(3),
                        let until = statement.int(4)
                    else { throw ImpossibleValue(table: "key_sighting", value: "row") }
                    sightings.append(
                        KeySighting(
                            .init(high: key.high, low: key.low, source: source), first: first, last: last,
                            count: count, until: until))
                }
            }
        }
        return sightings
    }

    private func exists() throws -> Bool {
        try Schema.hasTable("key_sighting", connection)
    }

    private func forget(before now: Int64, looking count: Int) throws {
        let from = bytes(try Schema.setting(SightingTable.cursor, connection) ?? "")
        let to = try key(behind: from, by: count)
        if to.isEmpty {
            try connection.run(
                "DELETE FROM key_sighting WHERE key > ? AND until < ?", .bytes(from), .int(now))
        } else {
            try connection.run(
                "DELETE FROM key_sighting WHERE key > ? AND key <= ? AND until < ?", .bytes(from), .bytes(to),
                .int(now))
        }
        try Schema.set(SightingTable.cursor, String(hexadecimal: to), connection)
    }

    /// A key so many rows behind another; empty at the end.
    private func key(behind key: [UInt8], by count: Int) throws -> [UInt8] {
        let statement = try connection.statement(
            "SELECT key FROM key_sighting WHERE key > ? ORDER BY key LIMIT 1 OFFSET ?")
        defer { statement.reset() }
        try statement.bind(1, .bytes(key))
        try statement.bind(2, Int64(count))
        return try statement.step() ? statement.bytes(0) ?? [] : []
    }

    /// The key that a cursor says in hexadecimal; what is before all keys where it says none.
    private func bytes(_ cursor: String) -> [UInt8] {
        guard let high = UInt64(cursor.prefix(16), radix: 16), let low = UInt64(cursor.suffix(16), radix: 16)
        else { return [0] }
        return withUnsafeBytes(of: KeyBytes(HistoryKey(high: high, low: low))) { Array($0) }
    }
}

extension StateView {
    /// Who has shown keys, and when, where the state keeps that; nothing where there is no state yet.
    ///
    /// - Parameter keys: made with the secret of the state.
    package static func sightings(
        in path: String, of keys: (SipHashKey) -> [DedupKey]
    ) throws(StateError) -> [KeySighting] {
        try read(path, vfs: nil) { connection, _ in
            let keys = keys(try Schema.hashKey(connection))
            return try connection.snapshot { try SightingTable(connection: connection).sightings(of: keys) }
        } ?? []
    }
}
