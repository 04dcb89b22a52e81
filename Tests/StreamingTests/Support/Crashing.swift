import Records
import Streaming
import Synchronization

/// Ends a simulated process at one of its effects on the world; from then on it has none.
final class Crash: Sendable {
    private let left: Mutex<Int?>

    /// - Parameter after: the effects that still succeed; nil never crashes.
    init(after: Int?) { left = Mutex(after) }

    /// Something is about to have an effect.
    func step() throws {
        try left.withLock { left in
            guard let count = left else { return }
            if count == 0 { throw Broken("the process is dead") }
            left = count - 1
        }
    }
}

/// What outlives a simulated process.
final class World: Sendable {
    let store = MemoryStore(hashKey: SipHashKey(1, 2), isDurable: true)
    let early = Output()
    let late = Output()
    let dead = Output()
    let files = RollingSink.Files()
}

/// A sink that may die in the middle of a write.
struct CrashingSink: Sink {
    let output: Output
    let crash: Crash

    func open(_ opening: SinkOpening) async throws {
        output.cutBack(to: opening.position.flatMap { Int($0.json) } ?? 0)
    }

    func write(_ records: [Record]) async throws -> [Refusal] {
        try crash.step()
        let texts = records.map(Items.text)
        output.append(Array(texts.prefix(texts.count / 2)))
        try crash.step()
        output.cutBack(to: output.count - 1)
        output.append(texts)
        return []
    }

    func checkpoint() async throws -> SinkPosition? {
        try crash.step()
        return SinkPosition(json: "\(output.count)")
    }

    func close() async {}
}

/// A store whose process may die before a transaction or just after it.
struct CrashingStore: CheckpointStore {
    let store: MemoryStore
    let crash: Crash

    var hashKey: SipHashKey { store.hashKey }
    var calls: any CallStore { store.calls }
    var isDurable: Bool { store.isDurable }

    func restore() throws -> RestoredState { store.restore() }

    func commit(_ checkpoint: Checkpoint) throws {
        try crash.step()
        store.commit(checkpoint)
        try crash.step()
    }

    func note(_ position: SinkPosition, sink: String) throws -> UInt64 {
        try crash.step()
        let number = store.note(position, sink: sink)
        try crash.step()
        return number
    }

    func syncNotes() throws { try crash.step() }

    func lastSeen(_ keys: [DedupKey]) throws -> [DedupKey.Seen?] {
        try crash.step()
        return store.lastSeen(keys)
    }

    func stories(similarTo queries: [StoryQuery]) throws -> [[StorySketch]] {
        try crash.step()
        return store.stories(similarTo: queries)
    }

    func forget(before cutoff: Int64, limit: Int) throws -> Int { store.forget(before: cutoff, limit: limit) }
}
