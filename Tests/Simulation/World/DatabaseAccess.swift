import CSQLite

/// Another program's connections to databases on a simulated disk.
struct DatabaseAccess {
    let disk: Disk
    let now: Duration
    let seed: UInt64

    /// - Returns: what went wrong; nil where nothing did.
    @discardableResult
    func execute(_ statements: String, on path: String) -> String? {
        connected(to: path) { database in
            sqlite3_exec(database, statements, nil, nil, nil) == SQLITE_OK
                ? nil : String(cString: sqlite3_errmsg(database))
        }
    }

    /// The texts of the first column; what went wrong, where something did.
    func column(_ query: String, of path: String) -> [String] {
        connected(to: path) { database in
            var statement: OpaquePointer?
            defer { sqlite3_finalize(statement) }
            guard sqlite3_prepare_v2(database, query, -1, &statement, nil) == SQLITE_OK else {
                return [String(cString: sqlite3_errmsg(database))]
            }
            var rows: [String] = []
            while sqlite3_step(statement) == SQLITE_ROW {
                if let text = sqlite3_column_text(statement, 0) { rows.append(String(cString: text)) }
            }
            return rows
        }
    }

    private func connected<Answer>(to path: String, _ body: (OpaquePointer?) -> Answer) -> Answer {
        let trace = Trace(keepsLines: false)
        let process = DiskProcess(number: -1, disk: disk, trace: trace)
        DatabaseSystem.enter(process, Scheduler(seed: seed, now: now, trace: trace), seed: seed)
        defer {
            process.die()
            DatabaseSystem.leave()
        }
        var database: OpaquePointer?
        defer { sqlite3_close_v2(database) }
        sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        return body(database)
    }
}
