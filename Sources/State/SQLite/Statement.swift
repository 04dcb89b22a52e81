import CSQLite

/// A prepared statement.
final class Statement {
    enum Value {
        case null
        case int(Int64)
        case double(Double)
        case text(String)
        case bytes([UInt8])

        /// Counts are below 2^63 for as long as anybody counts.
        static func count(_ count: UInt64) -> Value { .int(Int64(clamping: count)) }
    }

    private let handle: OpaquePointer
    // Safe because a connection finalizes its statements before it is gone, and hands them to nobody else.
    private unowned let connection: Connection

    init(_ handle: OpaquePointer, of connection: Connection) {
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    func bind(_ values: [Value]) throws(SQLiteError) {
        for (place, value) in values.enumerated() { try bind(Int32(place) + 1, value) }
    }

    /// - Parameter index: counted from 1.
    func bind(_ index: Int32, _ value: Value) throws(SQLiteError) {
        switch value {
        case .null: try check(sqlite3_bind_null(handle, index))
        case .int(let value): try bind(index, value)
        case .double(let value): try check(sqlite3_bind_double(handle, index, value))
        case .text(var text):
            try check(
                text.withUTF8 {
                    // SQLite takes nil for NULL.
                    guard let start = $0.baseAddress else {
                        return csqlite_bind_text_copy(handle, index, "", 0)
                    }
                    return start.withMemoryRebound(to: CChar.self, capacity: $0.count) { [count = $0.count] in
                        csqlite_bind_text_copy(handle, index, $0, UInt64(count))
                    }
                })
        case .bytes(let bytes):
            try check(
                bytes.withUnsafeBytes {
                    csqlite_bind_blob_copy(handle, index, $0.baseAddress, UInt64($0.count))
                })
        }
    }

    func bind(_ index: Int32, _ value: Int64) throws(SQLiteError) {
        try check(sqlite3_bind_int64(handle, index, value))
    }

    /// Binds bytes that are not copied; they must stay until the statement is reset.
    func bind(_ index: Int32, borrowing bytes: UnsafeRawBufferPointer) throws(SQLiteError) {
        // SQLite takes nil for NULL.
        guard let start = bytes.baseAddress else { return try check(sqlite3_bind_zeroblob(handle, index, 0)) }
        try check(csqlite_bind_blob_borrowed(handle, index, start, Int32(bytes.count)))
    }

    /// Whether there is a row, or a further one. A statement that has begun stays open until it is reset.
    func step() throws(SQLiteError) -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        let error = connection.failure(code)
        reset()
        throw error
    }

    /// Ends it, ready for the next use.
    func reset() { sqlite3_reset(handle) }

    /// Nil where the column holds no integer.
    func int(_ column: Int32) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_INTEGER ? sqlite3_column_int64(handle, column) : nil
    }

    /// Nil where the column holds no number.
    func double(_ column: Int32) -> Double? {
        let type = sqlite3_column_type(handle, column)
        return type == SQLITE_FLOAT || type == SQLITE_INTEGER ? sqlite3_column_double(handle, column) : nil
    }

    /// Nil where the column holds no text; bytes that are no UTF-8 are replaced.
    func text(_ column: Int32) -> String? {
        guard sqlite3_column_type(handle, column) == SQLITE_TEXT,
            let start = sqlite3_column_text(handle, column)
        else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Nil where the column holds no blob.
    func bytes(_ column: Int32) -> [UInt8]? { withBytes(column) { Array($0) } }

    /// Lends a blob where SQLite has it; nil where the column holds none.
    func withBytes<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result?
    {
        guard sqlite3_column_type(handle, column) == SQLITE_BLOB else { return nil }
        // SQLite answers nil for an empty blob.
        let start = sqlite3_column_blob(handle, column)
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(handle, column))
        return try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    private func check(_ code: Int32) throws(SQLiteError) {
        if code != SQLITE_OK { throw connection.failure(code) }
    }
}
