import Foundation
import GRDB
import Records

/// The table of a ``SQLiteSink``: the key, an item's main fields for queries, and the whole record.
struct SQLiteTable: Sendable {
    /// A column and the field that it is filled from.
    struct Column: Sendable {
        let name: String
        let field: FieldPath

        init(_ name: String, _ first: String, _ rest: String...) {
            self.name = name
            field = FieldPath(first: Key(first), rest.map { Key($0) })
        }
    }

    /// Between `key` and `source`, and `record`.
    static let columns = [
        Column("url", "url"), Column("title", "title"), Column("summary", "summary"),
        Column("author", "author"), Column("published", "published"), Column("updated", "updated"),
        Column("language", "language"), Column("content_type", "content", "type"),
        Column("content_text", "content", "text"), Column("score", "score"), Column("comments", "comments"),
        Column("content_hash", "content_hash")
    ]
    static let columnNames = ["key", "source"] + columns.map(\.name) + ["record"]

    let name: String
    let key: FieldPath

    /// - Parameters:
    ///   - name: the table's name.
    ///   - key: the path of the field that identifies a record.
    init(name: String, key: FieldPath) {
        self.name = name
        self.key = key
    }

    var missingKey: String { "the record has no '\(key)', which is the key of the table" }

    /// Makes the table if there is none.
    ///
    /// - Returns: the statement that writes a row; its arguments are those of ``columnNames``.
    /// - Throws: ``SQLiteSinkError`` when the table is another's, or a `DatabaseError`.
    func prepare(_ db: Database, path: String) throws -> String {
        if name.utf8.contains(0) { throw SQLiteSinkError.nulInName(path: path) }
        let type = try String.fetchOne(
            db,
            sql: """
                SELECT type FROM sqlite_master
                WHERE name = ? COLLATE NOCASE AND type IN ('table', 'view') ORDER BY type
                """, arguments: [name])
        switch type {
        case nil: return upsertion(key: try create(db))
        case "table": return upsertion(key: try checkedKey(db, path: path))
        default: throw SQLiteSinkError.noTable(path: path, name: name)
        }
    }

    /// Columns have no type: a value keeps the one that it has in the record, so that 1 and "1" are two keys.
    ///
    /// - Returns: the primary key.
    private func create(_ db: Database) throws -> [String] {
        // Ids are those of a source; other fields mean the same everywhere.
        let primaryKey = key == FieldPath(first: Key("id")) ? ["key", "source"] : ["key"]
        let columns = SQLiteTable.columnNames.map { name in
            switch name {
            case "key": "key NOT NULL"
            case "source", "record": "\(name) TEXT NOT NULL"
            default: name
            }
        }
        try db.execute(
            sql: """
                CREATE TABLE \(name.quotedForSQL) (
                    \(columns.joined(separator: ", ")), PRIMARY KEY (\(primaryKey.joined(separator: ", ")))
                )
                """)
        return primaryKey
    }

    /// The primary key of a table that is there.
    private func checkedKey(_ db: Database, path: String) throws -> [String] {
        let columns = try StoredColumn.all(of: name, db)
        let names = Set(columns.map(\.name))
        let missing = SQLiteTable.columnNames.filter { !names.contains($0) }
        if !missing.isEmpty {
            throw SQLiteSinkError.lacksColumns(path: path, table: name, columns: missing)
        }
        let primaryKey = columns.filter { $0.placeInKey > 0 }.sorted { $0.placeInKey < $1.placeInKey }
            .map(\.name)
        guard [["key"], ["key", "source"], ["source", "key"]].contains(primaryKey) else {
            throw SQLiteSinkError.otherKey(path: path, table: name, key: primaryKey)
        }
        let needed = columns.filter { $0.needsValue && !SQLiteTable.columnNames.contains($0.name) }
        if !needed.isEmpty {
            throw SQLiteSinkError.needsColumns(path: path, table: name, columns: needed.map(\.name))
        }
        return primaryKey
    }

    /// A hash of what stands in the column `record`; nil where there is no such row.
    func recordHash(ofRow id: Int64, _ db: Database) throws -> UInt64? {
        let statement = try db.cachedStatement(
            sql: "SELECT CAST(record AS BLOB) FROM \(name.quotedForSQL) WHERE rowid = ?")
        return try Data.fetchOne(statement, arguments: [id]).map { record in
            record.withUnsafeBytes { FileHash.hash($0) }
        }
    }

    func remove(row id: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM \(name.quotedForSQL) WHERE rowid = ?").execute(arguments: [
            id
        ])
    }

    /// Not "INSERT OR REPLACE", which would empty the columns that the user has added.
    private func upsertion(key: [String]) -> String {
        let names = SQLiteTable.columnNames
        let changes = names.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }
        return """
            INSERT INTO \(name.quotedForSQL) (\(names.joined(separator: ", ")))
            VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
            ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET \(changes.joined(separator: ", "))
            """
    }
}

/// A column of a table that is there.
private struct StoredColumn {
    /// In lower case, for SQLite takes no heed of case.
    let name: String
    let needsValue: Bool
    /// From 1; 0 for a column that is not in the primary key.
    let placeInKey: Int

    static func all(of table: String, _ db: Database) throws -> [StoredColumn] {
        try Row.fetchAll(
            db, sql: #"SELECT name, "notnull" AND dflt_value IS NULL, pk FROM pragma_table_info(?)"#,
            arguments: [table]
        ).map { row in
            let name: String = row[0]
            return StoredColumn(name: name.lowercased(), needsValue: row[1], placeInKey: row[2])
        }
    }
}

extension String {
    /// An identifier of SQL, whatever stands in it. (GRDB's `quotedDatabaseIdentifier` leaves quotes as they are.)
    fileprivate var quotedForSQL: String {
        "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
