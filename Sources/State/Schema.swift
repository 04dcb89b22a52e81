import CSQLite
import Streaming

/// The tables of a state, and which versions of them there are.
enum Schema {
    /// What a file says of itself in its `user_version`.
    static let version: Int64 = 2
    /// The version before, whose history stood in one table of keys.
    private static let singleTable: Int64 = 1
    /// "FSPN", in the file's `application_id`.
    static let application: Int64 = 0x4653_504E

    /// Makes the tables of a new file, or finds that those of an old one are ours.
    static func prepare(_ connection: Connection, path: String) throws {
        if try !isReady(connection, path: path) {
            try connection.transaction { try create(connection) }
        } else if try pragma("user_version", connection) == singleTable {
            try connection.transaction { try carryOver(connection) }
        }
        // Whoever does not know them reads the others as before.
        if try !hasTable("spending", connection) {
            try connection.transaction { try connection.execute(CallTables.definition) }
        }
    }

    /// Makes a state of version 1 one of this version.
    private static func carryOver(_ connection: Connection) throws {
        try connection.execute(sightings)
        for column in laterColumns where try !has(column, connection) {
            try connection.execute(
                "ALTER TABLE \(column.table) ADD COLUMN \(column.name) INTEGER NOT NULL DEFAULT \(column.value)"
            )
        }
        try connection.execute(segments)
        try connection.execute("ALTER TABLE reading ADD COLUMN since INTEGER")
        try EarlierHistory.begin(connection)
        try connection.run("UPDATE \(versionTable) SET identifier = ?", .text("\(version)"))
        try connection.execute("PRAGMA user_version = \(version)")
    }

    /// A column that the first files of version 1 did not have, and what counts where it is not there.
    struct LaterColumn {
        let table: String
        let name: String
        let value: Int
    }

    /// Whether the texts of a held record are plain.
    static let plain = LaterColumn(table: "held", name: "plain", value: 0)
    /// Whether some records go past a stage.
    static let conditional = LaterColumn(table: "layout", name: "conditional", value: 1)
    private static let laterColumns = [plain, conditional]

    /// The column, or its value where a state that is only looked at does not have it.
    static func expression(_ column: LaterColumn, _ connection: Connection) throws -> String {
        try has(column, connection) ? column.name : "\(column.value)"
    }

    private static func has(_ column: LaterColumn, _ connection: Connection) throws -> Bool {
        try names("SELECT name FROM pragma_table_info('\(column.table)')", connection).contains(column.name)
    }

    /// Whether the file has our tables; false where it is new.
    ///
    /// - Throws: ``StateError`` for the files of others.
    static func isReady(_ connection: Connection, path: String) throws -> Bool {
        let version = try pragma("user_version", connection)
        let application = try pragma("application_id", connection)
        let tables = try names("SELECT name FROM sqlite_schema WHERE type = 'table'", connection)
        if tables.isEmpty && version == 0 { return false }
        let versions =
            tables.contains(versionTable)
            ? try names("SELECT identifier FROM \(versionTable) ORDER BY identifier", connection) : []
        if versions.contains(unreleasedVersion) { throw StateError(path: path, .unreleased) }
        if application != self.application { throw StateError(path: path, .foreign) }
        if version > self.version {
            throw StateError(path: path, .newer(version: "\(version)", known: self.version))
        }
        let known = [singleTable, self.version]
        if let unknown = versions.first(where: { name in !known.contains { "\($0)" == name } }) {
            throw StateError(path: path, .newer(version: "'\(unknown)'", known: self.version))
        }
        if !known.contains(version) || versions != ["\(version)"] {
            throw ImpossibleValue(table: versionTable, value: "version \(version)")
        }
        return true
    }

    /// The secret of a state for ``SipHash128``.
    static func hashKey(_ connection: Connection) throws -> SipHashKey {
        let statement = try connection.statement("SELECT value FROM setting WHERE name = 'hash_key'")
        defer { statement.reset() }
        guard try statement.step(), let bytes = statement.bytes(0), bytes.count == 16 else {
            throw ImpossibleValue(table: "setting", value: "hash key")
        }
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return SipHashKey(word(bytes[..<8]), word(bytes[8...]))
    }

