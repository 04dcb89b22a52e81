import Glibc
import State
import Synchronization

extension DiskProcess: FileCalls {
    /// Numbers that cannot be mistaken for another file system's.
    static let device: UInt = 0x51

    /// All files have one mode and one owner.
    func give(_: Int32, modeAndOwnerOf _: stat) -> Int32 { 0 }

    func open(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
        if isDead { return failed(EIO) }
        do throws(DiskContents.Failure) {
            let path = String(cString: path)
            let inode = try found(path, flags)
            let isFolder = disk.state.withLock { $0.contents[inode].kind == .folder }
            if isFolder, flags & O_ACCMODE != O_RDONLY { throw DiskContents.Failure(code: EISDIR) }
            if !isFolder, flags & O_DIRECTORY != 0 { throw DiskContents.Failure(code: ENOTDIR) }
            if flags & O_TRUNC != 0 {
                try perform(effect("empty", path))
                disk.state.withLock { $0.contents[inode].apply(.cut(length: 0)) }
            }
            return add(Descriptor(inode: inode, path: path, flags: flags))
        } catch {
            return failed(error.code)
        }
    }

    /// The file at a path, made where there is none and the flags ask for that.
    private func found(_ path: String, _ flags: Int32) throws(DiskContents.Failure) -> Int {
        let known = disk.state.withLock { state -> Result<Int, DiskContents.Failure> in
            Result { () throws(DiskContents.Failure) in try state.contents.inode(at: path) }
        }
        switch known {
        case .success where flags & O_EXCL != 0 && flags & O_CREAT != 0:
            throw DiskContents.Failure(code: EEXIST)
        case .failure(let failure) where failure.code == ENOENT && flags & O_CREAT != 0:
            try perform(effect("make", path, needsRoom: true))
            return try disk.state.withLock { (state) throws(DiskContents.Failure) in
                try state.contents.make(.file, at: state.contents.destination(of: path), now: disk.now())
            }
        default: return try known.get()
        }
    }

    func close(_ descriptor: Int32) {
        if plant == .filesLeftOpen, self.descriptor(descriptor)?.path.contains("/in/") == true { return }
        forget(descriptor)
        let holder = Disk.Holder(process: number, descriptor: descriptor)
        disk.state.withLock { state in
            guard let inode = state.locks.first(where: { $0.value == holder })?.key else { return }
            state.locks[inode] = nil
        }
    }

    func lock(_ descriptor: Int32) -> Int32 {
        guard let file = self.descriptor(descriptor) else { return failed(isDead ? EIO : EBADF) }
        let holder = Disk.Holder(process: number, descriptor: descriptor)
        let isOurs = disk.state.withLock { state in
            let current = state.locks[file.inode] ?? holder
            state.locks[file.inode] = current
            return current == holder
        }
        return isOurs ? 0 : failed(EWOULDBLOCK)
    }

    // MARK: - Status

    func status(of descriptor: Int32) -> stat? {
        guard let file = self.descriptor(descriptor) else { return absent(isDead ? EIO : EBADF) }
        return status(inode: file.inode)
    }

    func status(of path: UnsafePointer<CChar>) -> stat? { status(path, followsLast: true) }
    func linkStatus(of path: UnsafePointer<CChar>) -> stat? { status(path, followsLast: false) }

    func birthTime(of descriptor: Int32) -> Int64 {
        self.descriptor(descriptor).map { file in disk.state.withLock { $0.contents[file.inode].born } } ?? -1
    }

    func birthTime(of path: UnsafePointer<CChar>) -> Int64 {
        inode(at: path).map { inode in disk.state.withLock { $0.contents[inode].born } } ?? -1
    }

    private func status(_ path: UnsafePointer<CChar>, followsLast: Bool) -> stat? {
        inode(at: path, followsLast: followsLast).map(status(inode:))
    }

    private func status(inode: Int) -> stat {
        let node = disk.state.withLock { $0.contents[inode] }
        var status = stat()
        status.st_dev = DiskProcess.device
        status.st_ino = UInt(inode)
        status.st_nlink = UInt(max(0, node.names))
        status.st_size = node.bytes.count
        status.st_mtim = timespec(
            tv_sec: Int(node.modified / 1_000_000_000), tv_nsec: Int(node.modified % 1_000_000_000))
        switch node.kind {
        case .file: status.st_mode = S_IFREG | 0o644
        case .folder: status.st_mode = S_IFDIR | 0o755
        case .link: status.st_mode = S_IFLNK | 0o777
        }
        return status
    }

