import CSQLite
import Glibc
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
        do {
            guard let file = realPath(path) else {
                if errno == ENOENT { return nil }
                throw FileError(path: path, doing: "read it")
            }
            // Opening a pipe would wait for a writer.
            guard FileIdentity(at: file) != nil else { throw FileError.notRegular(path) }
            let journal = try RollbackJournal(of: file)
            // The run that was making the state died: nothing of it counts, and the next run begins anew.
            if journal?.isOfNewFile == true { return nil }
            let connection = try StateView.connect(file, hasJournal: journal != nil, vfs: vfs)
            try connection.execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            guard try Schema.isReady(connection, path: path) else { return nil }
            let hashKey = try Schema.hashKey(connection)
            let restoration = Restoration(connection: connection)
            var (state, covered) = try connection.snapshot {
                (try restoration.state(), try restoration.coveredNotes())
            }
            state.notes = try NoteFile(path: file + "-notes", key: hashKey, covered: covered).notes()
            self.state = state
            self.hashKey = hashKey
            owner = try Ownership(of: file, connection).owner()
        } catch {
            throw StateError(path: path, any: error)
        }
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

    /// A file that stands alone is read as it is; beside a log, SQLite needs its shared memory, and may make that. Beside a
    /// journal it says that somebody has to put the file right first.
    private static func connect(_ file: String, hasJournal: Bool, vfs: String?) throws -> Connection {
        let hasLog = Files.calls.status(of: file + "-wal").map { $0.st_size > 0 } ?? false
        if hasLog || hasJournal { return try Connection(path: file, flags: SQLITE_OPEN_READONLY, vfs: vfs) }
        let allowed = Set("/-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        let escaped = file.utf8.map { byte in
            allowed.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return try Connection(
            path: "file:\(escaped.joined())?immutable=1", flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
            vfs: vfs)
    }
}
