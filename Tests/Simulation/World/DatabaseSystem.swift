import CSQLite
import Glibc
import Synchronization
import TestSupport

/// What SQLite asks for files: a VFS over the disk of the process that is simulated at the time.
///
/// SQLite's callbacks are C functions without a context of ours, so there is one process at a time.
enum DatabaseSystem {
    struct Current: Sendable {
        let process: DiskProcess
        let scheduler: Scheduler
        var connections = 0
        var memories: [Int: SharedMemory] = [:]
        var generator: SeededGenerator
    }

    static let current = Mutex<Current?>(nil)

    /// From now on SQLite works on the disk of a process, also in libraries that know nothing of it.
    static func enter(_ process: DiskProcess, _ scheduler: Scheduler, seed: UInt64) {
        current.withLock {
            $0 = Current(process: process, scheduler: scheduler, generator: SeededGenerator(seed: seed))
        }
        // Its generator of random numbers is seeded anew, by our VFS.
        sqlite3_randomness(0, nil)
    }

    static func leave() { current.withLock { $0 = nil } }

    static func open(_ path: String, flags: Int32) -> DatabaseFile? {
        let opening = current.withLock { current -> (DiskProcess, Int)? in
            guard var now = current else { return nil }
            now.connections += 1
            current = now
            return (now.process, now.connections)
        }
        guard let (process, connection) = opening else { return nil }
        return DatabaseFile(
            path, flags: flags, process: process, connection: connection, memory: memory(of:))
    }

    private static func memory(of inode: Int) -> SharedMemory {
        current.withLock { current in
            if let known = current?.memories[inode] { return known }
            let new = SharedMemory()
            current?.memories[inode] = new
            return new
        }
    }

    static func forgetMemory(of inode: Int) { current.withLock { $0?.memories[inode] = nil } }

    /// Where a path leads, links resolved.
    private static func place(of path: String) -> String {
        guard let disk = current.withLock({ $0?.process.disk }) else { return path }
        return disk.state.withLock { (try? $0.contents.destination(of: path)) ?? path }
    }

    /// Puts the VFS in the place of SQLite's own.
    static func install() {
        var vfs = sqlite3_vfs()
        vfs.iVersion = 2
        vfs.szOsFile = Int32(MemoryLayout<OpenFile>.stride)
        vfs.mxPathname = 1024
        vfs.zName = UnsafePointer(strdup("simulated"))
        vfs.xOpen = { _, name, file, flags, answer in
            guard let name, let file, let opened = DatabaseSystem.open(String(cString: name), flags: flags)
            else {
                file?.pointee.pMethods = nil
                return SQLITE_CANTOPEN
            }
            let place = UnsafeMutableRawPointer(file).assumingMemoryBound(to: OpenFile.self)
            place.initialize(to: OpenFile(methods: methods, file: Unmanaged.passRetained(opened)))
            answer?.pointee = flags
            return SQLITE_OK
        }
        vfs.xDelete = { _, name, isDurable in
            guard let name, let process = DatabaseSystem.current.withLock({ $0?.process }) else {
                return IOError.delete
            }
            if process.remove(name) != 0 { return errno == ENOENT ? IOError.deleteOfNothing : IOError.delete }
            return SQLITE_OK
        }
        vfs.xAccess = { _, name, _, answer in
            guard let name, let process = DatabaseSystem.current.withLock({ $0?.process }) else {
                return IOError.access
            }
            let status = process.status(of: name)
            // As the system's VFS: an empty file counts as none.
            answer?.pointee = (status?.st_size ?? 0) > 0 ? 1 : 0
            return SQLITE_OK
        }
        vfs.xFullPathname = { _, name, capacity, space in
            guard let name, let space else { return SQLITE_CANTOPEN }
            // As the system's VFS does: journals stand beside the file that links lead to.
            let path = DatabaseSystem.place(of: String(cString: name))
            guard path.utf8.count < capacity else { return SQLITE_CANTOPEN }
            strcpy(space, path)
            return SQLITE_OK
        }
        vfs.xRandomness = { _, count, space in
            guard let space else { return 0 }
            let bytes = UnsafeMutableRawBufferPointer(start: space, count: Int(count))
            DatabaseSystem.current.withLock { current in
                for place in bytes.indices {
                    bytes[place] = UInt8(truncatingIfNeeded: current?.generator.next() ?? 4)
                }
            }
            return count
        }
        vfs.xSleep = { _, microseconds in
            DatabaseSystem.current.withLock { $0?.scheduler }?.time.advance(
                by: .microseconds(Int64(microseconds)))
            return microseconds
        }
        vfs.xCurrentTimeInt64 = { _, answer in
            let now = DatabaseSystem.current.withLock { $0?.process.disk.now() } ?? 0
            // Milliseconds since noon in Greenwich on 24 November 4714 BC.
            answer?.pointee = now / 1_000_000 + 210_866_760_000_000
            return SQLITE_OK
        }
        vfs.xGetLastError = { _, _, _ in errno }
        let place = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        place.initialize(to: vfs)
        sqlite3_vfs_register(place, 1)
    }
}

