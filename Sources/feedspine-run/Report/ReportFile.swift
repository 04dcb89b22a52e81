import Glibc
import State

/// The file that a report goes to. What is there keeps what it is: a link, a device, its mode, its other names.
struct ReportFile {
    let path: String

    /// - Throws: `FileError`.
    func write(_ text: String) throws(FileError) {
        try makeFolders(for: path)
        var status = stat()
        let exists = stat(path, &status) == 0
        guard exists, mustStay(status) else {
            return try replace(exists ? status.st_mode & 0o7777 : nil, text)
        }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        try write(text, to: path, isOpenElsewhere(status) ? O_APPEND : isRegular ? O_TRUNC : 0)
    }

    /// Whether another file in its place would not be the same: a device, a pipe, a file with other names, or one that
    /// this process writes to by another way.
    private func mustStay(_ status: stat) -> Bool {
        status.st_mode & S_IFMT != S_IFREG || status.st_nlink > 1 || isOpenElsewhere(status)
    }

    private func isOpenElsewhere(_ status: stat) -> Bool {
        [STDOUT_FILENO, STDERR_FILENO].contains { descriptor in
            var other = stat()
            return fstat(descriptor, &other) == 0 && other.st_dev == status.st_dev
                && other.st_ino == status.st_ino
        }
    }

    /// Puts a whole file in the place of what is there, so that nobody reads half of it.
    private func replace(_ mode: mode_t?, _ text: String) throws(FileError) {
        // Behind a link, not over it.
        let place = resolved(path) ?? path
        let new = "\(place).\(getpid()).new"
        do {
            try write(text, to: new, O_TRUNC)
        } catch {
            unlink(new)
            // A folder that takes no new files may still have one that can be written.
            guard mode != nil, error.code == EACCES || error.code == EROFS else { throw error }
            return try write(text, to: place, O_TRUNC)
        }
        if let mode { chmod(new, mode) }
        guard rename(new, place) == 0 else {
            let error = FileError(path: path, doing: "write it")
            unlink(new)
            throw error
        }
    }

    private func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private func write(_ text: String, to path: String, _ flags: Int32) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | flags, 0o644)
        guard descriptor >= 0 else { throw FileError(path: path, doing: "write it") }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw FileError(path: path, doing: "write it")
            }
        }
    }
}
