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

    private let descriptor: Int32
    private let file: FileIdentity

    private static let locked = Mutex<Set<FileIdentity>>([])

    /// Makes the file if there is none.
    ///
    /// - Throws: ``StateError`` or ``FileError``.
    init(path: String) throws {
        (self.path, descriptor, file) = try StateLock.locked.withLock { locked in
            if let file = FileIdentity(at: path), locked.contains(file) {
                throw StateError(path: path, .inUse(process: getpid()))
            }
            let taken = try StateLock.take(path)
            locked.insert(taken.file)
            return taken
        }
    }

    deinit {
        StateLock.locked.withLock { locked in
            locked.remove(file)
            close(descriptor)
        }
    }

    private typealias Taken = (path: String, descriptor: Int32, file: FileIdentity)

    private static func take(_ path: String) throws -> Taken {
        // Who had the lock may have taken the file away just now; then it is another file that is to be locked.
        for _ in 0..<10 {
            if let taken = try tryOnce(path) { return taken }
        }
        throw StateError(path: path, .inUse(process: nil))
    }

    private static func tryOnce(_ path: String) throws -> Taken? {
        let isNew = FileIdentity(at: path) == nil
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
        guard descriptor >= 0 else { throw FileError(path: path, doing: "open it for writing") }
        do {
            guard let file = FileIdentity(of: descriptor) else {
                throw FileError(path: path, doing: "use it as a state: it is no regular file", code: EINVAL)
            }
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                if errno == EWOULDBLOCK {
                    throw StateError(path: path, .inUse(process: file.holder))
                }
                throw FileError(path: path, doing: "lock it")
            }
            guard let real = RelativePlace.resolved(path), FileIdentity(at: real) == file else {
                close(descriptor)
                return nil
            }
            if isNew { try syncFolder(of: real) }
            return (real, descriptor, file)
        } catch {
            close(descriptor)
            throw error
        }
    }
}

/// Which file it is, whatever it is called.
struct FileIdentity: Hashable, Sendable {
    let device: UInt
    let inode: UInt
}

extension FileIdentity {
    /// Nil where there is no regular file.
    init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init?(of descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init?(_ status: stat) {
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = status.st_dev
        inode = status.st_ino
    }

    /// The process that has locked it, where the system tells.
    var holder: Int32? {
        guard let text = try? readFile("/proc/locks") else { return nil }
        return holder(in: String(decoding: text, as: UTF8.self))
    }

    /// - Parameter locks: the text of `/proc/locks`, with lines such as
    ///   `1: FLOCK  ADVISORY  WRITE 4711 fe:00:16220250 0 EOF`.
    func holder(in locks: String) -> Int32? {
        func padded(_ number: UInt) -> String { (number < 16 ? "0" : "") + String(number, radix: 16) }
        let major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
        let minor = device & 0xFF | (device >> 12) & ~0xFF
        let place = "\(padded(major)):\(padded(minor)):\(inode)"
        for line in locks.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 5, words[1] == "FLOCK", words[5] == place, let process = Int32(words[4]),
                process > 0
            {
                return process
            }
        }
        return nil
    }
}
