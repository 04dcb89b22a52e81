import Streaming

/// A key as it is stored: 16 bytes, in whose order SQLite keeps them.
struct KeyBytes {
    private let high: UInt64
    private let low: UInt64

    init(_ key: DedupKey) {
        high = key.high.bigEndian
        low = key.low.bigEndian
    }

    /// Those that stand one after the other; what is too short for one is left out.
    static func all(in bytes: [UInt8]) -> [KeyBytes] {
        bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / MemoryLayout<KeyBytes>.size).map {
                bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<KeyBytes>.size, as: KeyBytes.self)
            }
        }
    }

    func append(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: self) { bytes.append(contentsOf: $0) }
    }

    /// Runs a statement that gives no rows, with the key and another value.
    func run(_ sql: String, _ value: Int64? = nil, on connection: Connection) throws {
        let statement = try connection.statement(sql)
        try bound(to: statement) {
            if let value { try statement.bind(2, value) }
            _ = try statement.step()
        }
    }

    /// Runs a statement with the key as its first value.
    func bound<Result>(to statement: Statement, _ body: () throws -> Result) throws -> Result {
        defer { statement.reset() }
        return try withUnsafeBytes(of: self) {
            try statement.bind(1, borrowing: $0)
            return try body()
        }
    }
}
