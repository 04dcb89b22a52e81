import Streaming

/// What calls have cost and what they were answered, in tables of their own.
struct CallTables {
    let connection: Connection

    /// An answer stands on pages of its own where it is long, and its key in an index of small rows.
    static let definition = """
        CREATE TABLE IF NOT EXISTS answer (
            id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, time INTEGER NOT NULL, until INTEGER NOT NULL,
            json TEXT NOT NULL
        );
        CREATE INDEX IF NOT EXISTS answer_by_until ON answer (until);
        -- What was spent of a budget from `start` on, at the latest at `last`.
        CREATE TABLE IF NOT EXISTS spending (
            budget BLOB NOT NULL, start INTEGER NOT NULL, last INTEGER NOT NULL, amount REAL NOT NULL,
            PRIMARY KEY (budget, start)
        ) WITHOUT ROWID;
        """

    func answer(to key: CallKey, now: Int64) throws -> StoredAnswer? {
        let statement = try connection.statement(
            "SELECT json, time, until FROM answer WHERE key = ? AND until > ?")
        defer { statement.reset() }
        try statement.bind([.key(key), .int(now)])
        guard try statement.step() else { return nil }
        guard let json = statement.text(0), let time = statement.int(1), let until = statement.int(2) else {
            throw ImpossibleValue(table: "answer", value: "answer")
        }
        return StoredAnswer(json: json, time: time, until: until)
    }

    /// Writes notes, within a transaction.
    func write(_ notes: [CallNote], now: Int64) throws -> [Booking?] {
        // Of calls that are made at the same time most are of one budget: it is read and written once.
        var windows: [CallKey: BudgetWindow] = [:]
        let bookings = try notes.map { note -> Booking? in
            switch note {
            case .booking(let budget, let rule, let amount):
                var window = try windows[budget] ?? window(of: budget)
                defer { windows[budget] = window }
                return window.book(amount, by: rule, now: now)
            case .settlement(let budget, let slot, let difference):
                var window = try windows[budget] ?? window(of: budget)
                defer { windows[budget] = window }
                window.settle(slot: slot, difference: difference)
            case .answer(let key, let answer):
                try connection.run(
                    """
                    INSERT INTO answer (key, time, until, json) VALUES (?, ?, ?, ?)
                    ON CONFLICT (key) DO UPDATE SET
                        time = excluded.time, until = excluded.until, json = excluded.json
                    """, .key(key), .int(answer.time), .int(answer.until), .text(answer.json))
            }
            return nil
        }
        for (budget, window) in windows { try store(window, of: budget) }
        return bookings
    }

    /// Whether there is an answer whose time is over.
    func hasOldAnswers(now: Int64) throws -> Bool {
        try connection.hasRow("SELECT 1 FROM answer WHERE until <= ? LIMIT 1", .int(now))
    }

    /// - Returns: how many were forgotten.
    func forgetAnswers(now: Int64, limit: Int) throws -> Int {
        try connection.run(
            """
            DELETE FROM answer WHERE id IN (SELECT id FROM answer WHERE until <= ? ORDER BY until LIMIT ?)
            """, .int(now), .int(Int64(limit)))
        return connection.changes
    }

    private func window(of budget: CallKey) throws -> BudgetWindow {
        let statement = try connection.statement("SELECT start, last, amount FROM spending WHERE budget = ?")
        defer { statement.reset() }
        try statement.bind([.key(budget)])
        var slots: [BudgetWindow.Slot] = []
        while try statement.step() {
            guard let start = statement.int(0), let last = statement.int(1), let amount = statement.double(2),
                amount >= 0
            else { throw ImpossibleValue(table: "spending", value: "amount") }
            slots.append(BudgetWindow.Slot(start: start, last: last, amount: amount))
        }
        return BudgetWindow(slots)
    }

    private func store(_ window: BudgetWindow, of budget: CallKey) throws {
        try connection.run("DELETE FROM spending WHERE budget = ?", .key(budget))
        for slot in window.slots {
            try connection.run(
                "INSERT INTO spending (budget, start, last, amount) VALUES (?, ?, ?, ?)",
                .key(budget), .int(slot.start), .int(slot.last), .double(slot.amount))
        }
    }
}

extension Statement.Value {
    fileprivate static func key(_ key: CallKey) -> Statement.Value {
        var bytes: [UInt8] = []
        for word in [key.high, key.low] {
            withUnsafeBytes(of: word.bigEndian) { bytes += $0 }
        }
        return .bytes(bytes)
    }
}
