import GRDB
import Notation
import Records

/// A SQLite file whose rows are found by an index, where they are.
final class LookupDatabase: Sendable {
    private let database: DatabaseQueue
    private let query: String

    /// How long it waits for others who are writing.
    private static let patience = 5.0

    /// - Throws: ``LookupProblem``, or what SQLite says.
    init(_ request: LookupRequest, table: String) throws {
        var configuration = Configuration()
        configuration.label = "feedspine.lookup"
        configuration.readonly = true
        configuration.busyMode = .timeout(LookupDatabase.patience)
        database = try DatabaseQueue(path: request.path, configuration: configuration)
        let columns = request.columns.map { $0.quotedDatabaseIdentifier }.joined(separator: ", ")
        let key = request.keyColumn.quotedDatabaseIdentifier
        query = "SELECT \(columns) FROM \(table.quotedDatabaseIdentifier) WHERE \(key) = ? LIMIT 1"
        do {
            try database.read { [query] db in
                guard try db.tableExists(table) || db.viewExists(table) else {
                    throw LookupProblem.noTable(table)
                }
                let known = try db.columns(in: table).map(\.name)
                // SQLite takes an unknown name between quotes for a text.
                for name in request.columns + [request.keyColumn]
                where !known.contains(where: { $0.lowercased() == name.lowercased() }) {
                    throw LookupProblem.noColumn(name, known: known)
                }
                let plan = try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + query, arguments: [""])
                guard !plan.contains(where: { ($0["detail"] as String? ?? "").hasPrefix("SCAN") }) else {
                    throw LookupProblem.noIndex(table, column: request.keyColumn)
                }
            }
        } catch {
            try? database.close()
            throw error
        }
    }

    /// The values of the first row of a key, as ``LookupTable/row(_:)`` has them.
    func row(_ key: DatabaseValue) throws -> (chunk: Chunk, root: UInt32)? {
        let row = try database.read { [query] db in
            try Row.fetchOne(db.cachedStatement(sql: query), arguments: [key])
        }
        guard let row else { return nil }
        var values = ChunkBuilder()
        values.beginArray()
        for (_, value) in row {
            switch value.storage {
            case .null: values.null()
            case .int64(let number): values.int(number)
            case .double(let number): values.double(number)
            case .string(let text): values.string(text)
            case .blob(let data): values.string(Base64.encode(Array(data)))
            }
        }
        values.endArray()
        let (chunk, roots) = try values.finish(origin: Origin(source: "lookup", received: 0))
        return (chunk, roots[0])
    }
}

extension Node {
    /// The value as SQLite compares it; nil for what is no key.
    var databaseValue: DatabaseValue? {
        switch kind {
        case .integer: int.map { $0.databaseValue } ?? LookupMap.text(of: self)?.databaseValue
        case .decimal: Double(json)?.databaseValue
        default: LookupMap.text(of: self)?.databaseValue
        }
    }
}
