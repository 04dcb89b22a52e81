import Foundation
import GRDB
import PipelineSpec
import Records

/// The table of a ``SQLiteSink``: the key, an item's main fields for queries, and the whole record.
struct SQLiteTable: Sendable {
    static let columnNames = ["key", "source"] + SQLiteColumn.all.map(\.name) + ["record"]

    /// How the rows of a table are written.
    struct Layout {
        /// Those that are filled beside `key`, `source` and `record`; the others are computed.
        let columns: [SQLiteColumn]
        /// The statement that writes a row. Its arguments: `key`, `source`, the columns, `record`.
        let upsertion: String
    }

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
    /// - Throws: ``SQLiteSinkError`` when the table is another's, or a `DatabaseError`.
    func prepare(_ db: Database, path: String) throws -> Layout {
        if name.utf8.contains(0) { throw SQLiteSinkError.nulInName(path: path) }
        let type = try String.fetchOne(
            db,
            sql: """
                SELECT type FROM sqlite_master
                WHERE name = ? COLLATE NOCASE AND type IN ('table', 'view') ORDER BY type
                """, arguments: [name])
        switch type {
        case nil: return try create(db)
        case "table": return try checkedLayout(db, path: path)
        default: throw SQLiteSinkError.noTable(path: path, name: name)
        }
    }

    private func create(_ db: Database) throws -> Layout {
        // Ids are those of a source; other fields mean the same everywhere.
        let primaryKey = key == FieldPath(first: Key("id")) ? ["key", "source"] : ["key"]
        let columns =
            ["key NOT NULL", "source TEXT NOT NULL"] + SQLiteColumn.all.map(\.definition)
            + ["record TEXT NOT NULL"]
        try db.execute(
            sql: """
                CREATE TABLE \(name.quotedForSQL) (
                    \(columns.joined(separator: ",\n    ")),
                    PRIMARY KEY (\(primaryKey.joined(separator: ", ")))
                )
                """)
        return layout(SQLiteColumn.all.filter { $0.expression == nil }, key: primaryKey)
    }

    /// That of a table that is there: made by an earlier version, which filled all columns, or by the user.
    private func checkedLayout(_ db: Database, path: String) throws -> Layout {
        let columns = try StoredColumn.all(of: name, db)
        let names = Set(columns.map(\.name))
        let filled = Set(columns.filter { !$0.isComputed }.map(\.name))
        let missing = SQLiteTable.columnNames.filter {
            !(["key", "source", "record"].contains($0) ? filled : names).contains($0)
        }
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
        return layout(SQLiteColumn.all.filter { filled.contains($0.name) }, key: primaryKey)
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

    private func layout(_ columns: [SQLiteColumn], key: [String]) -> Layout {
        let names = ["key", "source"] + columns.map(\.name) + ["record"]
        let changes = names.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }
        return Layout(
            columns: columns,
            // Not "INSERT OR REPLACE", which would empty the columns that the user has added.
            upsertion: """
                INSERT INTO \(name.quotedForSQL) (\(names.joined(separator: ", ")))
                VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
                ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET \(changes.joined(separator: ", "))
                """)
    }
}

/// A column of a table that is there.
private struct StoredColumn {
    /// In lower case, for SQLite takes no heed of case.
    let name: String
    let needsValue: Bool
    let isComputed: Bool
    /// From 1; 0 for a column that is not in the primary key.
    let placeInKey: Int

    static func all(of table: String, _ db: Database) throws -> [StoredColumn] {
        try Row.fetchAll(
            db,
            // Hidden are generated columns: 2 where they are computed when read, 3 where when written.
            sql: """
                SELECT name, "notnull" AND dflt_value IS NULL AND hidden = 0, hidden IN (2, 3), pk
                FROM pragma_table_xinfo(?)
                """, arguments: [table]
        ).map { row in
            let name: String = row[0]
            return StoredColumn(
                name: name.lowercased(), needsValue: row[1], isComputed: row[2], placeInKey: row[3])
        }
    }
}

extension String {
    /// An identifier of SQL, whatever stands in it. (GRDB's `quotedDatabaseIdentifier` leaves quotes as they are.)
    fileprivate var quotedForSQL: String {
        "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
