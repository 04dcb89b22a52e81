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
package struct FileStatus: Sendable {
    package enum Kind: Sendable, CustomStringConvertible {
        case regular, folder
        /// Bytes that come once, up to the end that who writes them makes.
        case pipe
        /// Bytes without an end, or a terminal's.
        case device
        case socket

        init(_ status: stat) {
            switch status.st_mode & S_IFMT {
            case S_IFREG: self = .regular
            case S_IFDIR: self = .folder
            case S_IFSOCK: self = .socket
            case S_IFIFO: self = .pipe
            default: self = .device
            }
        }

        /// As in "it is …".
        package var description: String {
            switch self {
            case .regular: "a file"
            case .folder: "a folder"
            case .pipe: "a pipe"
            case .device: "a device"
            case .socket: "a socket"
            }
        }
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
        kind = Kind(status)
        size = Int(status.st_size)
        identity = InputIdentity(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), born: born < 0 ? nil : born)
    }
}
