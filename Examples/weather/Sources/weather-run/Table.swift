import FeedSpine
import FeedSpineRunner
import Foundation

/// A sink: a text file with columns.
///
/// Its position is the file's length. Lines that were written after the last checkpoint of a run that died stand behind
/// it; they are cut off before the records come again, so that no line is there twice.
actor Table: RecordSink {
    static let component = Component.sink(
        "table", "Writes records to a text file, in columns.",
        Field<String>("path", "The file.", .notEmpty, example: "out/weather.txt", role: .path),
        Field<[String]>("columns", "The fields that become columns.", .notEmpty, example: "[time, station]"),
        Field<Int>("width", default: 20, "Characters of a column.", .range(1...200))
    ) { context, path, columns, width in
        Table(path: context.path(path), columns: columns, width: width)
    }

    private let path: String
    private let columns: [String]
    private let width: Int
    private var file: FileHandle?

    init(path: String, columns: [String], width: Int) {
        self.path = path
        self.columns = columns
        self.width = width
    }

    func open(at position: String?) throws {
        let folder = URL(filePath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(filePath: path))
        }
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.truncate(atOffset: position.flatMap { UInt64($0) } ?? 0)
        try file.seekToEnd()
        self.file = file
    }

    func write(_ records: [Record]) throws -> [Refusal] {
        var refusals: [Refusal] = []
        var text = ""
        for (place, record) in records.enumerated() {
            if let missing = columns.first(where: { !record[$0].exists }) {
                refusals.append(Refusal(of: place, because: "there is no '\(missing)'"))
                continue
            }
            let cells = columns.map { record[$0].string ?? record[$0].double.map { "\($0)" } ?? "" }
            text +=
                cells.map { $0.padding(toLength: max(width, $0.count), withPad: " ", startingAt: 0) }
                .joined(separator: " ") + "\n"
        }
        try file?.write(contentsOf: Data(text.utf8))
        return refusals
    }

    func flush() throws -> String? {
        try file?.synchronize()
        return try file.map { "\(try $0.offset())" }
    }

    func close() { try? file?.close() }
}
