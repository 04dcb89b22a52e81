package import Glibc
import Notation

/// Which file it is, whatever it is called.
package struct FileIdentity: Hashable, Sendable {
    package let device: UInt
    package let inode: UInt

    package init(device: UInt, inode: UInt) {
        self.device = device
        self.inode = inode
    }

    package init(_ status: stat) { self.init(device: status.st_dev, inode: status.st_ino) }
}

extension FileIdentity {
    /// Nil where there is no regular file.
    package init?(at path: String, _ calls: any FileCalls = Files.calls) {
        guard let status = calls.status(of: path) else { return nil }
        self.init(regular: status)
    }

    package init?(of descriptor: Int32, _ calls: any FileCalls = Files.calls) {
        guard let status = calls.status(of: descriptor) else { return nil }
        self.init(regular: status)
    }

    private init?(regular status: stat) {
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(status)
    }

    /// The process that has locked it, where the system tells.
    package var holder: Int32? {
        guard let text = try? readFile("/proc/locks") else { return nil }
        return holder(in: String(decoding: text, as: UTF8.self))
    }

    /// - Parameter locks: the text of `/proc/locks`, with lines such as
    ///   `1: FLOCK  ADVISORY  WRITE 4711 fe:00:16220250 0 EOF`.
    func holder(in locks: String) -> Int32? {
        func padded(_ number: UInt) -> String { String(number, radix: 16, width: 2) }
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
