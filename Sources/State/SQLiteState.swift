import CSQLite
package import Streaming
import Synchronization

/// The state of a pipeline in a SQLite file: positions, the dedup history, what stages hold.
///
/// One run at a time may have it open. Every commit is synced to the disk before it returns. Beside the file stand,
/// while it is open, SQLite's `-wal` and `-shm`, and `-notes` with what sinks have noted; after a clean end only the file
/// is there. Each of them can be read and written by its owner only.
package final class SQLiteState: CheckpointStore {
    /// As it was given.
    package let path: String
    package let hashKey: SipHashKey
    package var isDurable: Bool { true }
    /// Where the spec stood when the state was last used, if that was elsewhere and is gone from there.
    package let movedFrom: String?

    /// The history as a connection finds it.
    private struct Catalogs {
        var keys: SegmentCatalog
        var stories: SegmentCatalog

        init(keys: SegmentCatalog, stories: SegmentCatalog) {
            self.keys = keys
            self.stories = stories
        }

        init(_ connection: Connection) throws {
            keys = try SegmentCatalog(connection, .keys)
            stories = try SegmentCatalog(connection, .stories)
        }
    }

    /// A connection, and the history as it finds it; nil where that has to be read again.
    private struct User {
        let connection: Connection
        var catalogs: Catalogs?

        mutating func current() throws -> Catalogs {
            if let catalogs { return catalogs }
            let catalogs = try Catalogs(connection)
            self.catalogs = catalogs
            return catalogs
        }
    }

    /// The history of keys and that of stories, in one transaction.
    private struct Histories {
        var keys: History
        var stories: History

        init(_ connection: Connection, _ catalogs: Catalogs) {
            keys = History(connection, catalogs.keys)
            stories = History(connection, catalogs.stories)
        }

        var catalogs: Catalogs { Catalogs(keys: keys.catalog, stories: stories.catalog) }

        /// Lets go of what is not looked up any more, and reads what is; see ``SegmentCatalog/load(_:)``.
        mutating func load() throws {
            try keys.catalog.load(keys.connection)
            try stories.catalog.load(stories.connection)
        }

        /// See ``CheckpointStore/forget(before:limit:)``.
        mutating func forget(before cutoff: Int64, limit: Int) throws -> Int {
            let looked = try keys.isDue(before: cutoff) ? try keys.forget(before: cutoff, limit: limit) : 0
            if looked >= limit { return looked }
            guard try stories.isDue(before: cutoff) else { return looked }
            return looked + (try stories.forget(before: cutoff, limit: limit - looked))
        }
    }

    // Two connections, so that looking keys up does not wait for a checkpoint that is being synced. Whoever has both waited
    // for the writer first.
    private let writer: Mutex<User>
    private let reader: Mutex<User>
    /// Brings the log into the file while the others go on; opened when it is needed.
    private let cleaner: Mutex<Connection?>
    private let openCleaner: @Sendable () throws -> Connection
    /// Pages that forgetting has changed since.
    private let changedPages = Atomic<Int>(0)
    private let notes: NoteFile
    /// Whether there may be keys at all.
    private let hasKeys: Atomic<Bool>
    private let lock: Mutex<StateLock?>

    /// Opens the file, made with its folders if there is none.
    ///
    /// - Parameters:
    ///   - owner: the pipeline that is to run; nil asks for no particular one.
    ///   - vfs: the name of a registered SQLite VFS; nil is SQLite's own.
    package init(path: String, owner: StateOwner?, vfs: String? = nil) throws(StateError) {
        self.path = path
        do {
            try makeFolders(for: path)
            let lock = try StateLock(path: path)
            // Until the connections are closed, also where one of the following throws.
            defer { withExtendedLifetime(lock) {} }
            try checkForDatabase(lock.path, path: path)
            let writer = try Connection(path: lock.path, flags: SQLITE_OPEN_READWRITE, vfs: vfs)
            try SQLiteState.setUp(writer)
            try Schema.prepare(writer, path: path)
            try SQLiteState.useLog(writer)
            hashKey = try Schema.hashKey(writer)
            movedFrom =
                try owner.map { try Ownership(of: lock.path, writer).claim(for: $0, path: path) } ?? nil
            let reader = try Connection(path: lock.path, flags: SQLITE_OPEN_READONLY, vfs: vfs)
            try SQLiteState.setUp(reader)
            let restored = Restoration(connection: reader)
            notes = try NoteFile(path: lock.path + "-notes", key: hashKey, covered: restored.coveredNotes())
            let catalogs = try Catalogs(reader)
            hasKeys = Atomic(!catalogs.keys.isEmpty)
            openCleaner = { [path = lock.path] in
                let cleaner = try Connection(path: path, flags: SQLITE_OPEN_READWRITE, vfs: vfs)
                try SQLiteState.setUp(cleaner)
                return cleaner
            }
            cleaner = Mutex(nil)
            self.writer = Mutex(User(connection: writer, catalogs: catalogs))
            self.reader = Mutex(User(connection: reader, catalogs: catalogs))
            self.lock = Mutex(lock)
        } catch {
            throw StateError(path: path, any: error)
        }
    }

    deinit { close() }

    /// Ends its use; the file then stands alone. It cannot be used after that.
    package func close() {
        lock.withLock { lock in
            guard lock != nil else { return }
            cleaner.withLock { $0?.close() }
            reader.withLock { $0.connection.close() }
            writer.withLock { $0.connection.close() }
            notes.finish()
            lock = nil
        }
    }

    package func restore() throws -> RestoredState {
        try named {
            var state = try reader.withLock { reader in
                let connection = reader.connection
                return try connection.snapshot { try Restoration(connection: connection).state() }
            }
            state.notes = try notes.notes()
            state.lastNote = notes.last
            return state
        }
    }

    package func commit(_ checkpoint: Checkpoint) throws {
        try named {
            // Before the keys are there: who finds it unset need not look.
            if !checkpoint.keys.isEmpty { hasKeys.store(true, ordering: .sequentiallyConsistent) }
            try writer.withLock { writer in
                try SQLiteState.use(.durable, writer.connection)
                let connection = writer.connection
                try change(&writer) { histories in
                    try CheckpointWriter(connection: connection).write(checkpoint)
                    try histories.keys.take(checkpoint)
                    try histories.stories.take(checkpoint.stories)
                }
            }
        }
        // The checkpoint is durable; notes that stay for longer than they need cost nothing but room.
        if !checkpoint.coveredNotes.isEmpty { try? notes.cover(checkpoint.coveredNotes) }
    }

    package func note(_ position: SinkPosition, sink: String) throws -> UInt64 {
        try named { try notes.append(position, sink: sink) }
    }

    package func syncNotes() throws { try named { try notes.sync() } }

    package func lastSeen(_ keys: [DedupKey]) throws -> [DedupKey.Seen?] {
        if keys.isEmpty || !hasKeys.load(ordering: .sequentiallyConsistent) {
            return Array(repeating: nil, count: keys.count)
        }
        return try named {
            try reader.withLock { reader in
                let catalog = try reader.current().keys
                return try reader.connection.snapshot {
                    let lookup = try HistoryLookup(reader.connection, catalog)
                    return try keys.map { try lookup.lastSeen(HistoryKey($0)) }
                }
            }
        }
    }

    package func stories(similarTo queries: [StoryQuery]) throws -> [[StorySketch]] {
        try named {
            try reader.withLock { reader in
                let catalog = try reader.current().stories
                if queries.isEmpty || catalog.isEmpty { return queries.map { _ in [] } }
                return try reader.connection.snapshot {
                    try StoryLookup(reader.connection, catalog).stories(similarTo: queries)
                }
            }
        }
    }

    package func forget(before cutoff: Int64, limit: Int) throws -> Int {
        try named {
            let isDue = try reader.withLock { reader in
                let histories = Histories(reader.connection, try reader.current())
                return try histories.keys.isDue(before: cutoff) || histories.stories.isDue(before: cutoff)
            }
            if !isDue || limit <= 0 { return 0 }
            return try writer.withLock { writer in
                try SQLiteState.use(.renewable, writer.connection)
                return try change(&writer) { histories in
                    let looked = try histories.forget(before: cutoff, limit: limit)
                    changedPages.add(
                        histories.keys.changedPages + histories.stories.changedPages, ordering: .relaxed)
                    return looked
                }
            }
        }
    }

    package func tidy() throws {
        guard changedPages.load(ordering: .relaxed) >= SQLiteState.logPages else { return }
        changedPages.store(0, ordering: .relaxed)
        try named {
            try cleaner.withLock { cleaner in
                let connection = try cleaner ?? openCleaner()
                cleaner = connection
                try connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            }
        }
    }

    /// Changes the file and the history in one transaction, and lets lookups have the history as it is then.
    private func change<Result>(_ writer: inout User, _ body: (inout Histories) throws -> Result) throws
        -> Result
    {
        var histories = Histories(writer.connection, try writer.current())
        let result = try writer.connection.transaction { try body(&histories) }
        // Nobody else may hold what is not looked up any more when what has taken its place comes.
        writer.catalogs = nil
        try reader.withLock { reader in
            reader.catalogs = nil
            try histories.load()
            reader.catalogs = histories.catalogs
        }
        writer.catalogs = histories.catalogs
        return result
    }

    /// What a loss of power may take of a transaction.
    enum Durability {
        case durable
        /// What it brings back is done again.
        case renewable
    }

    /// Lends the connection that is for reading.
    func reading<Result: Sendable>(_ body: @Sendable (Connection) throws -> Result) throws -> Result {
        try named { try reader.withLock { try body($0.connection) } }
    }

    /// Changes what is no history in one transaction.
    func writing<Result: Sendable>(
        _ durability: Durability, _ body: @Sendable (Connection) throws -> Result
    ) throws -> Result {
        try named {
            try writer.withLock { writer in
                try SQLiteState.use(durability, writer.connection)
                return try writer.connection.transaction { try body(writer.connection) }
            }
        }
    }

    private static func use(_ durability: Durability, _ connection: Connection) throws {
        switch durability {
        case .durable:
            // With NORMAL, a loss of power takes the last commits of a write-ahead log.
            try connection.execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = \(logPages)")
        case .renewable:
            // Bringing in the log, with its syncs, takes many times what a slice does; that is for `tidy`, which holds
            // nobody up.
            try connection.execute("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0")
        }
    }

    /// Names the file in what is thrown.
    private func named<Result>(_ body: () throws -> Result) throws(StateError) -> Result {
        do { return try body() } catch { throw StateError(path: path, any: error) }
    }

    private static func setUp(_ connection: Connection) throws {
        // What a damaged file says about itself is not to be relied on.
        try connection.execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        // Keys are looked up all over a large table: of SQLite's 2 MB, half of the time goes into reading pages again.
        try connection.execute("PRAGMA cache_size = -8000")
    }

    /// Only when the file is known to be ours: it changes the file. New tables are in it by then, and not in the log alone.
    private static func useLog(_ connection: Connection) throws {
        let mode = try connection.statement("PRAGMA journal_mode = WAL")
        defer { mode.reset() }
        guard try mode.step(), mode.text(0) == "wal" else {
            throw SQLiteError(
                code: SQLITE_ERROR, message: "its place cannot have a write-ahead log", systemCode: 0)
        }
        try connection.execute(
            "PRAGMA wal_autocheckpoint = \(logPages); PRAGMA journal_size_limit = \(logPages * 8 << 10)")
    }

    /// Pages of the log after which it is brought into the file. More would save writing the same page twice, but it is the
    /// transaction that comes to so many which waits for it.
    private static let logPages = 1000
}
