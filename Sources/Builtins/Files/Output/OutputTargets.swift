import Logging
import State
import Streaming

/// The files that a sink writes at the same time, by path: each claimed before it is opened, and opened again where another
/// has taken its place.
struct OutputTargets {
    enum Output {
        case file(OutputFile)
        case stream(StreamOutput)
    }

    private struct Target {
        let claim: OutputClaim
        var output: Output?
        /// The larger the later.
        var lastUse: UInt64 = 0
        /// Whether something was written since the last checkpoint.
        var isInUse = false

        var file: OutputFile? { if case .file(let file)? = output { file } else { nil } }
        /// Such a file is not let go of: its next write takes them out.
        var hasLeftovers: Bool { file?.hasLeftovers == true }
    }

    private let folder: OutputFolder
    private let form: OutputForm
    private let calls: any FileCalls
    private let newClaim: @Sendable (_ path: String) throws(OutputConflict) -> OutputClaim
    private var targets: [String: Target] = [:]
    /// Counts the uses.
    private var uses: UInt64 = 0
    /// What was written since the last checkpoint and is not any more: other names, files that were renamed.
    private var left: [OutputFile] = []
    /// Is told what is going to stand where.
    var journal: (any SinkJournal)?
    var logger: Logger?
    /// When files get other names; nil for never.
    private(set) var rotation: FileRotation?
    /// Whether it has been said that a file cannot be rotated.
    private var hasSaidUnrotated = false
    /// When files were written last that an earlier run had open; seconds since 1970.
    private var earlierWrites: [FileIdentity: Int64] = [:]

    init(
        folder: OutputFolder, form: OutputForm, rotation: FileRotation?, calls: any FileCalls,
        claim: @escaping @Sendable (_ path: String) throws(OutputConflict) -> OutputClaim
    ) {
        self.folder = folder
        self.form = form
        self.rotation = rotation
        self.calls = calls
        newClaim = claim
    }

    /// Sees to it that nobody else writes a file.
    mutating func claim(_ path: String) throws(OutputConflict) { _ = try target(path) }

    private mutating func target(_ path: String) throws(OutputConflict) -> Target {
        if let target = targets[path] { return target }
        let target = Target(claim: try newClaim(folder.absolute(path)))
        targets[path] = target
        return target
    }

    /// What the next record of a path goes to: another file where that is full.
    mutating func next(at path: String) throws -> Output {
        let output = try output(at: path)
        guard case .file(let file) = output, var rotation, try rotation.isDue(file) else { return output }
        do {
            try rotation.rotate(file, in: folder, calls)
            self.rotation = rotation
        } catch let error as FileError {
            // It goes on as it is; another checkpoint, another try.
            if !hasSaidUnrotated { logger?.warning("\(error); it is appended to") }
            hasSaidUnrotated = true
            return output
        }
        return try self.output(at: path)
    }

    /// What is to be written at a path, opened if it is another than before.
    mutating func output(at path: String) throws -> Output {
        let target = try target(path)
        if let output = target.output, target.file?.isCurrent != false { return output }
        let absolute = folder.absolute(path)
        let output: Output =
            switch RealPath.place(of: absolute, calls) {
            case .stream(let isInherited): .stream(try stream(absolute, isInherited: isInherited))
            case .file: .file(try file(absolute, target.claim))
            }
        if let former = target.file { left.append(former) }
        targets[path]?.output = output
        return output
    }

    /// Takes up what is known of files from before.
    mutating func restore(_ position: OutputPosition, _ notes: [OutputNote]) {
        rotation?.restore(position.rotated, notes)
        for place in position.places { earlierWrites[place.file.identity] = place.lastWrite }
    }

    /// The files that were rotated and are kept, of which the oldest go where they are too many.
    mutating func pruned() -> [RotatedFile] {
        guard var rotation else { return [] }
        rotation.prune(in: folder, calls, logger)
        self.rotation = rotation
        return rotation.rotated
    }

    private func file(_ path: String, _ claim: OutputClaim) throws -> OutputFile {
        let file = try OutputFile(
            path: path, stored: folder.stored(path), claim: claim, form: form, journal: journal, calls: calls)
        file.lastWrite = try earlierWrites[file.stored.identity] ?? file.lastChange()
        return file
    }

    private func stream(_ path: String, isInherited: Bool) throws -> StreamOutput {
        guard form.compression == .none else {
            throw CompressedStream(path: path, format: form.compression)
        }
        return try StreamOutput(path: path, isInherited: isInherited, calls: calls)
    }

    /// Something has been written there.
    mutating func used(_ path: String) {
        uses += 1
        targets[path]?.lastUse = uses
        targets[path]?.isInUse = true
        if let rotation { targets[path]?.file?.lastWrite = rotation.seconds }
    }

    /// Whether another file, or none, has taken the place of one that is written.
    func isGone(_ path: String) -> Bool { targets[path]?.file?.isCurrent == false }

    /// Closes files that were written longest ago, so that a path has one of so many places.
    mutating func makeRoom(for path: String, among count: Int) throws {
        if targets[path] != nil { return }
        while targets.count >= count {
            let closable = targets.filter { !$0.value.hasLeftovers }
            guard let oldest = closable.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
            try oldest.value.file?.synchronize()
            targets[oldest.key] = nil
        }
    }

    /// Lets go of some; what was written to them is synced with the next checkpoint.
    mutating func leave(_ isOver: (String) -> Bool) {
        left += targets.filter { isOver($0.key) }.values.compactMap(\.file)
        forget(isOver)
    }

    /// Makes what was written durable.
    ///
    /// - Returns: the files that are still written.
    mutating func synchronize() throws -> [OutputFile] {
        for file in left { try file.synchronize() }
        left = []
        let files = targets.values.compactMap(\.file)
        for file in files { try file.synchronize() }
        return files
    }

    /// Lets go of what has been synced.
    mutating func forget(_ isOver: (String) -> Bool) { targets = targets.filter { !isOver($0.key) } }

    /// Lets go of what has been synced and was not written since the last time.
    mutating func forgetUnused() {
        targets = targets.filter { $0.value.isInUse || $0.value.hasLeftovers }
        for path in targets.keys { targets[path]?.isInUse = false }
    }

    /// What is written no more has been synced.
    mutating func forgetLeft() { left = [] }

    /// Lets go of a path that cannot be written; what went to a file that stood there stays its own.
    mutating func remove(_ path: String) { leave { $0 == path } }

    mutating func removeAll() {
        targets = [:]
        left = []
        earlierWrites = [:]
        journal = nil
    }
}
