import Glibc
import State

/// Tells a file from every other one that the system has at the same time, whatever its name.
struct InputIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    /// When it was made, in nanoseconds since 1970; nil where the system does not say. The next file may get the inode of
    /// one that was deleted.
    let born: Int64?

    func isSameFile(as other: InputIdentity) -> Bool {
        device == other.device && inode == other.inode
            && (born == other.born || born == nil || other.born == nil)
    }
}

/// What the system says of a file.
struct FileStatus: Sendable {
    enum Kind: Sendable {
        case regular, folder
        /// Bytes that come once: a pipe, a terminal, a device.
        case stream
        case socket
    }

    let kind: Kind
    let size: Int
    let identity: InputIdentity

    /// Of the file that a path leads to, links followed.
    init(of path: BytePath) throws(FileError) {
        let calls = Files.calls
        let (status, born) = path.withCString { (calls.status(of: $0), calls.birthTime(of: $0)) }
        guard let status else { throw FileError(path: "\(path)", doing: "read it") }
        self.init(status, born: born)
    }

    /// Nil when the system does not tell.
    init?(of descriptor: Int32, _ calls: any FileCalls) {
        guard let status = calls.status(of: descriptor) else { return nil }
        self.init(status, born: calls.birthTime(of: descriptor))
    }

    private init(_ status: stat, born: Int64) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .folder
        case S_IFSOCK: kind = .socket
        default: kind = .stream
        }
        size = Int(status.st_size)
        identity = InputIdentity(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), born: born < 0 ? nil : born)
    }
}
