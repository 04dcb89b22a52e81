import Foundation
import GRDB
import Streaming

extension SQLiteState {
    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "feedspine.state"
        configuration.maximumReaderCount = 2
        configuration.busyMode = .timeout(10)
        // WAL alone loses the last commits when the power fails; a checkpoint must not.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        return configuration
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: positions, history, held records") { db in
            try db.execute(
                sql: """
                    CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
                    CREATE TABLE source (name TEXT PRIMARY KEY, anchor TEXT, count INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE TABLE sink (name TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID;
                    CREATE TABLE held (
                        stage TEXT NOT NULL, number INTEGER NOT NULL, json TEXT NOT NULL,
                        PRIMARY KEY (stage, number)
                    ) WITHOUT ROWID;
                    CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, sink TEXT NOT NULL, json TEXT NOT NULL);
                    CREATE TABLE rate (stage TEXT PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE TABLE reading (id INTEGER PRIMARY KEY, seen INTEGER NOT NULL);
                    CREATE TABLE history (
                        key BLOB PRIMARY KEY, seen INTEGER NOT NULL, reading INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    """)
        }
        return migrator
    }

    /// The store's own secret for ``SipHash128``, made with its first use.
    static func hashKey(_ db: Database) throws -> SipHashKey {
        if let stored = try Data.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'hash_key'"),
            stored.count == 16
        {
            return SipHashKey(word(stored.prefix(8)), word(stored.suffix(8)))
        }
        var generator = SystemRandomNumberGenerator()
        let key = SipHashKey(generator.next(), generator.next())
        let bytes = bigEndian(key.first) + bigEndian(key.second)
        try db.execute(
            sql: "INSERT OR REPLACE INTO setting (name, value) VALUES ('hash_key', ?)", arguments: [bytes])
        return key
    }

    private static func word(_ bytes: Data) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

extension DedupKey {
    /// The 16 bytes that it is stored as.
    var bytes: Data { bigEndian(high) + bigEndian(low) }
}

private func bigEndian(_ word: UInt64) -> Data { withUnsafeBytes(of: word.bigEndian) { Data($0) } }
