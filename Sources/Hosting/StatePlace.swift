import Builtins
import Logging
import State
import Streaming

/// Where one pipeline keeps its state, and the dead letters beside it.
package struct StatePlace: Sendable {
    /// The path that stands for no file at all.
    package static let memory = ":memory:"
    /// The folder for states, beside the spec.
    private static let folder = ".feedspine"

    /// The state file; nil for none.
    package let path: String?
    /// The file `<pipeline>.dead.jsonl` beside the state.
    package var deadLetters: String { "\(deadLetterFolder)/\(deadLetterName)" }
    let deadLetterFolder: String
    let deadLetterName: String

    /// - Parameters:
    ///   - chosen: the state file, or `:memory:`; nil is `.feedspine/<pipeline>.db` beside the spec.
    package init(_ chosen: String?, pipeline: String, file: SpecFile) {
        let home =
            file.folder.hasSuffix("/")
            ? file.folder + StatePlace.folder : "\(file.folder)/\(StatePlace.folder)"
        path = chosen == StatePlace.memory ? nil : chosen ?? "\(home)/\(pipeline).db"
        let folder = path.map { path in path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." } ?? home
        deadLetterFolder = folder.isEmpty ? "/" : folder
        deadLetterName = "\(pipeline).dead.jsonl"
    }

    func deadLetterFile() -> any Sink {
        FileSink(folder: deadLetterFolder, placing: .all { [deadLetterName] in deadLetterName })
    }

    var hasDeadLetters: Bool { Files.calls.status(of: deadLetters) != nil }

    func deadLetterRemoval() throws -> LineRemoval {
        try LineRemoval(
            folder: deadLetterFolder, name: deadLetterName,
            owner: "who takes dead letters out of their file")
    }

    /// Finishes taking letters out of their file, where a process died between deciding that and doing it.
    ///
    /// - Parameter position: of the dead letters, in the state.
    @Sendable func finishRemoval(_ position: SinkPosition) throws {
        if LineRemoval.isPending(folder: deadLetterFolder, name: deadLetterName) {
            try deadLetterRemoval().finish(position)
        }
    }

    /// The state for a run, which alone may use it.
    ///
    /// - Throws: `StateError`.
    func open(for owner: StateOwner, _ logger: Logger) throws -> any CheckpointStore {
        guard let path else { return MemoryStore() }
        let state = try SQLiteState(path: path, owner: owner)
        if let former = state.movedFrom {
            logger.notice("the spec has been moved or renamed: it was \(former) when the state was last used")
        }
        return state
    }

    /// What the state holds now, to be run over and thrown away; nil where there is no state yet.
    ///
    /// - Throws: `StateError`, `FileError`.
    func copy(for owner: StateOwner) throws -> StateCopy? {
        guard let path, try view(for: owner) != nil else { return nil }
        return try StateCopy(of: path)
    }

    /// What the state says; nil where there is none yet.
    ///
    /// - Throws: `StateError`, also where the state belongs to another pipeline.
    func view(for owner: StateOwner) throws -> StateView? {
        guard let path, let view = try StateView(path: path) else { return nil }
        try view.check(owner, path: path)
        return view
    }
}

extension SpecFile {
    func owner(_ pipeline: String) -> StateOwner {
        let name =
            path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.index(after: $0)...] } ?? path[...]
        return StateOwner(pipeline: pipeline, spec: folder == "/" ? "/\(name)" : "\(folder)/\(name)")
    }
}
