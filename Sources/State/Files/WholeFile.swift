import Glibc

/// The bytes of a file.
func readFile(_ path: String, _ calls: any FileCalls = Files.calls) throws(FileError) -> [UInt8] {
    let descriptor = calls.open(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw FileError(path: path, doing: "read it") }
    defer { calls.close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = block.withUnsafeMutableBytes { calls.read(into: $0, from: descriptor) }
        if count == 0 { return bytes }
        if count < 0 {
            if errno == EINTR { continue }
            throw FileError(path: path, doing: "read it")
        }
        bytes += block[..<count]
    }
}

/// Writes all of the bytes, or throws.
func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String, _ calls: any FileCalls = Files.calls
) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = calls.write(UnsafeRawBufferPointer(rebasing: rest), to: descriptor)
        if count >= 0 {
            rest = rest.dropFirst(count)
        } else if errno != EINTR {
            throw FileError(path: path, doing: "write it")
        }
    }
}
