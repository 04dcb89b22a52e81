import Diagnostics
import Foundation

/// The files under `Fixtures`.
enum Fixtures {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Fixtures")

    /// The paths of a folder's YAML files relative to `Fixtures`, sorted.
    static func specs(_ folder: String) -> [String] {
        let url = directory.appending(path: folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path())) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
    }

    static func url(_ path: String) -> URL { directory.appending(path: path) }

    /// A fixture under its file name, so that expected outputs do not depend on where the project lies.
    static func source(_ path: String) throws -> SourceText {
        let url = url(path)
        return SourceText(name: url.lastPathComponent, bytes: Array(try Data(contentsOf: url)))
    }

    /// Whether expected outputs are to be written instead of compared.
    static let updates = ProcessInfo.processInfo.environment["UPDATE_EXPECTED"] == "1"
}
