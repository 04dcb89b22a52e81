import CSQLite

/// A connection to a SQLite file. One thread at a time may use it.
///
/// The C API and not GRDB: the state names its VFS, its texts may hold NUL, what a damaged file answers must not end
/// the process, and 16-byte keys are bound without a `Data` each.
final class Connection {
    private var handle: OpaquePointer?
    private var statements: [String: Statement] = [:]

    /// - Parameters:
    ///   - flags: `SQLITE_OPEN_…`.
    ///   - vfs: the name of a registered VFS; nil is SQLite's own.
    init(path: String, flags: Int32, vfs: String?) throws(SQLiteError) {
        let flags = flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &handle, flags, vfs)
        if code != SQLITE_OK {
            let error = failure(code)
            close()
            throw error
        }
        sqlite3_busy_timeout(handle, 10_000)
    }

    /// A connection that changes nothing beside a log that a run has left, not even the memory that connections share
    /// (`-shm`): alone with the file, SQLite keeps the index of the log to itself.
    ///
    /// - Returns: nil where others are connected, or where the file cannot be locked.
    static func alone(reading path: String, vfs: String?) throws -> Connection? {
        let connection = try Connection(path: path, flags: SQLITE_OPEN_READWRITE, vfs: vfs)
        sqlite3_busy_timeout(connection.handle, 0)
        guard csqlite_keep_log_on_close(connection.handle) == SQLITE_OK else { return nil }
        do throws(SQLiteError) {
            // Before the first look at the file, which the lock is taken with.
            try connection.execute(
                "PRAGMA query_only = ON; PRAGMA locking_mode = EXCLUSIVE; SELECT 1 FROM sqlite_schema LIMIT 1"
            )
        } catch {
            guard [SQLITE_BUSY, SQLITE_IOERR, SQLITE_READONLY].contains(error.code & 0xFF) else {
                throw error
            }
            return nil
        }
        return connection
    }

    deinit { close() }

    /// The last connection to a file in WAL mode also brings the log into the file and takes it away.
    func close() {
        statements = [:]
        sqlite3_close_v2(handle)
        handle = nil
    }

    /// Runs statements that answer nothing.
    func execute(_ sql: String) throws(SQLiteError) {
        guard handle != nil else { throw .closed }
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        if code != SQLITE_OK { throw failure(code) }
    }

    /// A prepared statement, kept for its next use.
    func statement(_ sql: String) throws(SQLiteError) -> Statement {
        if let known = statements[sql] { return known }
        guard handle != nil else { throw .closed }
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw failure(code) }
        let statement = Statement(prepared, of: self)
        statements[sql] = statement
        return statement
    }

    /// Runs one statement that answers nothing.
    func run(_ sql: String, _ values: Statement.Value...) throws(SQLiteError) {
        let statement = try statement(sql)
        try statement.bind(values)
        _ = try statement.step()
        statement.reset()
    }

    /// Whether a query has a row.
    func hasRow(_ sql: String, _ values: Statement.Value...) throws(SQLiteError) -> Bool {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(values)
        return try statement.step()
    }

    /// Takes all that a transaction writes, or nothing of it.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try within("BEGIN IMMEDIATE", body)
    }

    /// Reads from one state of the file.
    func snapshot<Result>(_ body: () throws -> Result) throws -> Result { try within("BEGIN", body) }

    /// Copies the file, as it is at one moment, into another.
    func copy(to target: Connection) throws(SQLiteError) {
        guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else {
            throw target.failure(sqlite3_errcode(target.handle))
        }
        // All pages in one step, under one lock for reading.
        sqlite3_backup_step(backup, -1)
        let code = sqlite3_backup_finish(backup)
        if code != SQLITE_OK { throw target.failure(code) }
    }

    private func within<Result>(_ begin: String, _ body: () throws -> Result) throws -> Result {
        try run(begin)
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Rows that the last statement has changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// What the last call that failed has left.
    func failure(_ code: Int32) -> SQLiteError {
        let message = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        return SQLiteError(
            code: code, message: message.map { String(cString: $0) } ?? "error \(code)",
            systemCode: handle == nil ? 0 : sqlite3_system_errno(handle))
    }

    private func rollBack() {
        for statement in statements.values { statement.reset() }
        // SQLite has rolled back on its own where the disk is full or fails.
        if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }
}
