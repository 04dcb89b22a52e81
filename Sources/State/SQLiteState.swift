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

    package func restore() throws -> Checkpoint {
        try database.read { db in
            var checkpoint = Checkpoint()
            for row in try Row.fetchAll(db, sql: "SELECT name, anchor, count FROM source") {
                let anchor = (row["anchor"] as String?).map(Anchor.init(json:))
                checkpoint.sources[row["name"]] = SourcePosition(
                    anchor: anchor, count: UInt64(bitPattern: row["count"]))
            }
            for row in try Row.fetchAll(db, sql: "SELECT name, position FROM sink") {
                checkpoint.sinks[row["name"]] = SinkPosition(json: row["position"])
            }
            let held = try Row.fetchAll(
                db, sql: "SELECT stage, source, received, number, json FROM held ORDER BY stage, place")
            for row in held {
                checkpoint.held[row["stage"], default: []].append(
                    HeldRecord(
                        source: row["source"], received: row["received"],
                        index: UInt64(bitPattern: row["number"]), json: row["json"]))
            }
            return checkpoint
        }
    }

    package func commit(_ checkpoint: Checkpoint) throws {
        try database.write { db in
            for name in checkpoint.forgotten {
                try db.cachedStatement(sql: "DELETE FROM source WHERE name = ?").execute(arguments: [name])
            }
            for (name, position) in checkpoint.sources {
                try db.cachedStatement(
                    sql: """
                        INSERT INTO source (name, anchor, count) VALUES (?, ?, ?)
                        ON CONFLICT (name) DO UPDATE SET anchor = excluded.anchor, count = excluded.count
                        """
                ).execute(arguments: [name, position.anchor?.json, Int64(bitPattern: position.count)])
            }
            for (name, position) in checkpoint.sinks { try store(position, sink: name, db) }
            for (stage, records) in checkpoint.held { try store(records, stage: stage, db) }
            let insert = try db.cachedStatement(
                sql: """
                    INSERT INTO history (key, seen) VALUES (?, ?)
                    ON CONFLICT (key) DO UPDATE SET seen = max(seen, excluded.seen)
                    """)
            for key in checkpoint.keys { try insert.execute(arguments: [key.bytes, key.seen]) }
        }
    }

    package func note(_ position: SinkPosition, sink: String) throws {
        try database.write { try store(position, sink: sink, $0) }
    }

    package func lastSeen(_ keys: [DedupKey]) throws -> [Int64?] {
        if keys.isEmpty { return [] }
        return try database.read { db in
            let query = try db.cachedStatement(sql: "SELECT seen FROM history WHERE key = ?")
            return try keys.map { key in
                query.setUncheckedArguments([key.bytes])
                return try Int64.fetchOne(query)
            }
        }
    }

    package func forget(before cutoff: Int64, part: Int) throws -> Int {
        try database.write { db in
            let first = Data(repeating: UInt8(part), count: 1)
            let next = part + 1 < cleanupParts ? Data(repeating: UInt8(part + 1), count: 1) : nil
            try db.execute(
                sql: "DELETE FROM history WHERE key >= ? AND (? IS NULL OR key < ?) AND seen < ?",
                arguments: [first, next, next, cutoff])
            return db.changesCount
        }
    }

    private func store(_ position: SinkPosition, sink: String, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO sink (name, position) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET position = excluded.position
                """,
            arguments: [sink, position.json])
    }

    private func store(_ records: [HeldRecord], stage: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM held WHERE stage = ?", arguments: [stage])
        for (place, record) in records.enumerated() {
            try db.execute(
                sql:
                    "INSERT INTO held (stage, place, source, received, number, json) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    stage, place, record.source, record.received, Int64(bitPattern: record.index), record.json
                ])
        }
    }
}
