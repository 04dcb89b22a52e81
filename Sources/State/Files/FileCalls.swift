import CFiles
package import Glibc

/// The system's calls on files, as far as a pipeline makes them; a test puts failing ones, or a whole disk in memory, in
/// their place.
///
/// They answer as the system's do: a negative number or nil is a failure, and `errno` says which. Paths are bytes.
package protocol FileCalls: Sendable {
    func open(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32
    func close(_ descriptor: Int32)
    /// Takes the lock of the file, or fails at once.
    func lock(_ descriptor: Int32) -> Int32

    func status(of descriptor: Int32) -> stat?
    /// Of what a path leads to, links followed.
    func status(of path: UnsafePointer<CChar>) -> stat?
    /// Of what stands there, be it a link.
    func linkStatus(of path: UnsafePointer<CChar>) -> stat?
    /// When the file was made, in nanoseconds since 1970; negative where the system does not say.
    func birthTime(of descriptor: Int32) -> Int64
    func birthTime(of path: UnsafePointer<CChar>) -> Int64

    /// Reads at the descriptor's place, and moves it.
    func read(into space: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int
    func read(into space: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int) -> Int
    func seek(_ descriptor: Int32, to offset: Int) -> Int
    /// The descriptor's place: behind what was read or written last.
    func place(of descriptor: Int32) -> Int
    /// Writes at the descriptor's place: of files that are appended to, the end.
    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int
    func overwrite(_ descriptor: Int32, with bytes: UnsafeRawBufferPointer, at offset: Int) -> Int
    func cut(_ descriptor: Int32, to length: Int) -> Int32
    /// Gives a file the mode that another has, and its owner where the system allows that.
    func give(_ descriptor: Int32, modeAndOwnerOf other: stat) -> Int32
    /// Makes a file's bytes, or a folder's names, durable.
    func synchronize(_ descriptor: Int32) -> Int32

    func makeFolder(_ path: UnsafePointer<CChar>, _ mode: mode_t) -> Int32
    func remove(_ path: UnsafePointer<CChar>) -> Int32
    func rename(_ path: UnsafePointer<CChar>, to new: UnsafePointer<CChar>) -> Int32
    /// The same, which fails where something has the new name.
    func rename(_ path: UnsafePointer<CChar>, toFree new: UnsafePointer<CChar>) -> Int32
    /// Whether the user may write to it.
    func isWritable(_ path: UnsafePointer<CChar>) -> Bool
    /// The path without links and `..`.
    func realPath(_ path: UnsafePointer<CChar>) -> [UInt8]?
    func target(of link: UnsafePointer<CChar>) -> [UInt8]?
    /// Goes through a folder, but for `.` and `..`, until `body` answers false.
    func list(_ folder: UnsafePointer<CChar>, _ body: (FolderEntry) -> Bool) -> Int32
}

/// A name in a folder.
package struct FolderEntry {
    /// Ends with a zero; holds as long as the call that it is given to.
    package let name: UnsafePointer<CChar>
    /// As in `dirent`.
    package let type: UInt8
    package let inode: UInt64

    package init(name: UnsafePointer<CChar>, type: UInt8, inode: UInt64) {
        self.name = name
        self.type = type
        self.inode = inode
    }
}

/// The disk that a task and its children work on.
package enum Files {
    @TaskLocal package static var calls: any FileCalls = SystemFileCalls()
}

/// The system's own.
package struct SystemFileCalls: FileCalls {
    package init() {}

    package func open(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
        Glibc.open(path, flags, mode)
    }

    package func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    package func lock(_ descriptor: Int32) -> Int32 {
        var attempts = 25
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            attempts -= 1
            guard errno == EWOULDBLOCK, attempts > 0 else { return -1 }
            // A program that is just being started (`exec`) holds what this one holds, for the moment between its fork and
            // its exec: a lock that was given back may be there a little longer.
            usleep(10_000)
        }
        return 0
    }

    package func status(of descriptor: Int32) -> stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    package func status(of path: UnsafePointer<CChar>) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    package func linkStatus(of path: UnsafePointer<CChar>) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    package func birthTime(of descriptor: Int32) -> Int64 { cfiles_birth_time(descriptor, nil) }
    package func birthTime(of path: UnsafePointer<CChar>) -> Int64 { cfiles_birth_time(-1, path) }

    package func read(into space: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int {
        Glibc.read(descriptor, space.baseAddress, space.count)
    }

    package func read(
        into space: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int
    ) -> Int {
        pread(descriptor, space.baseAddress, space.count, offset)
    }

    package func seek(_ descriptor: Int32, to offset: Int) -> Int { lseek(descriptor, offset, SEEK_SET) }
    package func place(of descriptor: Int32) -> Int { lseek(descriptor, 0, SEEK_CUR) }

    package func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    }

    package func overwrite(
        _ descriptor: Int32, with bytes: UnsafeRawBufferPointer, at offset: Int
    ) -> Int {
        // With O_APPEND, Linux writes at the end, whatever offset is given.
        let flags = fcntl(descriptor, F_GETFL)
        if flags & O_APPEND != 0 { _ = fcntl(descriptor, F_SETFL, flags & ~O_APPEND) }
        defer { if flags & O_APPEND != 0 { _ = fcntl(descriptor, F_SETFL, flags) } }
        return pwrite(descriptor, bytes.baseAddress, bytes.count, offset)
    }

    package func cut(_ descriptor: Int32, to length: Int) -> Int32 { ftruncate(descriptor, length) }
    package func synchronize(_ descriptor: Int32) -> Int32 { fdatasync(descriptor) }

    package func makeFolder(_ path: UnsafePointer<CChar>, _ mode: mode_t) -> Int32 { mkdir(path, mode) }
    package func remove(_ path: UnsafePointer<CChar>) -> Int32 { unlink(path) }

    package func rename(_ path: UnsafePointer<CChar>, to new: UnsafePointer<CChar>) -> Int32 {
        Glibc.rename(path, new)
    }

    package func rename(_ path: UnsafePointer<CChar>, toFree new: UnsafePointer<CChar>) -> Int32 {
        cfiles_rename_to_free(path, new)
    }

    package func give(_ descriptor: Int32, modeAndOwnerOf other: stat) -> Int32 {
        // The owner first: changing it takes bits of the mode away.
        _ = fchown(descriptor, other.st_uid, other.st_gid)
        return fchmod(descriptor, other.st_mode & 0o7777)
    }

    package func isWritable(_ path: UnsafePointer<CChar>) -> Bool { access(path, W_OK) == 0 }

    package func realPath(_ path: UnsafePointer<CChar>) -> [UInt8]? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return Array(UnsafeRawBufferPointer(start: real, count: strlen(real)))
    }

    package func target(of link: UnsafePointer<CChar>) -> [UInt8]? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { space in
            let count = readlink(link, space.baseAddress.unsafelyUnwrapped, space.count)
            return count < 0 ? nil : space[..<count].map { UInt8(bitPattern: $0) }
        }
    }

    package func list(_ folder: UnsafePointer<CChar>, _ body: (FolderEntry) -> Bool) -> Int32 {
        guard let stream = opendir(folder) else { return -1 }
        defer { closedir(stream) }
        let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        while true {
            errno = 0
            guard let entry = readdir(stream) else { return errno == 0 ? 0 : -1 }
            let name = (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: CChar.self)
            if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { continue }
            let found = FolderEntry(
                name: name, type: entry.pointee.d_type, inode: UInt64(entry.pointee.d_ino))
            if !body(found) { return 0 }
        }
    }
}
