import Builtins
import State
import Streaming

/// Where one pipeline keeps its state, and the dead letters beside it.
struct SessionState {
    /// The path that stands for no file at all.
    static let memory = ":memory:"
    private static let folder = ".feedspine"

    /// Whether a state's path stands for a file.
    static func isFile(_ path: String) -> Bool { path != memory }

    private let path: String
    private let pipeline: String

    /// - Parameter path: nil is `.feedspine/<pipeline>.db` in the working directory.
    init(path: String?, pipeline: String) {
        self.path = path ?? "\(SessionState.folder)/\(pipeline).db"
        self.pipeline = pipeline
    }

    func open() throws -> any CheckpointStore {
        path == SessionState.memory ? MemoryStore() : try SQLiteState(path: path, owner: nil)
    }

    /// The file `<pipeline>.dead.jsonl` beside the state.
    var deadLetters: String {
        let folder = path == SessionState.memory ? SessionState.folder : SessionState.folder(of: path)
        return "\(folder)/\(pipeline).dead.jsonl"
    }

    /// An identifier for a run, in the order of time: `20260131T080509250Z`.
    static func runIdentifier() -> String {
        Timestamp.rfc3339(nanoseconds: Timestamp.now()).filter { $0.isLetter || $0.isNumber }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return String(path[..<slash])
    }
}
