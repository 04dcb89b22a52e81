import CSQLite
import Glibc
import State
import Synchronization

/// A file that SQLite has open on a simulated disk.
final class DatabaseFile: Sendable {
    let process: DiskProcess
    let path: String
    let inode: Int
    private let descriptor: Int32
    private let memory: SharedMemory
    private let owner: DatabaseLocks.Owner
    private let isReadOnly: Bool

    /// - Parameters:
    ///   - connection: tells it from the others of the process.
    ///   - memory: what connections of the process to the file share.
    init?(
        _ path: String, flags: Int32, process: DiskProcess, connection: Int,
        memory: (_ inode: Int) -> SharedMemory
    ) {
        var mode = flags & SQLITE_OPEN_READONLY != 0 ? O_RDONLY : O_RDWR
        if flags & SQLITE_OPEN_CREATE != 0 { mode |= O_CREAT }
        if flags & SQLITE_OPEN_EXCLUSIVE != 0 { mode |= O_EXCL }
        descriptor = process.open(path, mode, 0o600)
        guard descriptor >= 0, let file = process.descriptor(descriptor) else { return nil }
        self.process = process
        isReadOnly = mode & O_ACCMODE == O_RDONLY
        self.path = path
        inode = file.inode
        self.memory = memory(file.inode)
        owner = DatabaseLocks.Owner(process: process.number, connection: connection)
    }

    func close() {
        process.disk.state.withLock { $0.databases[inode]?.release(owner) }
        process.close(descriptor)
    }

    func read(into space: UnsafeMutableRawBufferPointer, at offset: Int) -> Int32 {
        let count = process.read(into: space, from: descriptor, at: offset)
        if count < 0 { return IOError.read }
        if count == space.count { return SQLITE_OK }
        // SQLite wants what is not there as zeros.
        UnsafeMutableRawBufferPointer(rebasing: space[count...]).initializeMemory(
            as: UInt8.self, repeating: 0)
        return IOError.shortRead
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
        if isReadOnly { return IOError.write }
        // A database that grows needs room, and one that does not may: the file system may be one that copies.
        let verdict = process.effect("write", path, bytes: bytes.count, needsRoom: true)
        let count: Int
        switch verdict {
        case .done: count = bytes.count
        case .dies(let part): count = part
        case .fails(let code): return code == ENOSPC ? SQLITE_FULL : IOError.write
        }
        if count > 0 {
            let change = DiskContents.Change.write(offset: offset, bytes: Array(bytes.prefix(count)))
            process.disk.state.withLock { $0.contents[inode].apply(change) }
        }
        return count == bytes.count && !process.isDead ? SQLITE_OK : IOError.write
    }

    func truncate(to size: Int) -> Int32 {
        process.cut(descriptor, to: size) == 0 ? SQLITE_OK : IOError.truncate
    }

    func synchronize() -> Int32 {
        guard process.synchronize(descriptor) == 0 else { return IOError.sync }
        // As the system's VFS does for logs and journals that it has made.
        if path.hasSuffix("-wal") || path.hasSuffix("-journal") {
            do { try syncFolder(of: path, process) } catch { return IOError.folderSync }
        }
        return SQLITE_OK
    }

    var size: Int? { process.status(of: descriptor).map { Int($0.st_size) } }

    // MARK: - Locks

    func lock(_ level: Int32) -> Int32 {
        if process.isDead { return IOError.lock }
        // The system locks for writing only what is open for writing.
        if level > SQLITE_LOCK_SHARED, isReadOnly { return IOError.lock }
        if level > SQLITE_LOCK_SHARED, isBusy { return SQLITE_BUSY }
        return locks { $0.lock(level, for: owner) } ? SQLITE_OK : SQLITE_BUSY
    }

    /// Whether another program writes to the database.
    private var isBusy: Bool {
        guard let until = process.disk.state.withLock({ $0.lockers[inode] }) else { return false }
        return DatabaseSystem.current.withLock { $0?.scheduler.now ?? .zero } < until
    }

    func unlock(to level: Int32) { locks { $0.unlock(to: level, for: owner) } }
    var isReserved: Bool { locks { $0.isReserved } }

    func lockMemory(_ slots: Range<Int>, exclusively: Bool) -> Int32 {
        if process.isDead { return IOError.memoryLock }
        if exclusively, slots.contains(0), isBusy { return SQLITE_BUSY }
        return locks { $0.lockSlots(slots, exclusively: exclusively, for: owner) } ? SQLITE_OK : SQLITE_BUSY
    }

    func unlockMemory(_ slots: Range<Int>) { locks { $0.unlockSlots(slots, for: owner) } }

    func region(_ number: Int, size: Int) -> UnsafeMutableRawPointer { memory.region(number, size: size) }

    private func locks<Result>(_ body: (inout DatabaseLocks) -> Result) -> Result {
        process.disk.state.withLock { body(&$0.databases[inode, default: DatabaseLocks()]) }
    }
}
