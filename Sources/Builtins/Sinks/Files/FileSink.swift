import Glibc
import PipelineSpec
package import Records
package import State
package import Streaming

/// Appends the texts of records to files whose path may change while it runs.
package actor FileSink: Sink {
    /// A line of JSON for each record.
    static let jsonLines = SinkComponent(
        "jsonl", "Appends records to a JSON Lines file.", details: FileOptions.details,
        FileOptions.path(example: "history/news-{date}.jsonl"), FileOptions.zone, FileOptions.openFiles,
        FileOptions.compression, FileOptions.rotate
    ) { context, path, zone, openFiles, compression, rotation in
        FileOptions(
            path: path, zone: zone, openFiles: openFiles, compression: compression, rotation: rotation
        )

        .sink(of: context, writing: JSONLinesText())
    }
    .depending(on: FileOptions.isNamedByCompression)
    .with(FileOptions.traits)

    /// Which file records go to.
    package enum Placing: Sendable {
        /// All to one, which may be another later.
        case all(@Sendable () -> String)
        /// Each to its own; so many files at a time are open.
        case each(openFiles: Int, @Sendable (borrowing Record) -> String)
    }

    private let folder: OutputFolder
    private let calls: any FileCalls
    private let text: any RecordText
    private let placing: Placing

    private var buffer = TextBuffer()
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
        self.init(
            owner: owner, pipeline: pipeline, folder: folder, calls: calls, registry: registry,
            text: JSONLinesText(), placing: placing)
    }

    /// - Parameters:
    ///   - text: how records stand in the files.
    ///   - form: what else is to be known of the files.
    ///   - rotation: when they get other names.
    init(
        owner: String, pipeline: String = "", folder: String = "", calls: any FileCalls = Files.calls,
        registry: OutputRegistry = .process, text: any RecordText, form: OutputForm = OutputForm(),
        rotation: FileRotation? = nil, placing: Placing
    ) {
        self.folder = OutputFolder(path: folder)
        self.calls = calls
        self.text = text
        self.placing = placing
        targets = OutputTargets(
            folder: self.folder, form: form, rotation: rotation, calls: calls
        ) { path throws(OutputConflict) in
            try registry.claim(path, owner: owner, of: pipeline)
        }
    }

    package func open(_ opening: SinkOpening) throws {
        targets.journal = opening.journal
        do {
            if case .all(let path) = placing { try targets.claim(path()) }
            position = try opening.position.map(OutputPosition.init) ?? OutputPosition()
            targets.logger = opening.logger
            let notes = try opening.notes.map(OutputNote.init)
            let recovery = OutputRecovery(
                folder: folder, calls: calls, journal: opening.journal, logger: opening.logger)
            try recovery.takeOut(notes)
            targets.restore(position, notes)
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
            return try append(records, to: path)
        case .each(let openFiles, let path):
            return try write(records, each: path, openFiles)
        }
    }

    private func append(_ records: [Record], to path: String) throws -> [Refusal] {
        let output = try targets.next(at: path)
        let refusals: [Refusal]
        switch output {
        case .file(let file):
            refusals = buffer.fill(records, as: text, separator: true)
            if refusals.count < records.count { try file.append(buffer.bytes) }
        case .stream(let stream):
            refusals = buffer.fill(records, as: text)
            if refusals.count < records.count { try stream.write(buffer.bytes) }
        }
        targets.used(path)
        return refusals
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
                refusals += try append(group.places.map { records[$0] }, to: group.path).map {
                    Refusal(index: group.places[$0.index], reason: $0.reason)
                }
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
        if error is OutputConflict || error is OtherContent { return true }
        guard let error = error as? FileError else { return false }
        return [ENAMETOOLONG, EISDIR, ENOTDIR, EINVAL, EILSEQ, ELOOP].contains(error.code)
    }

    package func checkpoint() throws -> SinkPosition? {
        let places = try targets.synchronize().filter { $0.end != nil }.map(place)
        if !places.isEmpty { position.places = places }
        position.rotated = targets.pruned()
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
    }

    private func place(of file: OutputFile) throws -> OutputPosition.Place {
        OutputPosition.Place(
            file: file.stored, length: file.end ?? 0, tail: try file.tail(),
            lastWrite: targets.rotation?.rule.every.map { _ in file.lastWrite })
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
