import State
import Streaming
import Synchronization

/// Which files this process writes, and for whom: one writer a file, whatever paths lead to it.
package final class OutputRegistry: Sendable {
    /// That of the process. The host claims its own files here, too: states, dead letters, reports.
    package static let process = OutputRegistry()

    fileprivate struct Entry {
        let path: [UInt8]
        let owner: String
        let sharing: String?
        /// Known where the file is there: a second name for it (a hard link) is found by it.
        var identity: FileIdentity?
    }

    private struct State {
        var next: UInt64 = 0
        var entries: [UInt64: Entry] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Claims a file until the claim is gone. Devices and pipes can be claimed by many.
    ///
    /// - Parameters:
    ///   - owner: what a conflict is told with: "sink 'archive' of pipeline 'news'".
    ///   - sharing: those that give the same word share the file.
    /// - Throws: ``OutputConflict``.
    package func claim(
        _ path: String, owner: String, sharing: String? = nil
    ) throws(OutputConflict) -> OutputClaim {
        guard case .file(let real) = RealPath.place(of: path) else {
            return OutputClaim(number: nil, registry: self)
        }
        let identity = Files.calls.status(of: path).map(FileIdentity.init)
        let entry = Entry(path: real, owner: owner, sharing: sharing, identity: identity)
        let number = state.withLock { state -> Result<UInt64, OutputConflict> in
            if let other = state.entries.values.first(where: { $0.conflicts(with: entry) }) {
                return .failure(OutputConflict(path: path, owner: owner, other: other.owner))
            }
            state.next += 1
            state.entries[state.next] = entry
            return .success(state.next)
        }
        return OutputClaim(number: try number.get(), registry: self)
    }

    /// Tells which file stands at a claimed path.
    ///
    /// - Throws: ``OutputConflict`` when another claim has it.
    fileprivate func identify(
        _ number: UInt64, as identity: FileIdentity, path: String
    ) throws(OutputConflict) {
        let conflict = state.withLock { state -> OutputConflict? in
            guard var entry = state.entries[number] else { return nil }
            entry.identity = identity
            for (key, other) in state.entries where key != number && other.conflicts(with: entry) {
                return OutputConflict(path: path, owner: entry.owner, other: other.owner)
            }
            state.entries[number] = entry
            return nil
        }
        if let conflict { throw conflict }
    }

    fileprivate func release(_ number: UInt64) { state.withLock { $0.entries[number] = nil } }
}

extension OutputRegistry.Entry {
    fileprivate func conflicts(with other: Self) -> Bool {
        if let sharing, sharing == other.sharing { return false }
        return path == other.path || (identity != nil && identity == other.identity)
    }
}

/// A claim on a file, given back with the object.
package final class OutputClaim: Sendable {
    /// Nil for what needs no claim.
    private let number: UInt64?
    private let registry: OutputRegistry

    fileprivate init(number: UInt64?, registry: OutputRegistry) {
        self.number = number
        self.registry = registry
    }

    deinit { if let number { registry.release(number) } }

    func identify(as identity: FileIdentity, path: String) throws(OutputConflict) {
        if let number { try registry.identify(number, as: identity, path: path) }
    }
}

/// Two that want to write one file.
package struct OutputConflict: PermanentFailure, Equatable, CustomStringConvertible {
    package let path: String
    package let owner: String
    package let other: String

    package var description: String {
        "\(path): \(owner) cannot write it, for \(other) does; name the sink under `sinks:` and refer to it, or give "
            + "one of them another path"
    }
}
