import Foundation
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
                let inode = calls.status(of: descriptor).map { FileIdentity($0).inode }
                throw OutputInUse(path: path, holder: inode.flatMap(holder(of:)))
            // File systems without locks are written without.
            case ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL: return
            default: throw FileError(path: path, doing: "lock it")
            }
        }
    }

    /// The process that holds the lock, where the system tells.
    private static func holder(of inode: UInt64) -> Int? {
        // 1: FLOCK  ADVISORY  WRITE 4711 08:01:131138 0 EOF
        guard let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else { return nil }
        for line in locks.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 5, words[1] == "FLOCK", words[5].split(separator: ":").last == "\(inode)"
            else { continue }
            return Int(words[4]).flatMap { $0 > 0 ? $0 : nil }
        }
        return nil
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
