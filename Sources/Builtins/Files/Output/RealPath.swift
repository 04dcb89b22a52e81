import Glibc
import State

/// Where a path leads, links resolved, whether anything stands there or not.
enum RealPath {
    enum Place: Equatable {
        /// A regular file, or none yet; its absolute path in bytes, for names are equal only byte for byte.
        case file([UInt8])
        /// A device, a pipe, a descriptor of this process: written, but never locked, cut or replaced.
        ///
        /// - Parameter isInherited: whether whoever started the process gave it: `/dev/stdout`, `/proc/self/fd/3`.
        case stream(isInherited: Bool)
    }

    /// Links that are followed, at most; the system's own bound.
    private static let linkLimit = 40

    static func place(of path: String) -> Place {
        var path = path
        for _ in 0..<linkLimit {
            if path.hasPrefix("/proc/") || path.hasPrefix("/dev/fd/") {
                return .stream(isInherited: true)
            }
            var status = stat()
            guard lstat(path, &status) == 0 else { break }
            if status.isLink {
                guard let target = target(of: path) else { break }
                path = target.hasPrefix("/") ? target : parent(of: path) + "/" + target
            } else if status.isRegular || status.st_mode & S_IFMT == S_IFDIR {
                break
            } else {
                return .stream(isInherited: false)
            }
        }
        return .file(Array(absolute(path).utf8))
    }

    /// The last part of a path.
    static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    private static func absolute(_ path: String) -> String {
        if let whole = realPath(path) { return whole }
        guard let folder = realPath(parent(of: path)) else { return path }
        return (folder == "/" ? "" : folder) + "/" + name(of: path)
    }

    private static func target(of path: String) -> String? {
        let capacity = Int(PATH_MAX)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { space in
            let count = space.withMemoryRebound(to: CChar.self) {
                $0.baseAddress.map { readlink(path, $0, capacity) } ?? -1
            }
            return count < 0 ? nil : String(decoding: space[..<count], as: UTF8.self)
        }
    }
}
