import GRDB
import PipelineSpec
import Records
import State
import Streaming

/// Writes records into a SQLite table, one row for each key; a record whose key is there replaces its row.
actor SQLiteSink: Sink {
    static let component = Component<any Sink>(
        "sqlite", "Writes records into a table of a SQLite file, one row for each key.",
        details: """
            A record whose key is there already replaces its row. The table has the columns `key`, `source`, those of \
            an item's main fields (`url`, `title`, `summary`, `author`, `published`, `updated`, `language`, \
            `content_type`, `content_text`, `score`, `comments`, `content_hash`) and `record`, the whole as JSON; it \
            is made when it is not there.
            """,
        Field<String>(
            "path", "The SQLite file; it is made with its folders.", .filePath, example: "history/news.db",
            role: .path),
        Field<String>("table", default: "items", "The table.", .tableName, role: .address),
        Field<NeededPath>(
            "key", default: NeededPath(FieldPath(first: Key("id"))), "The field that identifies a record.")
    ) { context, path, table, key in
        SQLiteSink(path: context.resolve(path), table: SQLiteTable(name: table, key: key.path))
    }.with(ComponentTraits(files: ["path"], parts: ["table"]))

    private let path: String
    private let table: SQLiteTable
    private var database: DatabaseQueue?

    nonisolated var blocks: Bool { true }

    init(path: String, table: SQLiteTable) {
        self.path = path
        self.table = table
    }

    func open(_ opening: SinkOpening) throws {
        try makeFolders(for: path)
        var configuration = Configuration()
        configuration.label = "feedspine.sink.sqlite"
        configuration.busyMode = .timeout(10)
        configuration.journalMode = .wal
        // A commit need not be durable: the checkpoint is, and what came after it is written again.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
        try named {
            let database = try DatabaseQueue(path: path, configuration: configuration)
            try database.write(table.create)
            self.database = database
        }
    }

    func write(_ records: [Records.Record]) throws -> [Refusal] {
        try named {
            try database?.write { db in
                for record in records { try table.upsert(record, db) }
            }
        }
        return []
    }

    func checkpoint() throws -> SinkPosition? {
        // Syncs the log, and moves it into the database as far as readers allow.
        try named { _ = try database?.writeWithoutTransaction { try $0.checkpoint(.passive) } }
        return nil
    }

    func close() {
        try? database?.close()
        database = nil
    }

    /// Runs a call and names the file in its error.
    private func named<R>(_ call: () throws -> R) throws -> R {
        do {
            return try call()
        } catch let error as DatabaseError {
            throw SQLiteSinkError(path: path, message: error.message ?? "\(error.resultCode)")
        }
    }
}

/// What SQLite said, with the file it was said of.
struct SQLiteSinkError: Error, CustomStringConvertible {
    let path: String
    let message: String

    var description: String { "\(path): \(message)" }
}
