import Synchronization

@testable import Streaming

/// A store in memory that calls back when it has been asked for keys.
final class HookedStore: CheckpointStore {
    private let memory = MemoryStore()
    private let hook = Mutex<(@Sendable () -> Void)?>(nil)

    var hashKey: SipHashKey { memory.hashKey }
    var calls: any CallStore { memory.calls }
    var isDurable: Bool { false }

    func afterLookup(_ body: @escaping @Sendable () -> Void) { hook.withLock { $0 = body } }

    func lastSeen(_ keys: [DedupKey]) -> [DedupKey.Seen?] {
        let answer = memory.lastSeen(keys)
        hook.withLock { $0.take() }?()
        return answer
    }

    func stories(similarTo queries: [StoryQuery]) -> [[StorySketch]] { memory.stories(similarTo: queries) }

    func restore() -> RestoredState { memory.restore() }
    func commit(_ checkpoint: Checkpoint) { memory.commit(checkpoint) }
    func syncNotes() { memory.syncNotes() }
    func note(_ position: SinkPosition, sink: String) -> UInt64 { memory.note(position, sink: sink) }
    func forget(before cutoff: Int64, limit: Int) -> Int { memory.forget(before: cutoff, limit: limit) }
}
