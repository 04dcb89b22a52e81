import Glibc
import State
import Streaming

/// A copy of a state as it is at this moment, for those that must neither change nor lock it. It is gone with the object.
///
/// A run may be using the state meanwhile. SQLite's log holds all that is newer than the file beside it until it is begun
/// anew; so a copy of the file and then of the log, made without the log being begun anew in between, is one moment.
final class StateCopy: Sendable {
    let store: any CheckpointStore
    private let folder: String

    /// How often a state that a run is busy with is tried.
    private static let attempts = 50

    /// Nil where there is no file.
    init?(of path: String) throws {
        if access(path, F_OK) != 0, errno == ENOENT { return nil }
        guard let real = realPath(path) else { throw FileError(path: path, doing: "read it") }
        folder = try StateCopy.makeFolder()
        let copy = "\(folder)/state.db"
        do {
            var isWhole = false
            for _ in 0..<StateCopy.attempts where !isWhole {
                isWhole = try StateCopy.copy(real, to: copy)
            }
            guard isWhole else { throw StateIsBusy(path: path) }
            store = try SQLiteState(path: copy, owner: nil)
        } catch {
            StateCopy.remove(folder)
            throw error
        }
    }

    deinit { StateCopy.remove(folder) }

    /// - Returns: whether the log was not begun anew meanwhile.
    private static func copy(_ path: String, to copy: String) throws(FileError) -> Bool {
        let log = path + "-wal"
        unlink(copy + "-wal")
        let before = Moment(path, log)
        try copyFile(path, to: copy)
        guard before.beginning.isEmpty else {
            try copyFile(log, to: copy + "-wal")
            return try beginning(of: copy + "-wal") == before.beginning
        }
        return Moment(path, log) == before
    }

    /// What tells that a file was written without its log, or its log begun anew.
    private struct Moment: Equatable {
        var size: Int = 0
        var seconds: Int = 0
        var nanoseconds: Int = 0
        /// Of the log; SQLite puts new numbers there each time it begins it.
        var beginning: [UInt8]

        init(_ path: String, _ log: String) {
            var status = stat()
            if stat(path, &status) == 0 {
                size = Int(status.st_size)
                seconds = status.st_mtim.tv_sec
                nanoseconds = status.st_mtim.tv_nsec
            }
            beginning = (try? StateCopy.beginning(of: log)) ?? []
        }
    }

    /// The header of a log; empty where there is none.
    private static func beginning(of log: String) throws(FileError) -> [UInt8] {
        let descriptor = Glibc.open(log, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [] }
            throw FileError(path: log, doing: "read it")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &bytes, bytes.count)
        return count == bytes.count ? bytes : []
    }

    private static func copyFile(_ path: String, to copy: String) throws(FileError) {
        let input = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw FileError(path: path, doing: "read it") }
        defer { close(input) }
        let output = Glibc.open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw FileError(path: copy, doing: "write it") }
        defer { close(output) }
        while true {
            let count = sendfile(output, input, nil, 16 << 20)
            if count == 0 { return }
            if count < 0, errno != EINTR { throw FileError(path: path, doing: "copy it") }
        }
    }

    /// A folder that only this user can look into.
    private static func makeFolder() throws(FileError) -> String {
        let parents = [getenv("TMPDIR").map { String(cString: $0) } ?? "", "/tmp", "/dev/shm"]
        for parent in parents where !parent.isEmpty {
            var template = Array("\(parent)/feedspine-XXXXXX".utf8CString)
            if mkdtemp(&template) != nil {
                return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        }
        throw FileError(path: parents[1], doing: "make a folder for a copy of the state")
    }

    private static func remove(_ folder: String) {
        guard let entries = opendir(folder) else { return }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink("\(folder)/\(name)") }
        }
        closedir(entries)
        rmdir(folder)
    }
}

/// A state that is written too fast to be read beside the run.
struct StateIsBusy: Error, CustomStringConvertible {
    let path: String

    var description: String { "\(path): a run is using the state and changes it all the time; try again" }
}
