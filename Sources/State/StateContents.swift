/// How much a state holds of what grows.
package struct StateContents: Sendable {
    /// What maps were answered.
    package struct Answers: Hashable, Sendable {
        package let count: Int
        /// UTF-8 bytes of their JSON texts.
        package let bytes: Int
        /// When the first and the last of them may be forgotten, in seconds of the history's clock; nil where there is none.
        package let until: ClosedRange<Int64>?
    }

    /// Of the database file, with what is free in it.
    package let bytes: Int
    /// Keys of the history. One that has been seen again may count twice for a while.
    package let keys: Int
    /// When the key was seen last that was seen longest ago, in seconds of the history's clock; nil where none is there, or
    /// they are those of an earlier version.
    package let earliestKey: Int64?
    package let answers: Answers
    /// Budgets of which something is spent.
    package let budgets: Int
}

extension StateView {
    /// Counts what a state holds; nil where there is none yet. The state is neither locked nor written.
    package static func contents(of path: String) throws(StateError) -> StateContents? {
        try read(path, vfs: nil) { connection, _ in
            try connection.snapshot {
                let catalog = try SegmentCatalog(connection)
                let earliest = catalog.earliest
                let size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
                return StateContents(
                    bytes: try connection.integers(size, count: 1)[0] ?? 0,
                    keys: catalog.wholeRows.reduce(0) { $0 + $1.keys },
                    earliestKey: earliest == .min || earliest == .max ? nil : earliest,
                    answers: try answers(connection), budgets: try budgets(connection))
            }
        }
    }

    private static func answers(_ connection: Connection) throws -> StateContents.Answers {
        // A state of before has no such tables until the next run.
        guard try connection.hasTable("answer") else {
            return StateContents.Answers(count: 0, bytes: 0, until: nil)
        }
        let numbers = try connection.integers(
            "SELECT count(*), sum(length(CAST(json AS BLOB))), min(until), max(until) FROM answer", count: 4)
        var until: ClosedRange<Int64>?
        if let first = numbers[2], let last = numbers[3], first <= last { until = Int64(first)...Int64(last) }
        return StateContents.Answers(count: numbers[0] ?? 0, bytes: numbers[1] ?? 0, until: until)
    }

    private static func budgets(_ connection: Connection) throws -> Int {
        guard try connection.hasTable("spending") else { return 0 }
        return try connection.integers("SELECT count(DISTINCT budget) FROM spending", count: 1)[0] ?? 0
    }
}

extension Connection {
    fileprivate func hasTable(_ name: String) throws -> Bool {
        try hasRow("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", .text(name))
    }

    /// The columns of a query's only row; nil for NULL.
    fileprivate func integers(_ query: String, count: Int32) throws -> [Int?] {
        let statement = try statement(query)
        defer { statement.reset() }
        guard try statement.step() else { return Array(repeating: nil, count: Int(count)) }
        return (0..<count).map { column in statement.int(column).map { Int($0) } }
    }
}