    /// A text of the settings; nil where there is none.
    static func setting(_ name: String, _ connection: Connection) throws -> String? {
        let statement = try connection.statement("SELECT value FROM setting WHERE name = ?")
        defer { statement.reset() }
        try statement.bind(1, .text(name))
        return try statement.step() ? statement.text(0) : nil
    }

    static func set(_ name: String, _ value: String, _ connection: Connection) throws {
        try connection.run(
            "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", .text(name), .text(value))
    }

    /// Where 0.1.0 kept the versions that it knew. We keep ours there, too, so that each refuses the other's files.
    private static let versionTable = "grdb_migrations"
    private static let unreleasedVersion = "1: positions, history, held records"

    private static func create(_ connection: Connection) throws {
        try connection.execute(tables)
        try connection.run("INSERT INTO \(versionTable) (identifier) VALUES (?)", .text("\(version)"))
        // From SQLite's generator, which its VFS seeds from the system.
        try connection.run("INSERT INTO setting (name, value) VALUES ('hash_key', randomblob(16))")
        try connection.execute("PRAGMA application_id = \(application); PRAGMA user_version = \(version)")
    }

    static func hasTable(_ name: String, _ connection: Connection) throws -> Bool {
        try connection.hasRow(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", .text(name))
    }

    static func pragma(_ name: String, _ connection: Connection) throws -> Int64 {
        let statement = try connection.statement("PRAGMA \(name)")
        defer { statement.reset() }
        return try statement.step() ? statement.int(0) ?? 0 : 0
    }

    private static func names(_ query: String, _ connection: Connection) throws -> [String] {
        let statement = try connection.statement(query)
        defer { statement.reset() }
        var names: [String] = []
        while try statement.step() {
            guard let name = statement.text(0), !name.isEmpty else {
                throw ImpossibleValue(table: versionTable, value: "version")
            }
            names.append(name)
        }
        return names
    }

    /// Of keys that several documents show, the readings beside the last one: one a document.
    private static let sightings = """
        CREATE TABLE IF NOT EXISTS sighting (
            key BLOB NOT NULL, reading INTEGER NOT NULL, PRIMARY KEY (key, reading)
        ) WITHOUT ROWID;
        """

    /// The history; see ``History``.
    private static let segments = SegmentFamily.keys.definition

    private static let tables = """
        CREATE TABLE \(versionTable) (identifier TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE setting (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
        CREATE TABLE clock (
            id INTEGER PRIMARY KEY CHECK (id = 1), time INTEGER NOT NULL, wall INTEGER NOT NULL, leap INTEGER NOT NULL
        );
        CREATE TABLE layout (
            place INTEGER PRIMARY KEY, kind TEXT NOT NULL, identity TEXT NOT NULL, name TEXT NOT NULL,
            conditional INTEGER NOT NULL DEFAULT 1
        );
        CREATE TABLE source (identity TEXT PRIMARY KEY, anchor TEXT, count INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE sink (identity TEXT PRIMARY KEY, position TEXT, covered INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE rate (stage TEXT PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
        -- With a row id, so that a record of a few KB stays on one page.
        CREATE TABLE held (
            id INTEGER PRIMARY KEY, stage TEXT NOT NULL, number INTEGER NOT NULL, source TEXT NOT NULL,
            received INTEGER NOT NULL, place INTEGER NOT NULL, json TEXT NOT NULL, admissions TEXT NOT NULL,
            delivered INTEGER NOT NULL, plain INTEGER NOT NULL DEFAULT 0,
            UNIQUE (stage, number)
        );
        \(segments)
        \(sightings)
        -- What was last seen before `since` was forgotten when the reading was seen again; null where nothing was.
        CREATE TABLE reading (id INTEGER PRIMARY KEY, seen INTEGER NOT NULL, since INTEGER);
        CREATE INDEX reading_by_seen ON reading (seen);
        """
}
