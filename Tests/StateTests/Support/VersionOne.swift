import CSQLite
import Streaming

@testable import State

/// A state as version 1 left it: its keys in one table, and in another which of them are due.
enum VersionOne {
    static func make(_ path: String) throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let connection = try Connection(path: path, flags: flags, vfs: nil)
        defer { connection.close() }
        try connection.execute(
            """
            CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
            INSERT INTO grdb_migrations VALUES ('1');
            CREATE TABLE setting (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
            INSERT INTO setting VALUES ('hash_key', randomblob(16));
            CREATE TABLE clock (
                id INTEGER PRIMARY KEY CHECK (id = 1), time INTEGER NOT NULL, wall INTEGER NOT NULL,
                leap INTEGER NOT NULL
            );
            CREATE TABLE layout (
                place INTEGER PRIMARY KEY, kind TEXT NOT NULL, identity TEXT NOT NULL, name TEXT NOT NULL
            );
            CREATE TABLE source (identity TEXT PRIMARY KEY, anchor TEXT, count INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE sink (identity TEXT PRIMARY KEY, position TEXT, covered INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE rate (stage TEXT PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE held (
                id INTEGER PRIMARY KEY, stage TEXT NOT NULL, number INTEGER NOT NULL, source TEXT NOT NULL,
                received INTEGER NOT NULL, place INTEGER NOT NULL, json TEXT NOT NULL, admissions TEXT NOT NULL,
                delivered INTEGER NOT NULL, UNIQUE (stage, number)
            );
            CREATE TABLE history (
                key BLOB PRIMARY KEY, seen INTEGER NOT NULL, reading INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE TABLE reading (id INTEGER PRIMARY KEY, seen INTEGER NOT NULL);
            CREATE INDEX reading_by_seen ON reading (seen);
            CREATE TABLE expiry (id INTEGER PRIMARY KEY, seen INTEGER NOT NULL, keys BLOB NOT NULL);
            CREATE INDEX expiry_by_seen ON expiry (seen);
            PRAGMA application_id = 0x4653504E;
            PRAGMA user_version = 1;
            """)
    }

    /// - Parameter sightings: of each document's reading.
    static func fill(_ path: String, keys: [DedupKey], sightings: [Int64: Int64] = [:]) throws {
        let connection = try Connection(path: path, flags: SQLITE_OPEN_READWRITE, vfs: nil)
        defer { connection.close() }
        try connection.transaction {
            for key in keys {
                try connection.run(
                    "INSERT INTO history VALUES (?, ?, ?)", .bytes(bytes(key)), .int(key.seen.time),
                    .int(key.seen.reading))
                try connection.run(
                    "INSERT INTO expiry (seen, keys) VALUES (?, ?)", .int(key.seen.time), .bytes(bytes(key)))
            }
            for (reading, time) in sightings {
                try connection.run("INSERT INTO reading VALUES (?, ?)", .int(reading), .int(time))
            }
        }
    }

    private static func bytes(_ key: DedupKey) -> [UInt8] {
        [key.high, key.low].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }
}
