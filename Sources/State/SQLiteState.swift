import Foundation
import GRDB
package import Streaming

/// The state of a pipeline in a SQLite file: positions, dedup history, what stages hold.
///
/// One run at a time may have it open. Every commit is synced to the disk before it returns.
package final class SQLiteState: CheckpointStore {
    package let path: String
    package let hashKey: SipHashKey

    private let database: DatabasePool
    private let lock: FileLock

    /// Opens the file, made with its folders if there is none.
    ///
    /// - Throws: ``StateError`` or ``FileError``.
    package init(path: String) throws {
        self.path = path
        try makeFolders(for: path)
        lock = try FileLock(path: path + ".lock")
        do {
            database = try DatabasePool(path: path, configuration: SQLiteState.configuration)
            try SQLiteState.migrator.migrate(database)
            hashKey = try database.write(SQLiteState.hashKey)
        } catch let error as DatabaseError {
            throw StateError.unusable(path: path, reason: error.message ?? "\(error.resultCode)")
        }
    }

    package var isDurable: Bool { true }

    package func restore() throws -> RestoredState {
        try database.read { db in
            var state = RestoredState()
            for row in try Row.fetchAll(db, sql: "SELECT name, anchor, count FROM source") {
                let anchor = (row["anchor"] as String?).map(Anchor.init(json:))
                state.sources[row["name"]] = SourcePosition(
                    anchor: anchor, count: UInt64(bitPattern: row["count"]))
            }
            for row in try Row.fetchAll(db, sql: "SELECT name, position FROM sink") {
                state.sinks[row["name"]] = SinkPosition(json: row["position"])
            }
            for row in try Row.fetchAll(db, sql: "SELECT sink, json FROM note ORDER BY id") {
                state.notes[row["sink"], default: []].append(SinkPosition(json: row["json"]))
            }
            for row in try Row.fetchAll(db, sql: "SELECT stage, json FROM held ORDER BY stage, number") {
                state.held[row["stage"], default: []].append(try decoded(row["json"]))
            }
            for row in try Row.fetchAll(db, sql: "SELECT stage, time FROM rate") {
                state.rates[row["stage"]] = row["time"]
            }
            if let clock = try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'clock'") {
                state.clock = try decoded(clock)
            }
            if let layout = try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'layout'") {
                state.layout = try decoded(layout)
            }
            return state
        }
    }

    package func commit(_ checkpoint: Checkpoint) throws {
        try database.write { db in
            for (name, position) in checkpoint.sources {
                guard let position else {
                    try db.execute(sql: "DELETE FROM source WHERE name = ?", arguments: [name])
                    continue
                }
                try db.cachedStatement(
                    sql: "INSERT OR REPLACE INTO source (name, anchor, count) VALUES (?, ?, ?)"
                ).execute(arguments: [name, position.anchor?.json, Int64(bitPattern: position.count)])
            }
            for (name, position) in checkpoint.sinks {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO sink (name, position) VALUES (?, ?)",
                    arguments: [name, position.json])
            }
            for (sink, note) in checkpoint.coveredNotes {
                try db.execute(
                    sql: "DELETE FROM note WHERE sink = ? AND id <= ?", arguments: [sink, Int64(note)])
            }
            for (stage, change) in checkpoint.held {
                try db.execute(
                    sql: "DELETE FROM held WHERE stage = ? AND number < ?",
                    arguments: [stage, Int64(clamping: change.first)])
                for record in change.added {
                    try db.execute(
                        sql: "INSERT INTO held (stage, number, json) VALUES (?, ?, ?)",
                        arguments: [stage, Int64(record.number), try encoded(record)])
                }
            }
            for (stage, time) in checkpoint.rates {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO rate (stage, time) VALUES (?, ?)", arguments: [stage, time])
            }
            if let clock = checkpoint.clock {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO setting (name, value) VALUES ('clock', ?)",
                    arguments: [try encoded(clock)])
            }
            if let layout = checkpoint.layout {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO setting (name, value) VALUES ('layout', ?)",
                    arguments: [try encoded(layout)])
            }
            for (reading, seen) in checkpoint.sightings {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO reading (id, seen) VALUES (?, ?)", arguments: [reading, seen]
                )
            }
            for key in checkpoint.removedKeys {
                try db.execute(sql: "DELETE FROM history WHERE key = ?", arguments: [key.bytes])
            }
            let insert = try db.cachedStatement(
                sql: """
                    INSERT INTO history (key, seen, reading) VALUES (?, ?, ?)
                    ON CONFLICT (key) DO UPDATE SET seen = max(seen, excluded.seen), reading = excluded.reading
                    """)
            for key in checkpoint.keys {
                try insert.execute(arguments: [key.bytes, key.seen.time, key.seen.reading])
            }
        }
    }

    package func note(_ position: SinkPosition, sink: String) throws -> UInt64 {
        try database.write { db in
            try db.execute(
                sql: "INSERT INTO note (sink, json) VALUES (?, ?)", arguments: [sink, position.json])
            return UInt64(db.lastInsertedRowID)
        }
    }

    package func lastSeen(_ keys: [DedupKey]) throws -> [DedupKey.Seen?] {
        if keys.isEmpty { return [] }
        return try database.read { db in
            let query = try db.cachedStatement(
                sql: """
                    SELECT max(h.seen, coalesce(r.seen, h.seen)), h.reading FROM history h
                    LEFT JOIN reading r ON r.id = h.reading WHERE key = ?
                    """)
            return try keys.map { key in
                query.setUncheckedArguments([key.bytes])
                return try Row.fetchOne(query).map { DedupKey.Seen(time: $0[0], reading: $0[1]) }
            }
        }
    }

    package func forget(before cutoff: Int64, limit: Int) throws -> Int { 0 }

    private func encoded(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}

private func decoded<Value: Decodable>(_ text: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
}
