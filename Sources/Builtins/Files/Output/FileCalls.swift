package import Glibc

/// The calls of the system on files that are written; a test puts failing ones in their place.
///
/// They answer as the system's do: a negative number is a failure, and `errno` says which.
package protocol FileCalls: Sendable {
    func open(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32
    func close(_ descriptor: Int32)
    func status(of path: String) -> stat?
    func status(of descriptor: Int32) -> stat?
    /// Writes at the descriptor's place: of files that are appended to, the end.
    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int
    /// The descriptor's place: behind what was written last.
    func place(of descriptor: Int32) -> Int
    func read(into space: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int) -> Int
    func overwrite(_ descriptor: Int32, with bytes: UnsafeRawBufferPointer, at offset: Int) -> Int
    func cut(_ descriptor: Int32, to length: Int) -> Int32
    func synchronize(_ descriptor: Int32) -> Int32
    /// Takes the lock of the file, or fails at once.
    func lock(_ descriptor: Int32) -> Int32
}

/// The system's own.
package struct SystemFileCalls: FileCalls {
    package init() {}

    package func open(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
        Glibc.open(path, flags, mode)
    }

    package func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    package func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    package func status(of descriptor: Int32) -> stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    package func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    }

    package func place(of descriptor: Int32) -> Int { lseek(descriptor, 0, SEEK_CUR) }

    package func read(
        into space: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int
    ) -> Int {
        pread(descriptor, space.baseAddress, space.count, offset)
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

    package func lock(_ descriptor: Int32) -> Int32 { flock(descriptor, LOCK_EX | LOCK_NB) }
}
