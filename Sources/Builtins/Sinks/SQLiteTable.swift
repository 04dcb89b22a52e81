import GRDB
import Records

/// The table of a ``SQLiteSink``: the key, an item's main fields for queries, and the whole record.
struct SQLiteTable: Sendable {
    /// A column and the field that it is filled from.
    private struct Column: Sendable {
        let name: String
        let type: String
        let field: FieldPath

        init(_ name: String, _ type: String, _ first: String, _ rest: String...) {
            self.name = name
            self.type = type
            field = FieldPath(first: Key(first), rest.map { Key($0) })
        }
    }

    private static let columns = [
        Column("url", "TEXT", "url"), Column("title", "TEXT", "title"), Column("summary", "TEXT", "summary"),
        Column("author", "TEXT", "author"), Column("published", "TEXT", "published"),
        Column("updated", "TEXT", "updated"), Column("language", "TEXT", "language"),
        Column("content_type", "TEXT", "content", "type"), Column("content_text", "TEXT", "content", "text"),
        Column("score", "REAL", "score"), Column("comments", "INTEGER", "comments"),
        Column("content_hash", "TEXT", "content_hash")
    ]

    private let name: String
    private let key: FieldPath
    private let insert: String
    /// What makes two records the same row. Ids are those of a source; other fields mean the same everywhere.
    private let primaryKey: String

    /// - Parameters:
    ///   - name: the table's name.
    ///   - key: the path of the field that identifies a record.
    init(name: String, key: FieldPath) {
        self.name = name
        self.key = key
        let names = ["key", "source"] + SQLiteTable.columns.map(\.name) + ["record"]
        primaryKey = key == FieldPath(first: Key("id")) ? "key, source" : "key"
        // Not "ON CONFLICT (key)": a table from before may have another primary key.
        insert = """
            INSERT OR REPLACE INTO \(name.quotedDatabaseIdentifier) (\(names.joined(separator: ", ")))
            VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
            """
    }

    /// Makes the table if there is none.
    func create(_ db: Database) throws {
        let columns = SQLiteTable.columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS \(name.quotedDatabaseIdentifier) (
                    key TEXT NOT NULL, source TEXT NOT NULL, \(columns), record TEXT NOT NULL,
                    PRIMARY KEY (\(primaryKey))
                )
                """)
    }

    /// Writes one record.
    ///
    /// - Throws: ``MissingKey``, or a `DatabaseError`.
    func upsert(_ record: Records.Record, _ db: Database) throws {
        guard let node = key.node(in: record), !node.isNull else { throw MissingKey(field: key) }
        let text = node.string ?? String(decoding: node.text, as: UTF8.self)
        var output = OutputBuffer()
        output.append(record)
        var arguments: [(any DatabaseValueConvertible)?] = [text, record.chunk.origin.source]
        arguments += SQLiteTable.columns.map { value(of: $0.field, in: record) }
        arguments.append(String(decoding: output.bytes, as: UTF8.self))
        try db.cachedStatement(sql: insert).execute(arguments: StatementArguments(arguments))
    }

    /// A scalar as SQLite has it; nil for what is absent, null, or a container.
    private func value(of field: FieldPath, in record: Records.Record) -> (any DatabaseValueConvertible)? {
        guard let node = field.node(in: record) else { return nil }
        return node.string ?? node.int ?? node.double ?? node.bool
    }
}

/// A record without the field that its row is found by.
struct MissingKey: Error, CustomStringConvertible {
    let field: FieldPath

    var description: String { "the record has no '\(field)', which is the key of the table" }
}
