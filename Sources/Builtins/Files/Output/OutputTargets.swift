import State

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
    private let calls: any FileCalls
    private let newClaim: @Sendable (_ path: String) throws(OutputConflict) -> OutputClaim
    private var targets: [String: Target] = [:]
    /// Counts the uses.
    private var uses: UInt64 = 0
    /// What was written since the last checkpoint and is not any more: other names, files that were renamed.
    private var left: [OutputFile] = []

    init(
        folder: OutputFolder, calls: any FileCalls,
        claim: @escaping @Sendable (_ path: String) throws(OutputConflict) -> OutputClaim
    ) {
        self.folder = folder
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

    /// What is to be written at a path, opened if it is another than before.
    mutating func output(at path: String) throws -> Output {
        let target = try target(path)
        if let output = target.output, target.file?.isCurrent != false { return output }
        let absolute = folder.absolute(path)
        let output: Output =
            switch RealPath.place(of: absolute, calls) {
            case .stream(let isInherited):
                .stream(try StreamOutput(path: absolute, isInherited: isInherited, calls: calls))
            case .file: .file(try OutputFile(path: absolute, claim: target.claim, calls: calls))
            }
        if let former = target.file { left.append(former) }
        targets[path]?.output = output
        return output
    }

    /// Something has been written there.
    mutating func used(_ path: String) {
        uses += 1
        targets[path]?.lastUse = uses
        targets[path]?.isInUse = true
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

    mutating func remove(_ path: String) { targets[path] = nil }

    mutating func removeAll() {
        targets = [:]
        left = []
    }
}
