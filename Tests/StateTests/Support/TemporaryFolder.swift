import Glibc

@testable import State

/// A folder of its own for a test, taken away with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/feedspine-state-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError(path: folder, doing: "make a folder in it") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { TemporaryFolder.remove(path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The names in it, sorted.
    var names: [String] { TemporaryFolder.names(path).sorted() }

    func write(_ bytes: [UInt8], to name: String) throws {
        let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw FileError(path: file(name), doing: "write it") }
        defer { close(descriptor) }
        try bytes.withUnsafeBytes { try writeAll($0, to: descriptor, path: file(name)) }
    }

    func read(_ name: String) throws -> [UInt8] { try readFile(file(name)) }

    func mode(_ name: String) -> UInt32 {
        var status = stat()
        return stat(file(name), &status) == 0 ? status.st_mode & 0o777 : 0
    }

    /// What the death of the process would leave of a state: the files as they are, without the shared memory.
    func copyState(_ name: String, to other: String) throws {
        for suffix in ["", "-wal", "-notes"] {
            if names.contains(name + suffix) {
                try write(try read(name + suffix), to: other + suffix)
            } else {
                unlink(file(other + suffix))
            }
        }
        unlink(file(other + "-shm"))
    }

    private static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ path: String) {
        for name in names(path) where unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
        rmdir(path)
    }
}
