import Streaming
import Synchronization

/// A store that measures how long it is busy with forgetting.
final class TimedStore: CheckpointStore {
    private let store: any CheckpointStore
    private let measured = Mutex(SliceTimes())

    init(_ store: any CheckpointStore) { self.store = store }

    var times: SliceTimes { measured.withLock { $0 } }

    func forget(before cutoff: Int64, limit: Int) throws -> Int {
        let clock = ContinuousClock()
        let start = clock.now
        let looked = try store.forget(before: cutoff, limit: limit)
        let time = start.duration(to: clock.now)
        measured.withLock { $0.add(time, keys: looked) }
        return looked
    }

    func tidy() throws { try store.tidy() }

    var hashKey: SipHashKey { store.hashKey }
    var isDurable: Bool { store.isDurable }
    func restore() throws -> RestoredState { try store.restore() }
    func commit(_ checkpoint: Checkpoint) throws { try store.commit(checkpoint) }
    func note(_ position: SinkPosition, sink: String) throws -> UInt64 {
        try store.note(position, sink: sink)
    }
    func syncNotes() throws { try store.syncNotes() }
    func lastSeen(_ keys: [DedupKey]) throws -> [DedupKey.Seen?] { try store.lastSeen(keys) }
    func stories(similarTo queries: [StoryQuery]) throws -> [[StorySketch]] {
        try store.stories(similarTo: queries)
    }
}
