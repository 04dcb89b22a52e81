import Foundation

/// A folder of its own for one test, removed with the object.
final class Workspace: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("feedspine-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Copies a file or folder of the project into the folder, without what runs of its pipelines have left in it.
    func copy(_ name: String) throws {
        let files = FileManager.default
        try files.copyItem(atPath: "\(Program.root)/\(name)", toPath: "\(path)/\(name)")
        for left in [".feedspine", "history", "public"] where exists("\(name)/\(left)") {
            try files.removeItem(atPath: "\(path)/\(name)/\(left)")
        }
    }

    func write(_ name: String, _ text: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Adds to the end of a file, which is made if there is none.
    func append(_ text: String, to name: String) throws {
        guard let file = FileHandle(forWritingAtPath: "\(path)/\(name)") else { return try write(name, text) }
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")), as: UTF8.self)
    }

    func lines(_ name: String) throws -> [String] { try read(name).split(separator: "\n").map(String.init) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    /// The files in a folder, without hidden ones.
    func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").filter { !$0.hasPrefix(".") }
            .sorted()
    }
}
