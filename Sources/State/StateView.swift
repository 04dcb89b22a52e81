import CSQLite
import Glibc
import Notation
package import Streaming

/// What a state says, for those who do not run its pipeline. The state is neither locked nor written.
package struct StateView: Sendable {
    package let state: RestoredState
    package let hashKey: SipHashKey
    /// Nil where no pipeline has used it yet.
    package let owner: StateOwner?

    /// Reads a state; nil where there is none yet.
    ///
    /// - Parameter vfs: the name of a registered SQLite VFS; nil is SQLite's own.
    package init?(path: String, vfs: String? = nil) throws(StateError) {
        let view = try StateView.read(path, vfs: vfs) { connection, file in
            let hashKey = try Schema.hashKey(connection)
            let restoration = Restoration(connection: connection)
            var (state, covered) = try connection.snapshot {
                (try restoration.state(), try restoration.coveredNotes())
            }
            state.notes = try NoteFile(path: file + "-notes", key: hashKey, covered: covered).notes()
            return StateView(
                state: state, hashKey: hashKey, owner: try Ownership(of: file, connection).owner())
        }
        guard let view else { return nil }
        self = view
    }

    private init(state: RestoredState, hashKey: SipHashKey, owner: StateOwner?) {
        self.state = state
        self.hashKey = hashKey
        self.owner = owner
    }

    /// Copies a state as it is at this moment into a new file; false where there is none yet.
    package static func copy(
        _ path: String, to target: String, vfs: String? = nil
    ) throws(StateError) -> Bool {
        let isDone: Bool? = try read(path, vfs: vfs) { connection, _ in
            let copy = try Connection(
                path: target, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs: vfs)
            defer { copy.close() }
            try connection.copy(to: copy)
            return true
        }
        return isDone ?? false
    }

    /// The process that runs over a state now, where the system tells.
    package static func user(of path: String) -> Int32? { FileIdentity(at: path)?.holder }

    /// Throws where the state belongs to another pipeline, or to one of the same name in another file.
    package func check(_ user: StateOwner, path: String) throws(StateError) {
        guard let owner else { return }
        if owner.pipeline != user.pipeline { throw StateError(path: path, .otherPipeline(owner)) }
        // Where the spec is not there any more, it has been moved.
        guard let known = FileIdentity(at: owner.spec), let now = FileIdentity(at: user.spec) else { return }
        if known != now { throw StateError(path: path, .otherSpec(owner)) }
    }
}

// MARK: - Opening

extension StateView {
    /// How often a file is read that is written meanwhile.
    private static let attempts = 50

    /// Lends a connection to a state for reading; nil where there is no state yet.
    static func read<Result>(
        _ path: String, vfs: String?, _ body: (Connection, _ file: String) throws -> Result
    ) throws(StateError) -> Result? {
        do {
            guard let file = realPath(path) else {
                if errno == ENOENT { return nil }
                throw FileError(path: path, doing: "read it")
            }
            // Opening a pipe would wait for a writer.
            guard FileIdentity(at: file) != nil else { throw FileError.notRegular(path) }
            try checkForDatabase(file, path: path)
            for _ in 0..<attempts {
                let moment = Moment(of: file)
                let result = Swift.Result<Result?, any Error> {
                    let journal = try RollbackJournal(of: file)
                    // The run that was making the state died: nothing of it counts, and the next run begins anew.
                    if journal?.isOfNewFile == true { return nil }
                    let connection = try connect(file, moment, hasJournal: journal != nil, vfs: vfs)
                    defer { connection.close() }
                    try connection.execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
                    return try Schema.isReady(connection, path: path) ? try body(connection, file) : nil
                }
                // SQLite sees to it that what is read beside a log is one moment of the state.
                if moment.hasLog || moment == Moment(of: file) { return try result.get() }
            }
            throw SQLiteError(
                code: SQLITE_PROTOCOL, message: "a run changes it all the time; try again", systemCode: 0)
        } catch {
            throw StateError(path: path, any: error)
        }
    }

    /// A file that stands alone is read as it is, and so is one with a log that no run uses; beside a run, SQLite needs the
    /// memory that they share, which changes with whoever reads. Beside a journal it says that somebody has to put the file
    /// right first.
    private static func connect(
        _ file: String, _ moment: Moment, hasJournal: Bool, vfs: String?
    ) throws -> Connection {
        if moment.hasLog || hasJournal {
            if !hasJournal, let connection = try Connection.alone(reading: file, vfs: vfs) {
                return connection
            }
            return try Connection(path: file, flags: SQLITE_OPEN_READONLY, vfs: vfs)
        }
        let escaped = PercentEncoding.encode(file.utf8) {
            $0 == UInt8(ascii: "/") || PercentEncoding.isUnreserved($0)
        }
        return try Connection(
            path: "file:\(escaped)?immutable=1", flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, vfs: vfs)
    }

    /// What tells that a file that stood alone was written meanwhile, for which nothing is locked.
    private struct Moment: Equatable {
        let hasLog: Bool
        private let size: Int
        private let seconds: Int
        private let nanoseconds: Int

        init(of file: String) {
            hasLog = Files.calls.status(of: file + "-wal").map { $0.st_size > 0 } ?? false
            let status = Files.calls.status(of: file)
            size = status.map { Int($0.st_size) } ?? 0
            seconds = status?.st_mtim.tv_sec ?? 0
            nanoseconds = status?.st_mtim.tv_nsec ?? 0
        }
    }
}