    func inode(at path: UnsafePointer<CChar>, followsLast: Bool = true) -> Int? {
        if isDead { return absent(EIO) }
        do throws(DiskContents.Failure) {
            return try disk.state.withLock { (state) throws(DiskContents.Failure) in
                try state.contents.inode(at: String(cString: path), followsLast: followsLast)
            }
        } catch {
            return absent(error.code)
        }
    }

    func absent<Value>(_ code: Int32) -> Value? {
        errno = code
        return nil
    }

    // MARK: - Bytes

    func read(into space: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int {
        guard let file = self.descriptor(descriptor) else { return Int(failed(isDead ? EIO : EBADF)) }
        let count = read(into: space, from: descriptor, at: file.place)
        if count > 0 { move(descriptor, to: file.place + count) }
        return count
    }

    func read(into space: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int) -> Int {
        guard let file = self.descriptor(descriptor) else { return Int(failed(isDead ? EIO : EBADF)) }
        willRead(file.path)
        if isDead { return Int(failed(EIO)) }
        return disk.state.withLock { state in
            let bytes = state.contents[file.inode].bytes
            guard offset < bytes.count else { return 0 }
            let part = bytes[offset..<min(bytes.count, offset + space.count)]
            space.copyBytes(from: part)
            return part.count
        }
    }

    func seek(_ descriptor: Int32, to offset: Int) -> Int {
        move(descriptor, to: offset)
        return offset
    }

    func place(of descriptor: Int32) -> Int { self.descriptor(descriptor)?.place ?? Int(failed(EBADF)) }

    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        guard let file = self.descriptor(descriptor) else { return Int(failed(isDead ? EIO : EBADF)) }
        let end = disk.state.withLock { $0.contents[file.inode].bytes.count }
        let offset = file.flags & O_APPEND != 0 ? end : file.place
        return write(bytes, to: descriptor, file, at: offset)
    }

    func overwrite(_ descriptor: Int32, with bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        guard let file = self.descriptor(descriptor) else { return Int(failed(isDead ? EIO : EBADF)) }
        return write(bytes, to: descriptor, file, at: offset, needsRoom: false)
    }

    private func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ file: Descriptor, at offset: Int,
        needsRoom: Bool = true
    ) -> Int {
        func put(_ count: Int) {
            let change = DiskContents.Change.write(offset: offset, bytes: Array(bytes.prefix(count)))
            disk.state.withLock { state in
                state.contents[file.inode].apply(change)
                state.contents[file.inode].modified = disk.now()
            }
        }
        switch effect("write", file.path, bytes: bytes.count, needsRoom: needsRoom) {
        case .done:
            put(bytes.count)
            move(descriptor, to: offset + bytes.count)
            return bytes.count
        case .dies(let count):
            if count > 0 { put(count) }
            return Int(failed(EIO))
        case .fails(let code): return plant == .failureSwallowed ? bytes.count : Int(failed(code))
        }
    }

    func cut(_ descriptor: Int32, to length: Int) -> Int32 {
        let isSwallowed = plant == .cutSwallowed
        return change(descriptor, "cut") { if !isSwallowed { $0.apply(.cut(length: length)) } }
    }

    func synchronize(_ descriptor: Int32) -> Int32 {
        let isOutput = self.descriptor(descriptor).map { $0.path.contains("/out/") } ?? false
        let isSwallowed = plant == .nothingSynced || plant == .outputsNotSynced && isOutput
        return change(descriptor, "sync") { if !isSwallowed { $0.synchronize() } }
    }

    private func change(
        _ descriptor: Int32, _ name: String, _ body: (inout DiskContents.Node) -> Void
    ) -> Int32 {
        guard let file = self.descriptor(descriptor) else { return failed(isDead ? EIO : EBADF) }
        switch effect(name, file.path) {
        case .done:
            disk.state.withLock { body(&$0.contents[file.inode]) }
            return 0
        case .dies: return failed(EIO)
        case .fails(let code): return failed(code)
        }
    }
}
