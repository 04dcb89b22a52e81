import Glibc
import Notation
import PipelineSpec
package import Records
package import State
package import Streaming

/// Appends records to JSON Lines files whose path may change while it runs.
package actor JSONLinesSink: Sink {
    static let component = Component<any Sink>(
        "jsonl", "Appends records to a JSON Lines file.",
        details: """
            What a run that was killed wrote after its last checkpoint is taken out at the next start, so nothing \
            stands there twice. Nothing else is: lines of others stay, wherever they stand. A file that is renamed or \
            removed meanwhile is made again, and one process at a time writes it. Devices and pipes are written as \
            they are.
            """,
        Field<PathTemplate>("path", "Where to write.", example: "history/news-{date}.jsonl", role: .path)
    ) { context, path in
        let now = context[SurroundingsKey.self].now
        return JSONLinesSink(
            owner: "sink '\(context.name)' of pipeline '\(context.pipeline)'", pipeline: context.pipeline,
            folder: context.directory
        ) { path.filled(in: context, at: now()) }
    }.with(ComponentTraits(files: ["path"]))

    private let owner: String
    private let pipeline: String
    private let folder: OutputFolder
    private let calls: any FileCalls
    private let registry: OutputRegistry
    private let currentPath: @Sendable () -> String

    private var journal: (any SinkJournal)?
    private var lines = LineBuffer()
    /// What is written now.
    private var target: (path: String, output: Output)?
    private var claim: (path: String, claim: OutputClaim)?
    /// What was written since the last checkpoint and is not any more: other names, files that were renamed.
    private var left: [OutputFile] = []
    /// Where files were at the last checkpoint.
    private var position = OutputPosition()

    private enum Output {
        case file(OutputFile)
        case stream(StreamOutput)
    }

    package nonisolated var blocks: Bool { true }

    /// - Parameters:
    ///   - owner: who it is in errors, when two want to write one file.
    ///   - pipeline: whose inputs it must not write. Dead letters may be read again by the pipeline that wrote them.
    ///   - folder: where relative paths start from; empty for the working directory.
    ///   - currentPath: the file that records go to now.
    package init(
        owner: String = "the dead letters", pipeline: String = "", folder: String = "",
        calls: any FileCalls = Files.calls,
        registry: OutputRegistry = .process, currentPath: @escaping @Sendable () -> String
    ) {
        self.owner = owner
        self.pipeline = pipeline
        self.folder = OutputFolder(path: folder)
        self.calls = calls
        self.registry = registry
        self.currentPath = currentPath
    }

    package func open(_ opening: SinkOpening) throws {
        journal = opening.journal
        do {
            let path = currentPath()
            let absolute = folder.absolute(path)
            claim = (path, try registry.claim(absolute, owner: owner, of: pipeline))
            position = try opening.position.map(OutputPosition.init) ?? OutputPosition()
            let notes = try opening.notes.map(OutputNote.init)
            let recovery = OutputRecovery(
                folder: folder, calls: calls, journal: opening.journal, logger: opening.logger)
            try recovery.takeOut(notes)
            if notes.isEmpty { recovery.compare(position) }
            try prepare(path, absolute)
        } catch {
            close()
            throw error
        }
    }

    package func write(_ records: [Record]) throws -> [Refusal] {
        if records.isEmpty { return [] }
        switch try output() {
        case .file(let file):
            let stored = StoredFile(path: folder.stored(file.path), identity: file.identity)
            try file.append(lines.fill(records, separator: true)) { event in
                try journal?.note(event, of: stored)
            }
        case .stream(let stream): try stream.write(lines.fill(records))
        }
        return []
    }

    package func checkpoint() throws -> SinkPosition? {
        for file in left { try file.synchronize() }
        left = []
        guard case (let path, .file(let file))? = target else { return position.stored }
        try file.synchronize()
        if file.end != nil { position.places = [try place(of: file)] }
        let answer = position.stored
        if path != currentPath() {
            // The file of another day is finished: with this checkpoint nothing can need to be taken out of it.
            target = nil
            claim = nil
        } else if !file.isCurrent {
            // When it cannot be made again now, the next record tells.
            _ = try? output()
            left = []
        }
        return answer
    }

    package func close() {
        target = nil
        left = []
        claim = nil
        journal = nil
    }

    private func place(of file: OutputFile) throws -> OutputPosition.Place {
        OutputPosition.Place(
            file: StoredFile(path: folder.stored(file.path), identity: file.identity), length: file.end ?? 0,
            tail: try file.tail())
    }

    /// A folder that cannot be written, or a file that another process writes, is better known now than with the first
    /// record; but no file is made before there is one.
    private func prepare(_ path: String, _ absolute: String) throws {
        guard case .file = RealPath.place(of: absolute, calls) else { return }
        if calls.status(of: absolute) != nil {
            _ = try output()
            return
        }
        try makeFolders(for: absolute, calls)
        if !calls.isWritable(parent(of: absolute)) { throw FileError(path: absolute, doing: "make it") }
    }

    /// What is to be written now, opened if it is another than before.
    private func output() throws -> Output {
        let path = currentPath()
        if let target, target.path == path {
            guard case .file(let file) = target.output, !file.isCurrent else { return target.output }
        }
        let absolute = folder.absolute(path)
        if claim?.path != path {
            claim = nil
            claim = (path, try registry.claim(absolute, owner: owner, of: pipeline))
        }
        guard let claim else { preconditionFailure("a path is claimed before it is opened") }
        let output: Output =
            switch RealPath.place(of: absolute, calls) {
            case .stream(let isInherited):
                .stream(try StreamOutput(path: absolute, isInherited: isInherited, calls: calls))
            case .file: .file(try OutputFile(path: absolute, claim: claim.claim, calls: calls))
            }
        if case .file(let former)? = target?.output { left.append(former) }
        target = (path, output)
        return output
    }
}

extension PathTemplate {
    /// The path at a time, in nanoseconds since 1970, as it is written: relative ones start from the spec's folder.
    fileprivate func filled(in context: BuildContext, at time: Int64) -> String {
        let time = WallClock.rfc3339(nanoseconds: time)
        return path { placeholder in
            switch placeholder {
            case .date: String(time.prefix(10))
            case .hour: String(time.dropFirst(11).prefix(2))
            case .run: context.run
            case .pipeline: context.pipeline
            }
        }
    }
}
