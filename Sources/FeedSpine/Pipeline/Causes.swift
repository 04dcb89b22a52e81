internal import Synchronization

/// What closures and adapters have thrown, by the name of their part: the engine passes on words.
final class Causes: Sendable {
    private let errors = Mutex<[String: any Error]>([:])

    func first(in part: String) -> (any Error)? { errors.withLock { $0[part] } }

    func forget() { errors.withLock { $0 = [:] } }

    func note(_ error: any Error, in part: String) {
        errors.withLock { if $0[part] == nil { $0[part] = error } }
    }
}
