import CSQLite

/// What SQLite answered.
struct SQLiteError: Error, Equatable {
    /// An extended result code.
    let code: Int32
    let message: String
    /// The `errno` of the call that failed; 0 where it was none of the system's.
    let systemCode: Int32

    /// The result code without what it is extended by.
    var primary: Int32 { code & 0xFF }

    /// A use of a connection that is closed.
    static let closed = SQLiteError(code: SQLITE_MISUSE, message: "the state is closed", systemCode: 0)
}
