/// What is asked of a table: the rows of which column, and what of them.
struct LookupRequest: Sendable {
    enum Format: Sendable, Equatable {
        case csv(delimiter: UInt8)
        case jsonl
        case sqlite(table: String)
    }

    /// Absolute, or from the working directory.
    let path: String
    let format: Format
    /// The column that is compared.
    let keyColumn: String
    /// Those that are asked for.
    let columns: [String]
    /// Bytes that a table in memory may have.
    let limit: Int
}

/// What a record asks with, as a table compares it.
struct LookupKey: Hashable, Sendable {
    /// Bytes, for texts are equal only byte for byte.
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }
}