/// What SQLite keeps of an open file: its own part first.
struct OpenFile {
    let methods: UnsafePointer<sqlite3_io_methods>
    let file: Unmanaged<DatabaseFile>
}

private func opened(_ file: UnsafeMutablePointer<sqlite3_file>?) -> DatabaseFile {
    // SQLite calls with nothing but files that were opened.
    UnsafeMutableRawPointer(file.unsafelyUnwrapped).assumingMemoryBound(to: OpenFile.self).pointee.file
        .takeUnretainedValue()
}

/// Never changed after it was made.
nonisolated(unsafe) private let methods: UnsafePointer<sqlite3_io_methods> = {
    var methods = sqlite3_io_methods()
    methods.iVersion = 2
    methods.xClose = { file in
        let place = UnsafeMutableRawPointer(file.unsafelyUnwrapped).assumingMemoryBound(to: OpenFile.self)
        place.pointee.file.takeUnretainedValue().close()
        place.pointee.file.release()
        return SQLITE_OK
    }
    methods.xRead = { file, space, count, offset in
        opened(file).read(
            into: UnsafeMutableRawBufferPointer(start: space, count: Int(count)), at: Int(offset))
    }
    methods.xWrite = { file, bytes, count, offset in
        opened(file).write(UnsafeRawBufferPointer(start: bytes, count: Int(count)), at: Int(offset))
    }
    methods.xTruncate = { file, size in opened(file).truncate(to: Int(size)) }
    methods.xSync = { file, _ in opened(file).synchronize() }
    methods.xFileSize = { file, answer in
        guard let size = opened(file).size else { return IOError.status }
        answer?.pointee = Int64(size)
        return SQLITE_OK
    }
    methods.xLock = { file, level in opened(file).lock(level) }
    methods.xUnlock = { file, level in
        opened(file).unlock(to: level)
        return SQLITE_OK
    }
    methods.xCheckReservedLock = { file, answer in
        answer?.pointee = opened(file).isReserved ? 1 : 0
        return SQLITE_OK
    }
    methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
    methods.xSectorSize = { _ in 4096 }
    methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
    methods.xShmMap = { file, number, size, isExtended, answer in
        answer?.pointee = opened(file).region(Int(number), size: Int(size))
        return SQLITE_OK
    }
    methods.xShmLock = { file, first, count, flags in
        let file = opened(file)
        let slots = Int(first)..<Int(first + count)
        if flags & SQLITE_SHM_UNLOCK != 0 {
            file.unlockMemory(slots)
            return SQLITE_OK
        }
        return file.lockMemory(slots, exclusively: flags & SQLITE_SHM_EXCLUSIVE != 0)
    }
    methods.xShmBarrier = { _ in }
    methods.xShmUnmap = { file, isDeleted in
        if isDeleted != 0 { DatabaseSystem.forgetMemory(of: opened(file).inode) }
        return SQLITE_OK
    }
    let place = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    place.initialize(to: methods)
    return UnsafePointer(place)
}()
