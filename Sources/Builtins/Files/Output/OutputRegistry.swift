import State
import Streaming
import Synchronization

/// Which files this process writes, and for whom: one writer a file, whatever paths lead to it; and which ones none of
/// its writers may touch.
package final class OutputRegistry: Sendable {
    /// That of the process. The host claims its own files here, too: states, inputs, dead letters, reports.
    package static let process = OutputRegistry()

    fileprivate struct Entry {
        let path: [UInt8]
        let owner: String
        let use: Use
        /// Nil concerns all pipelines.
        let pipeline: String?
        let sharing: String?
        /// Known where the file is there: a second name for it (a hard link) is found by it.
        var identity: FileIdentity?
    }

    /// What becomes of a file that is claimed.
    fileprivate enum Use {
        case written
        /// Nobody may write it, at the path as it is given; what stands there may change.
        case kept(path: String)
    }

    private let state = Mutex(State())

    package init() {}

    /// Claims a file until the claim is gone. Devices and pipes can be claimed by many.
    ///
    /// - Parameters:
    ///   - owner: what a conflict is told with: "sink 'archive' of pipeline 'news'".
    ///   - pipeline: whose inputs it may not be; nil is those of all.
    ///   - sharing: those that give the same word share the file.
    /// - Throws: ``OutputConflict``.
    package func claim(
        _ path: String, owner: String, of pipeline: String?, sharing: String? = nil
    ) throws(OutputConflict) -> OutputClaim {
        try enter(path, .written, owner, pipeline, sharing)
    }

    /// Sees to it that nobody writes a file until the claim is gone.
    ///
    /// - Parameters:
    ///   - what: "an input of pipeline 'news'".
    ///   - pipeline: whose sinks must not write it; nil is those of all.
    /// - Throws: ``OutputConflict`` where somebody does.
    package func keep(_ path: String, as what: String, of pipeline: String?) throws(OutputConflict)
        -> OutputClaim
    {
        try enter(path, .kept(path: path), what, pipeline, nil)
    }

    private func enter(
        _ path: String, _ use: Use, _ owner: String, _ pipeline: String?, _ sharing: String?
    ) throws(OutputConflict) -> OutputClaim {
        guard case .file(let real) = RealPath.place(of: path) else {
            return OutputClaim(number: nil, registry: self)
        }
        let identity = Files.calls.status(of: path).map(FileIdentity.init)
        let entry = Entry(
            path: real, owner: owner, use: use, pipeline: pipeline, sharing: sharing, identity: identity)
        let number = state.withLock { state -> Result<UInt64, OutputConflict> in
            if let other = state.conflict(of: entry) { return .failure(OutputConflict(path, entry, other)) }
            return .success(state.add(entry))
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
            if let other = state.conflict(of: entry, but: number) {
                return OutputConflict(path, entry, other)
            }
            state.remove(number)
            state.put(entry, number)
            return nil
        }
        if let conflict { throw conflict }
    }

    fileprivate func release(_ number: UInt64) { state.withLock { $0.remove(number) } }
}

extension OutputRegistry {
    /// The claims, with those on files that are written found by path and by identity: pipelines can have thousands.
    private struct State {
        private(set) var entries: [UInt64: Entry] = [:]
        private var next: UInt64 = 0
        private var byPath: [[UInt8]: Set<UInt64>] = [:]
        private var byIdentity: [FileIdentity: Set<UInt64>] = [:]
        /// Those on files that nobody may write. Which file stands there is looked at each time.
        private var kept: Set<UInt64> = []

        mutating func add(_ entry: Entry) -> UInt64 {
            next += 1
            put(entry, next)
            return next
        }

        mutating func put(_ entry: Entry, _ number: UInt64) {
            entries[number] = entry
            byPath[entry.path, default: []].insert(number)
            if !entry.isWritten {
                kept.insert(number)
            } else if let identity = entry.identity {
                byIdentity[identity, default: []].insert(number)
            }
        }

        mutating func remove(_ number: UInt64) {
            guard let entry = entries.removeValue(forKey: number) else { return }
            kept.remove(number)
            byPath.take(number, from: entry.path)
            if let identity = entry.identity { byIdentity.take(number, from: identity) }
        }

        /// The oldest claim that an entry cannot stand beside.
        func conflict(of entry: Entry, but own: UInt64? = nil) -> Entry? {
            var candidates = byPath[entry.path] ?? []
            if let identity = entry.identity { candidates.formUnion(byIdentity[identity] ?? []) }
            if entry.isWritten { candidates.formUnion(kept) }
            if let own { candidates.remove(own) }
            return candidates.sorted().lazy.compactMap { entries[$0] }.first { $0.conflicts(with: entry) }
        }
    }
}

extension Dictionary where Value == Set<UInt64> {
    /// Takes a number from those of a key; the key goes with its last.
    fileprivate mutating func take(_ number: UInt64, from key: Key) {
        self[key]?.remove(number)
        if self[key]?.isEmpty == true { self[key] = nil }
    }
}

extension OutputRegistry.Entry {
    fileprivate func conflicts(with other: Self) -> Bool {
        if let sharing, sharing == other.sharing { return false }
        switch (isWritten, other.isWritten) {
        case (true, true): break
        case (false, false): return false
        default: if let pipeline, let one = other.pipeline, one != pipeline { return false }
        }
        if path == other.path { return true }
        guard let identity = identityNow else { return false }
        return identity == other.identityNow
    }

    var isWritten: Bool { if case .written = use { true } else { false } }

    private var identityNow: FileIdentity? {
        switch use {
        case .written: identity
        // Whoever rotates it is not known to the registry, and what is made next may get its inode.
        case .kept(let path): FileIdentity(at: path)
        }
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

/// Somebody wants to write a file that another writes, or that is something else.
package struct OutputConflict: PermanentFailure, Equatable, CustomStringConvertible {
    package let path: String
    package let owner: String
    package let other: String
    /// Whether the other writes it; else it says what the file is.
    package let isWritten: Bool

    package var description: String {
        isWritten
            ? "\(path): \(owner) cannot write it, for \(other) does; name the sink under `sinks:` and refer to it, "
                + "or give one of them another path"
            : "\(path): \(owner) cannot write it, for it is \(other); write to another file"
    }
}

extension OutputConflict {
    fileprivate init(_ path: String, _ entry: OutputRegistry.Entry, _ other: OutputRegistry.Entry) {
        let (writer, rest) = entry.isWritten ? (entry, other) : (other, entry)
        self.init(path: path, owner: writer.owner, other: rest.owner, isWritten: rest.isWritten)
    }
}
