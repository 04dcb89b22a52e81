import Glibc
import State

/// One process at a time writes a file; the system lets go of the lock when the process ends, however it ends.
enum OutputLock {
    /// - Throws: ``OutputInUse``, or ``FileError``.
    static func take(_ descriptor: Int32, path: String, calls: any FileCalls) throws {
        while calls.lock(descriptor) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK:
                let file = calls.status(of: descriptor).map(FileIdentity.init)
                throw OutputInUse(path: path, holder: file?.holder.map(Int.init))
            // File systems without locks are written without.
            case ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL: return
            default: throw FileError(path: path, doing: "lock it")
            }
        }
    }
}

/// Another process writes the file.
struct OutputInUse: Error, Equatable, CustomStringConvertible {
    let path: String
    let holder: Int?

    var description: String {
        "\(path) is being written by another process\(holder.map { " (\($0))" } ?? ""); wait for it to end, or give "
            + "the sink another path"
    }
}
