import Synchronization

/// A checkpoint store that lives as long as the process: for pipelines that keep no state, and for tests.
package final class MemoryStore: CheckpointStore {
    private struct Contents {
        var checkpoint = Checkpoint()
        var keys: [Identity: Int64] = [:]
        var commits = 0
    }

    private struct Identity: Hashable {
        let high: UInt64
        let low: UInt64

        init(_ key: DedupKey) {
            high = key.high
            low = key.low
        }
    }

    package let hashKey: SipHashKey
    private let contents = Mutex(Contents())

    package init(hashKey: SipHashKey = SipHashKey(0, 0)) { self.hashKey = hashKey }

    /// How many checkpoints have been stored.
    package var commits: Int { contents.withLock { $0.commits } }

    /// How many keys the history holds.
    package var keyCount: Int { contents.withLock { $0.keys.count } }

    package func restore() -> Checkpoint { contents.withLock { $0.checkpoint } }

    package func commit(_ checkpoint: Checkpoint) {
        contents.withLock {
            for name in checkpoint.forgotten { $0.checkpoint.sources[name] = nil }
            $0.checkpoint.sources.merge(checkpoint.sources) { $1 }
            $0.checkpoint.sinks.merge(checkpoint.sinks) { $1 }
            $0.checkpoint.held.merge(checkpoint.held) { $1 }
            for key in checkpoint.keys { $0.keys[Identity(key)] = key.seen }
            $0.commits += 1
        }
    }

    package func note(_ position: SinkPosition, sink: String) {
        contents.withLock { $0.checkpoint.sinks[sink] = position }
    }

    package func lastSeen(_ keys: [DedupKey]) -> [Int64?] {
        contents.withLock { contents in keys.map { contents.keys[Identity($0)] } }
    }

    package func forget(before cutoff: Int64, part: Int) -> Int {
        contents.withLock { contents in
            let old = contents.keys.filter { Int($0.key.high >> 56) == part && $0.value < cutoff }
            for key in old.keys { contents.keys[key] = nil }
            return old.count
        }
    }
}
