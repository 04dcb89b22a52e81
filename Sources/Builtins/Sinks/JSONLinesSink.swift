import Glibc
import PipelineSpec
package import Records
import State
package import Streaming

/// Appends records to JSON Lines files whose path may change while it runs.
package actor JSONLinesSink: Sink {
    static let component = Component<any Sink>(
        "jsonl", "Appends records to a JSON Lines file.",
        details: """
            At a start the file is cut back to its length at the last checkpoint, so a run that was killed leaves \
            nothing twice.
            """,
        Field<PathTemplate>("path", "Where to write.", example: "history/news-{date}.jsonl")
    ) { context, path in
        let now = context[SurroundingsKey.self].now
        return JSONLinesSink { path.resolved(in: context, at: now()) }
    }

    private let currentPath: @Sendable () -> String
    private var files: [String: AppendableFile] = [:]
    private var position = FilePositions()
    private var journal: (any SinkJournal)?
    private var output = OutputBuffer()

    package nonisolated var blocks: Bool { true }

    /// - Parameter currentPath: the file that records go to now.
    package init(currentPath: @escaping @Sendable () -> String) { self.currentPath = currentPath }

    package func open(_ opening: SinkOpening) throws {
        journal = opening.journal
        position = try opening.position.map(FilePositions.init(position:)) ?? FilePositions()
        for note in opening.notes {
            self.position.lengths.merge(try FilePositions(position: note).lengths) { known, _ in known }
        }
        for (path, length) in self.position.lengths {
            if try !cutBack(path, to: length) { self.position.lengths[path] = nil }
        }
        // A folder that cannot be written is better known now than with the first record.
        let first = currentPath()
        try makeFolders(for: first)
        if access(first, F_OK) == 0, access(first, W_OK) != 0 {
            throw FileError(path: first, doing: "write it")
        }
    }

    package func write(_ records: [Record]) throws -> [Refusal] {
        output.removeAll()
        for record in records {
            output.append(record)
            output.append(UInt8(ascii: "\n"))
        }
        try file().append(output.bytes)
        return []
    }

    package func checkpoint() throws -> SinkPosition? {
        for (path, file) in files {
            try file.synchronize()
            position.lengths[path] = file.length
        }
        let answer = position.stored
        // Files of another day are finished: with this checkpoint nothing can need to be cut off them.
        let current = currentPath()
        for path in files.keys where path != current { files[path] = nil }
        position.lengths = position.lengths.filter { files[$0.key] != nil }
        return answer
    }

    package func close() { files = [:] }

    private func file() throws -> AppendableFile {
        let path = currentPath()
        if let file = files[path] { return file }
        let file = try AppendableFile(path: path)
        if position.lengths[path] == nil {
            try journal?.note(FilePositions(lengths: [path: file.length]).stored)
            position.lengths[path] = file.length
        }
        files[path] = file
        return file
    }
}

/// The lengths of files at a checkpoint.
struct FilePositions {
    var lengths: [String: Int]

    init(lengths: [String: Int] = [:]) { self.lengths = lengths }

    init(position: SinkPosition) throws {
        guard let stored = (try? JSON(parsing: position.json))?["files"]?.object else {
            throw UnreadableAnchor(json: position.json)
        }
        lengths = [:]
        for (path, length) in stored { lengths[path] = length.int.map { Int($0) } }
    }

    var stored: SinkPosition {
        let files = lengths.sorted { $0.key < $1.key }.map { ($0.key, JSON.int(Int64($0.value))) }
        return SinkPosition(json: JSON.object(JSONObject([("files", .object(JSONObject(files)))])).text)
    }
}

extension PathTemplate {
    /// The path at a time, in nanoseconds since 1970.
    fileprivate func resolved(in context: BuildContext, at time: Int64) -> String {
        let time = Timestamp.rfc3339(nanoseconds: time)
        return context.resolve(
            path { placeholder in
                switch placeholder {
                case .date: String(time.prefix(10))
                case .hour: String(time.dropFirst(11).prefix(2))
                case .run: context.run
                case .pipeline: context.pipeline
                }
            })
    }
}
