import GRDB
import Logging
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
            is made when it is not there. In a table that is made anew `summary`, `content_text` and `content_hash` are \
            read out of `record` (generated columns, which need SQLite 3.31 or later), so that no long text stands \
            twice in the file. A key is a text or a number as it stands in the record; any other, such as \
            `true`, is a blob of its JSON. Columns of your own keep what you write into them. A record without the key, \
            or that a constraint of yours refuses, is set apart alone. A file that is renamed or removed meanwhile is \
            made again.
            """,
        Field<String>(
            "path", "The SQLite file; it is made with its folders.", .filePath, example: "history/news.db",
            role: .path),
        Field<String>("table", default: "items", "The table.", .tableName, role: .address),
        Field<NeededPath>(
            "key", default: NeededPath(FieldPath(first: Key("id"))), "The field that identifies a record.")
    ) { context, path, table, key in
        SQLiteSink(
            owner: "sink '\(context.name)' of pipeline '\(context.pipeline)'", pipeline: context.pipeline,
            path: context.resolve(path), table: SQLiteTable(name: table, key: key.path))
    }.with(ComponentTraits(files: ["path"], parts: ["table"], sideFiles: SideFiles.database))

    private let owner: String
    private let pipeline: String
    private let path: String
    private let table: SQLiteTable
    private let patience: Duration
    private let registry: OutputRegistry
    private var claim: OutputClaim?
    private var sideClaims: [OutputClaim] = []
    private var journal: (any SinkJournal)?
    private var logger: Logger?
    /// What no checkpoint covers of what the run before wrote.
    private var leftovers: [SQLiteNote] = []
    /// Nil while others keep the file from being opened.
    private var connection: SQLiteConnection?

    nonisolated var blocks: Bool { true }

    /// - Parameter patience: how long a call waits for others who are writing.
    init(
        owner: String = "a SQLite sink", pipeline: String = "", path: String, table: SQLiteTable,
        patience: Duration = .seconds(5),
        registry: OutputRegistry = .process
    ) {
        self.owner = owner
        self.pipeline = pipeline
        self.path = path
        self.table = table
        self.patience = patience
        self.registry = registry
    }

    func open(_ opening: SinkOpening) throws {
        do {
            journal = opening.journal
            logger = opening.logger
            leftovers = try opening.notes.map(SQLiteNote.init)
            claim = try registry.claim(path, owner: owner, of: pipeline, sharing: "SQLite")
            guard case .file(let real) = RealPath.place(of: path) else {
                throw SQLiteSinkError.noFile(path: path)
            }
            // SQLite puts them beside the file that a link leads to.
            sideClaims = try SideFiles.database.map {
                try registry.keep(
                    String(decoding: real, as: UTF8.self) + $0, as: "a part of the SQLite file \(path)",
                    of: nil)
            }
            if isOverwrittenBySQLite(path) { throw SQLiteSinkError.noDatabase(path: path) }
            try makeFolders(for: path)
            _ = try connected()
        } catch let error as SQLiteSinkError where error.isBusy {
            // Whoever writes now will be done; the first record waits for that, as often as the tap says.
            opening.logger.notice("\(error); trying again with the first record")
        } catch {
            close()
            throw error
        }
    }

    func write(_ records: [Records.Record]) throws -> [Refusal] {
        if records.isEmpty { return [] }
        leaveMoved()
        let connection = try connected()
        do {
            return try connection.upsert(records, note: note)
        } catch is SQLiteRollback {
            // A trigger of the user's took the whole run back; only the record that it was for is to blame.
            var refusals: [Refusal] = []
            for (index, record) in records.enumerated() {
                do {
                    refusals += try connection.upsert([record], note: note).map {
                        Refusal(index: index, reason: $0.reason)
                    }
                } catch let rollback as SQLiteRollback {
                    refusals.append(Refusal(index: index, reason: rollback.message))
                }
            }
            return refusals
        }
    }

    func checkpoint() throws -> SinkPosition? {
        leaveMoved()
        try connection?.synchronize()
        return nil
    }

    func close() {
        leaveMoved()
        connection?.close()
        connection = nil
        claim = nil
        sideClaims = []
        journal = nil
    }

    private func note(_ note: SQLiteNote) throws { try journal?.note(note.stored) }

    /// Ends with a file that has been renamed, removed or replaced: what goes into it now, nobody would find.
    private func leaveMoved() {
        guard let former = connection, !former.isCurrent else { return }
        former.finish()
        connection = nil
    }

    private func connected() throws -> SQLiteConnection {
        if let connection { return connection }
        let opened = try SQLiteConnection(path: path, table: table, patience: patience)
        if !leftovers.isEmpty {
            let count = try opened.takeOut(leftovers)
            if count > 0 {
                logger?.notice("\(path): took out \(count) rows that were written after the last checkpoint")
            }
            leftovers = []
        }
        connection = opened
        return opened
    }
}
