import Streaming

/// A key as tables have it: 16 bytes, in whose order SQLite keeps them.
struct KeyBytes {
    private let high: UInt64
    private let low: UInt64

    init(_ key: HistoryKey) {
        high = key.high.bigEndian
        low = key.low.bigEndian
    }

    /// Nil where the bytes are no key.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == MemoryLayout<KeyBytes>.size else { return nil }
        self = bytes.loadUnaligned(as: KeyBytes.self)
    }

    var key: HistoryKey { HistoryKey(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)) }

    /// Runs a statement that gives no rows, with the key and another value.
    func run(_ sql: String, _ value: Int64? = nil, on connection: Connection) throws {
        let statement = try connection.statement(sql)
        try bound(to: statement) {
            if let value { try statement.bind(2, value) }
            _ = try statement.step()
        }
    }

    /// Runs a statement with the key as its first value, or another.
    func bound<Result>(to statement: Statement, at index: Int32 = 1, _ body: () throws -> Result) throws
        -> Result
    {
        defer { statement.reset() }
        return try withUnsafeBytes(of: self) {
            try statement.bind(index, borrowing: $0)
            return try body()
        }
    }
}
