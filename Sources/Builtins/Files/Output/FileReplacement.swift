import Foundation
import Glibc
package import State

/// Gives a file other content, at once: whoever looks sees the old or the new one whole, also after a loss of power.
///
/// A link stays a link, the file keeps its mode and owner, and what is no regular file (a device, a pipe, standard
/// output) is written instead of replaced.
package func replaceFile(at path: String, with bytes: [UInt8]) throws(FileError) {
    guard case .file(let real) = RealPath.place(of: path) else {
        // Standard output that is a file must not lose what was written to it before.
        return try write(bytes, to: path, O_WRONLY | O_APPEND)
    }
    try makeFolders(for: path)
    let target = String(decoding: real, as: UTF8.self)
    let temporary =
        parent(of: target)
        + "/.\(RealPath.name(of: target)).\(getpid()).\(UInt32.random(in: 0 ... .max))"
    var status = stat()
    let isThere = stat(target, &status) == 0
    // Nothing but the old content is in danger where no other file can be made in its folder, or a second name would
    // go on showing the old one.
    if isThere, status.st_nlink > 1 || access(parent(of: target), W_OK) != 0 {
        return try write(bytes, to: target, O_WRONLY | O_TRUNC)
    }
    do throws(FileError) {
        try write(bytes, to: temporary, O_WRONLY | O_CREAT | O_EXCL)
        if isThere {
            // The owner first: changing it takes bits of the mode away.
            if status.st_uid != geteuid() || status.st_gid != getegid(),
                chown(temporary, status.st_uid, status.st_gid) != 0
            {
                // Only the file itself can keep an owner that is not ours.
                unlink(temporary)
                return try write(bytes, to: target, O_WRONLY | O_TRUNC)
            }
            if chmod(temporary, status.st_mode & 0o7777) != 0 {
                throw FileError(path: target, doing: "keep its mode")
            }
        }
        if rename(temporary, target) != 0 { throw FileError(path: target, doing: "replace it") }
    } catch {
        unlink(temporary)
        throw error
    }
    // The content is there in any case; only its being there after a loss of power is not certain.
    try? syncFolder(of: target)
}

private func write(_ bytes: [UInt8], to path: String, _ flags: Int32) throws(FileError) {
    let descriptor = open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, doing: "write it") }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes { bytes in
            Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        }
        if count < 0 {
            if errno == EINTR { continue }
            throw FileError(path: path, doing: "write it")
        }
        written += count
    }
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP else {
        throw FileError(path: path, doing: "sync it")
    }
}
