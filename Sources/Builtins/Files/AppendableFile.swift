import Glibc
import Records
import State

/// A file that lines are appended to, closed with the object.
final class AppendableFile {
    let path: String
    private let descriptor: Int32
    private(set) var length: Int
    private var isDirty = false

    /// Opens a file, made with its folders if there is none.
    init(path: String) throws(FileError) {
        self.path = path
        try makeFolders(for: path)
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(path: path, doing: "write it") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, doing: "write it") }
        length = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Appends all the bytes, or none: what a failed write left is cut off again.
    func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(FileError) {
        var rest = UnsafeRawBufferPointer(bytes)
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                let error = FileError(path: path, doing: "write it")
                ftruncate(descriptor, length)
                throw error
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
        length += bytes.count
        isDirty = true
    }

    /// Makes what was appended durable.
    func synchronize() throws(FileError) {
        guard isDirty else { return }
        guard fdatasync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw FileError(path: path, doing: "sync it")
        }
        isDirty = false
    }
}

/// Cuts a file back to a length; one that is shorter or absent is left alone.
///
/// - Returns: whether the file has at least that length.
func cutBack(_ path: String, to length: Int) throws(FileError) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, Int(status.st_size) >= length else { return false }
    if Int(status.st_size) > length, truncate(path, length) != 0 {
        throw FileError(path: path, doing: "cut it back to the last checkpoint")
    }
    return true
}
