import CSQLite
import GRDB
import Glibc
import Records
import State
import Streaming

/// A connection to the file of a ``SQLiteSink``, with its table checked or made.
final class SQLiteConnection {
    private let path: String
    private let table: SQLiteTable
    private let database: DatabaseQueue
    private let layout: SQLiteTable.Layout
    /// Whether commits go to a log that has to be synced; otherwise each commit syncs the file.
    private let hasLog: Bool
    /// Of the file that was opened.
    private let identity: FileIdentity?
    private var isDirty = false
    private var row = SQLiteRow()

    /// - Throws: ``SQLiteSinkError``; of a file that others write for longer than `patience`, one that is busy.
    init(path: String, table: SQLiteTable, patience: Duration) throws {
        self.path = path
        self.table = table
        let deadline = ContinuousClock.now + patience
        while true {
            do {
                let opened = try SQLiteConnection.open(path, table, patience)
                (database, hasLog, layout) = opened
                identity = FileIdentity(at: path)
                return
            } catch let error as SQLiteSinkError where error.isBusy && ContinuousClock.now < deadline {
                // SQLite waits for locks, but not for the change to a log that somebody else is just making.
                try Task.checkCancellation()
                poll(nil, 0, 20)
            }
        }
    }

    func close() { try? database.close() }

    /// Whether the file still stands at its path: it may have been renamed, removed or replaced.
    var isCurrent: Bool { FileIdentity(at: path) == identity }

    /// Closes a file that stands elsewhere now. What is only in the log goes into it before: SQLite leaves that to who
    /// opens the file next, who would look for a log beside its new name.
    func finish() {
        try? database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        close()
    }

    /// Writes records in one transaction, each into the row of its key.
    ///
    /// - Parameter note: told, before the transaction ends, which rows it adds.
    /// - Returns: the records that have no key, or that a constraint refuses; all others are written.
    /// - Throws: ``SQLiteRollback``, ``SQLiteSinkError`` or what `note` throws; then nothing was written.
    func upsert(_ records: [Records.Record], note: (SQLiteNote) throws -> Void) throws -> [Refusal] {
        isDirty = true
        return try SQLiteSinkError.naming(path) {
            try database.write { db in
                var refusals: [Refusal] = []
                var added = SQLiteNote()
                let statement = try db.cachedStatement(sql: layout.upsertion)
                for (index, record) in records.enumerated() {
                    guard row.fill(record, key: table.key, columns: layout.columns) else {
                        refusals.append(Refusal(index: index, reason: table.missingKey))
                        continue
                    }
                    // It stays as it is where a row is written anew.
                    sqlite3_set_last_insert_rowid(db.sqliteConnection, 0)
                    let code = row.write(statement.sqliteStatement)
                    if code == SQLITE_DONE {
                        let id = sqlite3_last_insert_rowid(db.sqliteConnection)
                        if id != 0 { added.rows.append(SQLiteNote.Row(id: id, hash: row.recordHash)) }
                        continue
                    }
                    let message = db.lastErrorMessage ?? "SQLite error \(code)"
                    guard SQLiteConnection.isAboutRecord(code) else {
                        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
                    }
                    if !db.isInsideTransaction { throw SQLiteRollback(message: message) }
                    refusals.append(Refusal(index: index, reason: message))
                }
                if !added.rows.isEmpty { try note(added) }
                return refusals
            }
        }
    }

    /// Takes out the rows of notes that no checkpoint covers, as far as they are still what was written.
    ///
    /// - Returns: how many.
    func takeOut(_ notes: [SQLiteNote]) throws -> Int {
        try SQLiteSinkError.naming(path) {
            try database.write { db in
                var count = 0
                for row in notes.flatMap(\.rows) where try table.recordHash(ofRow: row.id, db) == row.hash {
                    try table.remove(row: row.id, db)
                    count += 1
                }
                isDirty = isDirty || count > 0
                return count
            }
        }
    }

    /// Makes what was committed durable, whoever else reads or writes the file.
    func synchronize() throws {
        guard isDirty else { return }
        if hasLog {
            try SQLiteSinkError.naming(path) {
                try database.writeWithoutTransaction { db in
                    let code = SQLiteConnection.synchronizeLog(db.sqliteConnection)
                    if code != SQLITE_OK { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
                }
            }
        }
        isDirty = false
    }

    private static func isAboutRecord(_ code: Int32) -> Bool {
        [SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG].contains(code & 0xFF)
    }

    /// A checkpoint of SQLite's would do it, too, but not while others read or write.
    private static func synchronizeLog(_ connection: OpaquePointer?) -> Int32 {
        var log: UnsafeMutablePointer<sqlite3_file>?
        let code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log)
        guard code == SQLITE_OK, let log, let methods = log.pointee.pMethods else { return code }
        return methods.pointee.xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY)
    }

    private static func open(
        _ path: String, _ table: SQLiteTable, _ patience: Duration
    ) throws -> (DatabaseQueue, hasLog: Bool, SQLiteTable.Layout) {
        var configuration = Configuration()
        configuration.label = "feedspine.sink.sqlite"
        configuration.busyMode = .timeout(Double(patience.components.seconds))
        configuration.journalMode = .wal
        // Has its effect on new files alone. Rows of items are often a little over half of SQLite's usual 4 KB, and only
        // one of them fits into such a page.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA page_size = 16384") }
        return try SQLiteSinkError.naming(path) {
            let database = try DatabaseQueue(path: path, configuration: configuration)
            let mode = try database.writeWithoutTransaction { db in
                let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
                // A commit to a log need not be durable: the checkpoint is, and what came after it is written again.
                try db.execute(sql: "PRAGMA synchronous = \(mode == "wal" ? "NORMAL" : "FULL")")
                return mode
            }
            let layout = try database.write { try table.prepare($0, path: path) }
            return (database, mode == "wal", layout)
        }
    }
}

/// A transaction that was taken back while a record was written.
struct SQLiteRollback: Error {
    let message: String
}
