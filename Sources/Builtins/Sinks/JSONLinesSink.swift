import Glibc
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

            `{date}` and `{hour}` are of the time of writing, `{date:yyyy/MM}` in another form. Fields decide for each \
            record: `{published:yyyy/MM/dd}` by a time, `{feed.title}` by a text, of which only what can stand in a \
            name is left; `unknown` stands for what a record does not have. Forms are made of `yyyy`, `MM`, `dd`, \
            `HH`, `mm`, `ss`, `DDD` (day of the year), and `YYYY` with `ww` (week).
            """,
        Field<PathTemplate>("path", "Where to write.", example: "history/news-{date}.jsonl", role: .path),
        Field<ZoneName>("zone", default: .utc, "The time zone of dates and hours in the path."),
        Field<Int>(
            "open_files", default: 64,
            "How many files are kept open where fields decide; the one that was written longest ago is closed.",
            .range(1...1000))
    ) { context, path, zone, openFiles in
        let now = context[SurroundingsKey.self].now
        let path = RecordPath(path, in: zone, of: context)
        return JSONLinesSink(
            owner: "sink '\(context.name)' of pipeline '\(context.pipeline)'", pipeline: context.pipeline,
            folder: context.directory,
            placing: path.isOfRecords
                ? .each(openFiles: openFiles) { path.path(of: $0, at: now()) } : .all { path.path(at: now()) }
        )
    }.with(ComponentTraits(files: ["path"]))

    /// Which file records go to.
    package enum Placing: Sendable {
        /// All to one, which may be another later.
        case all(@Sendable () -> String)
        /// Each to its own; so many files at a time are open.
        case each(openFiles: Int, @Sendable (borrowing Record) -> String)
    }

    private let folder: OutputFolder
    private let calls: any FileCalls
    private let placing: Placing

    private var journal: (any SinkJournal)?
    private var lines = LineBuffer()
    private var targets: OutputTargets
    /// Where files were at the last checkpoint.
    private var position = OutputPosition()

    package nonisolated var blocks: Bool { true }

    /// - Parameters:
    ///   - owner: who it is in errors, when two want to write one file.
    ///   - pipeline: whose inputs it must not write. Dead letters may be read again by the pipeline that wrote them.
    ///   - folder: where relative paths start from; empty for the working directory.
    package init(
        owner: String = "the dead letters", pipeline: String = "", folder: String = "",
        calls: any FileCalls = Files.calls, registry: OutputRegistry = .process, placing: Placing
    ) {
        self.folder = OutputFolder(path: folder)
        self.calls = calls
        self.placing = placing
        targets = OutputTargets(folder: self.folder, calls: calls) { path throws(OutputConflict) in
            try registry.claim(path, owner: owner, of: pipeline)
        }
    }

    package func open(_ opening: SinkOpening) throws {
        journal = opening.journal
        do {
            if case .all(let path) = placing { try targets.claim(path()) }
            position = try opening.position.map(OutputPosition.init) ?? OutputPosition()
            let notes = try opening.notes.map(OutputNote.init)
            let recovery = OutputRecovery(
                folder: folder, calls: calls, journal: opening.journal, logger: opening.logger)
            try recovery.takeOut(notes)
            if notes.isEmpty { recovery.compare(position) }
            if case .all(let path) = placing { try prepare(path()) }
        } catch {
            close()
            throw error
        }
    }

    package func write(_ records: [Record]) throws -> [Refusal] {
        if records.isEmpty { return [] }
        switch placing {
        case .all(let path):
            let path = path()
            // The file of another day is written no more.
            targets.leave { $0 != path }
            try append(records, to: path)
            return []
        case .each(let openFiles, let path):
            return try write(records, each: path, openFiles)
        }
    }

    private func append(_ records: [Record], to path: String) throws {
        switch try targets.output(at: path) {
        case .file(let file):
            let stored = StoredFile(path: folder.stored(file.path), identity: file.identity)
            try file.append(lines.fill(records, separator: true)) { event in
                try journal?.note(event, of: stored)
            }
        case .stream(let stream): try stream.write(lines.fill(records))
        }
        targets.used(path)
    }

    /// Writes each record to the file that it names.
    private func write(
        _ records: [Record], each path: (borrowing Record) -> String, _ openFiles: Int
    ) throws -> [Refusal] {
        var refusals: [Refusal] = []
        var isWritten = false
        let groups = grouped(records, by: path)
        for (number, group) in groups.enumerated() {
            do {
                try targets.makeRoom(for: group.path, among: openFiles)
                try append(group.places.map { records[$0] }, to: group.path)
                isWritten = true
            } catch  where isOfThePath(error) {
                // Another record may name a path that can be written.
                targets.remove(group.path)
                refusals += group.places.map { Refusal(index: $0, reason: "\(error)") }
            } catch  where isWritten || !refusals.isEmpty {
                // What is written stays; the rest is tried again.
                let rest = groups[number...].flatMap(\.places)
                refusals += rest.map { Refusal(index: $0, reason: "\(error)", isFinal: false) }
                break
            }
        }
        return refusals.sorted { $0.index < $1.index }
    }

    /// The places of the records of each path, paths and places in the order of the records.
    private func grouped(
        _ records: [Record], by path: (borrowing Record) -> String
    ) -> [(path: String, places: [Int])] {
        var groups: [(path: String, places: [Int])] = []
        var numbers: [String: Int] = [:]
        let span = records.span
        for place in span.indices {
            let path = path(span[place])
            if let number = numbers[path] {
                groups[number].places.append(place)
            } else {
                numbers[path] = groups.count
                groups.append((path, [place]))
            }
        }
        return groups
    }

    /// Whether an error is about the path that a record has named, and no other path or moment.
    private func isOfThePath(_ error: any Error) -> Bool {
        if error is OutputConflict { return true }
        guard let error = error as? FileError else { return false }
        return [ENAMETOOLONG, EISDIR, ENOTDIR, EINVAL, EILSEQ, ELOOP].contains(error.code)
    }

    package func checkpoint() throws -> SinkPosition? {
        let places = try targets.synchronize().filter { $0.end != nil }.map(place)
        if !places.isEmpty { position.places = places }
        let answer = position.stored
        switch placing {
        case .all(let path):
            let path = path()
            // With this checkpoint nothing can need to be taken out of the file of another day.
            targets.forget { $0 != path }
            // When it cannot be made again now, the next record tells.
            if targets.isGone(path) { _ = try? targets.output(at: path) }
            targets.forgetLeft()
        case .each: targets.forgetUnused()
        }
        return answer
    }

    package func close() {
        targets.removeAll()
        journal = nil
    }

    private func place(of file: OutputFile) throws -> OutputPosition.Place {
        OutputPosition.Place(
            file: StoredFile(path: folder.stored(file.path), identity: file.identity), length: file.end ?? 0,
            tail: try file.tail())
    }

    /// A folder that cannot be written, or a file that another process writes, is better known now than with the first
    /// record; but no file is made before there is one.
    private func prepare(_ path: String) throws {
        let absolute = folder.absolute(path)
        guard case .file = RealPath.place(of: absolute, calls) else { return }
        if calls.status(of: absolute) != nil {
            _ = try targets.output(at: path)
            return
        }
        try makeFolders(for: absolute, calls)
        if !calls.isWritable(parent(of: absolute)) { throw FileError(path: absolute, doing: "make it") }
    }
}
