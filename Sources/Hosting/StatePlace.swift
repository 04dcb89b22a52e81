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
    package let deadLetters: String

    /// - Parameters:
    ///   - chosen: the state file, or `:memory:`; nil is `.feedspine/<pipeline>.db` beside the spec.
    package init(_ chosen: String?, pipeline: String, file: SpecFile) {
        let home =
            file.folder.hasSuffix("/")
            ? file.folder + StatePlace.folder : "\(file.folder)/\(StatePlace.folder)"
        path = chosen == StatePlace.memory ? nil : chosen ?? "\(home)/\(pipeline).db"
        let folder = path.map { path in path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." } ?? home
        deadLetters = "\(folder)/\(pipeline).dead.jsonl"
    }

    /// The state for a run, which alone may use it.
    ///
    /// - Throws: `StateError`, `FileError`.
    func open(_ spec: SpecFile, pipeline: String) throws -> any CheckpointStore {
        guard let path else { return MemoryStore() }
        let owner = spec.path == "-" ? nil : StateOwner(pipeline: pipeline, spec: spec.path)
        return try SQLiteState(path: path, owner: owner)
    }

    /// What the state holds now, to be looked at and thrown away; nil where there is no state yet.
    ///
    /// - Throws: `StateError`, `FileError`.
    func copy() throws -> StateCopy? { try path.flatMap { try StateCopy(of: $0) } }
}
