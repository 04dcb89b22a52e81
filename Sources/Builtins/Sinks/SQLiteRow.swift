import CSQLite
import PipelineSpec
import Records

/// A record as the values of a row, in memory that is used again.
///
/// Values are bound by the C API: GRDB's texts end at their first NUL.
struct SQLiteRow: ~Copyable {
    private enum Value {
        case null
        case int(Int64)
        case double(Double)
        /// Where it stands in the texts.
        case text(Range<Int>)
        /// JSON, where it stands in the texts; SQLite takes no blob for equal to a text.
        case json(Range<Int>)
    }

    private var texts = OutputBuffer()
    private var values: [Value] = []

    /// Takes the values of a record.
    ///
    /// - Returns: whether it has the key.
    mutating func fill(_ record: Record, key: FieldPath, columns: [SQLiteColumn]) -> Bool {
        texts.removeAll()
        values.removeAll(keepingCapacity: true)
        guard let key = key.node(in: record), !key.isNull else { return false }
        // `true` is not "true", nor [1] "[1]".
        values.append(value(of: key) ?? .json(write { $0.append(key) }))
        values.append(.text(write { $0.append(record.chunk.origin.source) }))
        for column in columns {
            guard let node = column.field.node(in: record) else {
                values.append(.null)
                continue
            }
            values.append(value(of: node) ?? plainValue(of: node))
        }
        values.append(.text(write { $0.append(record) }))
        return true
    }

    /// Of the whole record, the last of the values.
    var recordHash: UInt64 {
        guard case .text(let range)? = values.last else { return 0 }
        return FileHash.hash(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(texts.bytes)[range]))
    }

    /// Runs a statement with the values.
    ///
    /// - Returns: the result code: `SQLITE_DONE` when the row is written.
    func write(_ statement: OpaquePointer) -> Int32 {
        defer { sqlite3_reset(statement) }
        for (place, value) in values.enumerated() {
            let code = bind(value, to: statement, at: Int32(place) + 1)
            if code != SQLITE_OK { return code }
        }
        return sqlite3_step(statement)
    }

    private func bind(_ value: Value, to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .int(let value): sqlite3_bind_int64(statement, index, value)
        case .double(let value): sqlite3_bind_double(statement, index, value)
        // The texts stay where they are until the next record, so nothing has to be copied.
        case .text(let range):
            UnsafeRawBufferPointer(texts.bytes).withMemoryRebound(to: CChar.self) { texts in
                sqlite3_bind_text64(
                    statement, index, texts.baseAddress.map { $0 + range.lowerBound }, UInt64(range.count),
                    nil, UInt8(SQLITE_UTF8))
            }
        case .json(let range):
            sqlite3_bind_blob64(
                statement, index,
                UnsafeRawBufferPointer(texts.bytes).baseAddress.map { $0 + range.lowerBound },
                UInt64(range.count), nil)
        }
    }

    /// A text or a number as SQLite has it, nil for others and for numbers that it does not have.
    private mutating func value(of node: Node) -> Value? {
        switch node.kind {
        case .string, .escapedString:
            .text(write { $0.append(contentOf: node) })
        case .integer:
            node.int.flatMap { $0 != 0 || node.text.first != UInt8(ascii: "-") ? .int($0) : nil }
        case .decimal:
            node.double.flatMap { $0.isFinite && ($0 != 0 || $0.sign == .plus) ? .double($0) : nil }
        default: nil
        }
    }

    /// What stands in a column for a value that SQLite does not have: numbers stay as they are written.
    private mutating func plainValue(of node: Node) -> Value {
        switch node.kind {
        case .integer, .decimal: .text(write { $0.append(node) })
        default: node.bool.map { .int($0 ? 1 : 0) } ?? .null
        }
    }

    /// - Returns: where it stands in the texts.
    private mutating func write(_ body: (inout OutputBuffer) -> Void) -> Range<Int> {
        let start = texts.count
        body(&texts)
        return start..<texts.count
    }
}
