import Glibc
import State

/// Where a path leads, links resolved, whether anything stands there or not.
package enum RealPath {
    package enum Place: Equatable {
        /// A regular file, or none yet; its absolute path in bytes, for names are equal only byte for byte.
        case file([UInt8])
        /// A device, a pipe, a descriptor of this process: written, but never locked, cut or replaced.
        ///
        /// - Parameter isInherited: whether whoever started the process gave it: `/dev/stdout`, `/proc/self/fd/3`.
        case stream(isInherited: Bool)
    }

    /// Links that are followed, at most; the system's own bound.
    private static let linkLimit = 40

    package static func leadToOneFile(_ one: String, _ other: String) -> Bool {
        guard case .file(let file) = place(of: one) else { return false }
        return .file(file) == place(of: other)
    }

    /// Where a path leads, if that is a file or may become one.
    package static func file(_ path: String) -> String? {
        if case .file(let bytes) = place(of: path) { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    static func place(of path: String, _ calls: any FileCalls = Files.calls) -> Place {
        var path = path
        for _ in 0..<linkLimit {
            if path.hasPrefix("/proc/") || path.hasPrefix("/dev/fd/") {
                return .stream(isInherited: true)
            }
            guard let status = calls.linkStatus(of: path) else { break }
            if status.isLink {
                guard let bytes = calls.target(of: path) else { break }
                let target = String(decoding: bytes, as: UTF8.self)
                path = target.hasPrefix("/") ? target : parent(of: path) + "/" + target
            } else if status.isRegular || status.isFolder {
                break
            } else {
                return .stream(isInherited: false)
            }
        }
        return .file(Array(absolute(path, calls).utf8))
    }

    /// The last part of a path.
    static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    private static func absolute(_ path: String, _ calls: any FileCalls) -> String {
        if let whole = realPath(path, calls) { return whole }
        guard let folder = realPath(parent(of: path), calls) else { return path }
        return (folder == "/" ? "" : folder) + "/" + name(of: path)
    }
}
