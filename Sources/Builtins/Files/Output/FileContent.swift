import Glibc
import State

/// What stands in an open file.
struct FileContent {
    let path: String
    let descriptor: Int32
    let calls: any FileCalls

    /// Bytes in the file.
    func size() throws(FileError) -> Int { Int(try status().st_size) }

    func status() throws(FileError) -> stat {
        guard let status = calls.status(of: descriptor) else { throw FileError(path: path, doing: "read it") }
        return status
    }

    /// So many bytes from a place on, or those up to the end of the file.
    func bytes(from offset: Int, count: Int) throws(FileError) -> [UInt8] {
        // The count may come from a state that somebody has changed.
        let count = min(count, max(0, try size() - offset))
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = bytes.withUnsafeMutableBytes { bytes in
                calls.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled...]), from: descriptor,
                    at: offset + filled)
            }
            if read < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, doing: "read it")
            }
            if read == 0 { break }
            filled += read
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// A hash of the last bytes before a length.
    func tail(of length: Int) throws(FileError) -> UInt64 {
        let count = min(length, OutputPosition.Place.tailSize)
        let bytes = try bytes(from: length - count, count: count)
        return bytes.withUnsafeBytes { FileHash.hash($0) }
    }

    /// Writes at the descriptor's place.
    func append(_ bytes: [UInt8]) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                calls.write(UnsafeRawBufferPointer(rebasing: bytes[written...]), to: descriptor)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, doing: "write it")
            }
            written += count
        }
    }

    func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                calls.overwrite(
                    descriptor, with: UnsafeRawBufferPointer(rebasing: bytes[written...]),
                    at: offset + written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, doing: "write it")
            }
            written += count
        }
    }

    func sync() throws(FileError) {
        if calls.synchronize(descriptor) != 0 { throw FileError(path: path, doing: "sync it") }
    }

    func cut(to length: Int) throws(FileError) {
        if calls.cut(descriptor, to: length) != 0 { throw FileError(path: path, doing: "cut it") }
    }
}
