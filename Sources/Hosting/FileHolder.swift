import Glibc

/// The process that has a file locked, found without touching the lock.
enum FileHolder {
    /// - Returns: a process number; nil where nobody has locked it, or the system does not tell.
    static func process(holding path: String) -> Int32? {
        guard let text = locks() else { return nil }
        // A state is locked itself, or through a file beside it.
        return [path, path + ".lock"].lazy.compactMap { process(of: $0, in: text) }.first
    }

    private static func process(of path: String, in locks: String) -> Int32? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return process(device: UInt64(status.st_dev), inode: UInt64(status.st_ino), in: locks)
    }

    /// - Parameter locks: the text of `/proc/locks`, with lines such as
    ///   `1: FLOCK  ADVISORY  WRITE 4711 fe:00:16220250 0 EOF`.
    static func process(device: UInt64, inode: UInt64, in locks: String) -> Int32? {
        let major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
        let minor = device & 0xFF | (device >> 12) & ~0xFF
        let place = "\(padded(major)):\(padded(minor)):\(inode)"
        for line in locks.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 5, words[1] == "FLOCK", words[3] == "WRITE", words[5] == place {
                return Int32(words[4])
            }
        }
        return nil
    }

    private static func padded(_ number: UInt64) -> String {
        (number < 16 ? "0" : "") + String(number, radix: 16)
    }

    private static func locks() -> String? {
        guard let file = fopen("/proc/locks", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += block[..<count]
        }
    }
}
