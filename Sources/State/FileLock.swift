import Glibc

/// Keeps a second run away from a state; the system lets go of it when the process ends, however it ends.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// - Throws: ``StateError/inUse(path:)`` or ``FileError``.
    init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw FileError(path: path, doing: "open it")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StateError.inUse(path: path)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}

/// A state that cannot be used.
package enum StateError: Error, Equatable, CustomStringConvertible {
    case inUse(path: String)
    case unusable(path: String, reason: String)

    package var description: String {
        switch self {
        case .inUse(let path):
            "\(path) is in use by another run of this pipeline; wait for it to end, or use another --state"
        case .unusable(let path, let reason):
            "the state cannot be used: \(path): \(reason)"
        }
    }
}
