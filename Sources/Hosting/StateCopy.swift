import Glibc
import State
import Streaming

/// A copy of a state as it is at this moment, for those that must neither change nor lock it. It is gone with the object.
final class StateCopy: Sendable {
    let store: any CheckpointStore
    private let folder: String

    /// Nil where there is no state yet.
    init?(of path: String) throws {
        folder = try StateCopy.makeFolder()
        let copy = "\(folder)/state.db"
        do {
            guard try StateView.copy(path, to: copy) else {
                StateCopy.remove(folder)
                return nil
            }
            store = try SQLiteState(path: copy, owner: nil)
        } catch {
            StateCopy.remove(folder)
            throw error
        }
    }

    deinit { StateCopy.remove(folder) }

    /// A folder that only this user can look into.
    private static func makeFolder() throws(FileError) -> String {
        let parents = [getenv("TMPDIR").map { String(cString: $0) } ?? "", "/tmp", "/dev/shm"]
        for parent in parents where !parent.isEmpty {
            var template = Array("\(parent)/feedspine-XXXXXX".utf8CString)
            if mkdtemp(&template) != nil {
                return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        }
        throw FileError(path: parents[1], doing: "make a folder for a copy of the state")
    }

    private static func remove(_ folder: String) {
        guard let entries = opendir(folder) else { return }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink("\(folder)/\(name)") }
        }
        closedir(entries)
        rmdir(folder)
    }
}
