import Glibc
import Synchronization

/// Keeps a second run away from a state file, by whatever path it comes; the system lets go of it when the process
/// ends, however it ends.
///
/// The lock is on the file itself, so there is nothing beside it whose deletion would unlock it. SQLite's own locks
/// are POSIX locks, and those go when *any* descriptor of the file is closed in the process: so this one is opened before
/// SQLite's and closed after them, and a file that the process has locked already is not even opened.
final class StateLock: Sendable {
    /// The file without links.
    let path: String

    private let calls: any FileCalls
    private let descriptor: Int32
    private let file: FileIdentity

    private static let locked = Mutex<Set<FileIdentity>>([])

    /// Makes the file if there is none.
    ///
    /// - Throws: ``StateError`` or ``FileError``.
    init(path: String) throws {
        let calls = Files.calls
        self.calls = calls
        (self.path, descriptor, file) = try StateLock.locked.withLock { locked in
            if let file = FileIdentity(at: path, calls), locked.contains(file) {
                throw StateError(path: path, .inUse(process: getpid()))
            }
            let taken = try StateLock.take(path, calls)
            locked.insert(taken.file)
            return taken
        }
    }

    deinit {
        StateLock.locked.withLock { locked in
            locked.remove(file)
            calls.close(descriptor)
        }
    }

    private typealias Taken = (path: String, descriptor: Int32, file: FileIdentity)

    private static func take(_ path: String, _ calls: any FileCalls) throws -> Taken {
        // Who had the lock may have taken the file away just now; then it is another file that is to be locked.
        for _ in 0..<10 {
            if let taken = try tryOnce(path, calls) { return taken }
        }
        throw StateError(path: path, .inUse(process: nil))
    }

    private static func tryOnce(_ path: String, _ calls: any FileCalls) throws -> Taken? {
        let isNew = FileIdentity(at: path, calls) == nil
        let descriptor = calls.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
        guard descriptor >= 0 else { throw FileError(path: path, doing: "open it for writing") }
        do {
            guard let file = FileIdentity(of: descriptor, calls) else {
                throw FileError.notRegular(path)
            }
            if calls.lock(descriptor) != 0 {
                if errno == EWOULDBLOCK {
                    throw StateError(path: path, .inUse(process: file.holder))
                }
                throw FileError(path: path, doing: "lock it")
            }
            guard let real = realPath(path, calls), FileIdentity(at: real, calls) == file else {
                calls.close(descriptor)
                return nil
            }
            if isNew { try syncFolder(of: real, calls) }
            return (real, descriptor, file)
        } catch {
            calls.close(descriptor)
            throw error
        }
    }
}
