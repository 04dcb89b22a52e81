import Glibc

/// Makes the folders that a file is to stand in; those that are made are there after a loss of power, too.
package func makeFolders(for path: String, _ calls: any FileCalls = Files.calls) throws(FileError) {
    let folder = parent(of: path)
    if folder == "." || folder == "/" || calls.status(of: folder) != nil { return }
    try makeFolders(for: folder, calls)
    if calls.makeFolder(folder, 0o755) != 0 {
        if errno == EEXIST { return }
        throw FileError(path: folder, doing: "make the folder")
    }
    try syncFolder(of: folder, calls)
}

/// Syncs the folder that a file stands in, so that the file's name is there after a loss of power.
package func syncFolder(of path: String, _ calls: any FileCalls = Files.calls) throws(FileError) {
    let folder = parent(of: path)
    let descriptor = calls.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else {
        // A folder that may be written to but not read cannot be synced.
        if errno == EACCES { return }
        throw FileError(path: folder, doing: "open the folder")
    }
    defer { calls.close(descriptor) }
    // Some network and FUSE file systems know no sync of folders.
    if calls.synchronize(descriptor) != 0, ![EINVAL, ENOTSUP, ENOSYS, EROFS].contains(errno) {
        throw FileError(path: folder, doing: "sync the folder")
    }
}

/// Where a path leads, without links and `..`; nil, with the reason in `errno`, where nothing is.
package func realPath(_ path: String, _ calls: any FileCalls = Files.calls) -> String? {
    calls.realPath(path).map { String(decoding: $0, as: UTF8.self) }
}

/// The folder that a file or folder stands in.
package func parent(of path: String) -> String {
    let trimmed = path.utf8.count > 1 && path.utf8.last == UInt8(ascii: "/") ? path.dropLast() : path[...]
    guard let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
}
