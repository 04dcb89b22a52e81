import Glibc

/// What went wrong with a file, with its path.
package struct FileError: Error, Equatable, CustomStringConvertible {
    package let path: String
    package let doing: String
    package let code: Int32

    /// - Parameters:
    ///   - doing: what was tried, as in "cannot \(doing)".
    ///   - code: an `errno`.
    package init(path: String, doing: String, code: Int32 = errno) {
        self.path = path
        self.doing = doing
        self.code = code
    }

    /// Whether it says that there is no such file.
    package var isAbsence: Bool { code == ENOENT || code == ENOTDIR }

    package var description: String { "\(path): cannot \(doing): \(String(cString: strerror(code)))" }
}

extension FileError {
    /// A folder, a pipe or a device where the state should be.
    static func notRegular(_ path: String) -> FileError {
        FileError(path: path, doing: "use it as a state: it is no regular file", code: EINVAL)
    }
}
