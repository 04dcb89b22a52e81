import PipelineSpec
import Records
import Streaming

/// Adds what a table has for a record.
struct LookupMap: AsyncTransform {
    /// What becomes of a record whose key no row has.
    enum Missing: String, OptionEnum {
        case keep, drop, refuse

        var doc: String {
            switch self {
            case .keep: "It goes on as it is."
            case .drop: "It goes no further."
            case .refuse: "It fails, and `on_error` decides."
            }
        }
    }

    /// What the file is.
    enum Format: String, OptionEnum {
        case csv, jsonl, sqlite

        var doc: String {
            switch self {
            case .csv: "A table of text whose first line has the names of the columns."
            case .jsonl: "A JSON object a line."
            case .sqlite: "A table of a SQLite file, with an index over the key."
            }
        }

        /// What the end of a path says; a table of text where it says nothing.
        init(path: String) {
            let ends: [(String, Format)] = [
                (".jsonl", .jsonl), (".ndjson", .jsonl), (".db", .sqlite), (".sqlite", .sqlite),
                (".sqlite3", .sqlite)
            ]
            self = ends.first { path.hasSuffix($0.0) }?.1 ?? .csv
        }
    }

    static let component = MapComponent(
        "lookup", "Adds columns of the row of a table that a field of the record names.",
        details: """
            The table is a file of CSV or JSON Lines, which is kept in memory, or a table of a SQLite file, which is asked \
            each time and needs an index over the key. A file is read again when it has changed, which is looked at once a \
            second at most; records go on with the old version until the new one is there whole. A new version that cannot \
            be used is said, and the old one stays: let another file take its place (`mv`), rather than write into it.

            Keys are compared as texts: `7` of a record is `7` of a CSV file. Of rows with one key the last counts. Cells of a \
            CSV file are texts, other values stay what they are; a column that a row does not have sets nothing.
            """,
        produces: .feedItem, fields: .writesKeysOf(option: "set", else: .none),
        Field<String>("path", "The file with the table.", .filePath, example: "authors.csv"),
        Field<NeededPath>("key", "The field of the record that names the row.", example: "feed.title"),
        Field<FieldMap<TargetPath, String>>(
            "set", "Fields to set, each to a column of the row.", .notEmpty,
            example: "{ country: country, feed.owner: owner }"),
        Field<String?>(
            "column", "The column that is compared with the key; as the last name of `key`, if left out.",
            .notEmpty,
            example: "title"),
        Field<Format?>("format", "What the file is; as the path's end says, if left out.", example: "csv"),
        Field<CSVDelimiter>("delimiter", default: .comma, "What stands between two cells of a line of CSV."),
        Field<String?>("table", "The table of a SQLite file.", .notEmpty, example: "authors"),
        Field<Missing>("missing", default: .keep, "What becomes of a record whose key no row has."),
        Field<ByteSize>(
            "memory", default: ByteSize(bytes: 32_000_000),
            "The most that a table in memory may take; twice that while it is read again.",
            .notEmpty)
    ) { context, path, key, set, column, format, delimiter, table, missing, memory in
        let form: LookupRequest.Format =
            switch format ?? Format(path: path) {
            case .csv: .csv(delimiter: delimiter.byte)
            case .jsonl: .jsonl
            case .sqlite: .sqlite(table: table ?? "")
            }
        let request = LookupRequest(
            path: context.resolve(path), format: form,
            keyColumn: column ?? key.path.keys[key.path.keys.count - 1].name,
            columns: set.entries.map(\.value), limit: memory.bytes)
        return LookupMap(
            file: LookupFile(request, context[SurroundingsKey.self]), key: key.path,
            targets: set.entries.map { $0.path.path }, missing: missing)
    }
    .depending(
        on: .idle("table", because: "only a SQLite file has tables") {
            kind($0).map { $0 != .sqlite } ?? false
        },
        .idle("delimiter", because: "only CSV has cells with something between") {
            kind($0).map { $0 != .csv } ?? false
        },
        .idle("memory", because: "a SQLite file is asked where it is") { kind($0) == .sqlite },
        .refused("path", because: "needs the option `table` for a SQLite file") {
            kind($0) == .sqlite && !$0.has("table")
        }
    )
    .showing("{ path: feeds.csv, key: feed.title, set: { owner: owner, feed.country: country } }")
    .with(ComponentTraits(waits: true))

    private static func kind(_ given: GivenOptions) -> Format? {
        if given.has("format") { return given.text("format").flatMap(Format.init) }
        return given.text("path").map(Format.init(path:))
    }

    let file: LookupFile
    let key: FieldPath
    let targets: [FieldPath]
    let missing: Missing

    /// One at a time: what it waits for is the disk of this machine.
    var concurrency: Int { 1 }

    func opened(_ opening: TransformOpening) -> any AsyncTransform {
        file.log(to: opening.logger)
        return self
    }

    func transform(_ record: Record) async throws -> [Record] {
        guard let node = key.node(in: record), let row = try await file.row(node) else {
            switch missing {
            case .keep: return [record]
            case .drop: return []
            case .refuse: throw NoRow(key: key, text: key.node(in: record).flatMap(LookupMap.text))
            }
        }
        return try withExtendedLifetime(row.chunk) {
            var changes = FieldChanges()
            let values = row.chunk.node(at: row.root).elements
            for (target, value) in zip(targets, values) where value.kind != .null {
                changes.add(target, .write { $0.copy(value) })
            }
            return [try record.edited { try changes.apply(to: record, &$0) }]
        }
    }

    /// What a value is compared by; nil for what is no key.
    static func text(of node: Node) -> String? {
        switch node.kind {
        case .null, .array, .object: nil
        default: node.plainText
        }
    }
}

/// No row of the table has a record's key.
struct NoRow: Error, CustomStringConvertible {
    let key: FieldPath
    let text: String?

    var description: String {
        guard let text else { return "the record has no '\(key)' to look up" }
        return "no row has the key '\(text.prefix(100))' of '\(key)'"
    }
}
