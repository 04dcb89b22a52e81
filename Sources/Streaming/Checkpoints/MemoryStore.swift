import Synchronization

/// A checkpoint store that lives as long as the process: for pipelines that keep no state, and for tests.
package final class MemoryStore: CheckpointStore {
    private struct Contents {
        var state = RestoredState()
        var notes: [String: [(number: UInt64, position: SinkPosition)]] = [:]
        var nextNote: UInt64 = 1
        var history = MemoryHistory()
        var keySightings = SightingBook()
        var stories = StoryTable()
        /// No story was written before it.
        var earliestStory = Int64.max
        var commits = 0
    }

    package let hashKey: SipHashKey
    package let isDurable: Bool
    package let calls: any CallStore = MemoryCalls()
    private let contents = Mutex(Contents())

    /// - Parameter isDurable: what it says of itself; tests let it stand for a store on the disk.
    package init(hashKey: SipHashKey = SipHashKey(0, 0), isDurable: Bool = false) {
        self.hashKey = hashKey
        self.isDurable = isDurable
    }

    /// How many checkpoints have been stored.
    package var commits: Int { contents.withLock { $0.commits } }

    /// How many keys the history holds.
    package var keyCount: Int { contents.withLock { $0.history.count } }

    package func restore() -> RestoredState {
        contents.withLock { contents in
            var state = contents.state
            state.notes = contents.notes.mapValues { $0.map(\.position) }.filter { !$0.value.isEmpty }
            state.lastNote = contents.nextNote - 1
            return state
        }
    }

    package func commit(_ checkpoint: Checkpoint) {
        contents.withLock { contents in
            for (name, position) in checkpoint.sources { contents.state.sources[name] = position }
            contents.state.sinks.merge(checkpoint.sinks) { $1 }
            for (sink, number) in checkpoint.coveredNotes {
                contents.notes[sink]?.removeAll { $0.number <= number }
            }
            for (stage, change) in checkpoint.held {
                let replaced = Set(change.added.map(\.number))
                contents.state.held[stage, default: []].removeAll {
                    $0.number < change.first || replaced.contains($0.number)
                }
                contents.state.held[stage, default: []] += change.added
            }
            contents.state.rates.merge(checkpoint.rates) { $1 }
            for key in checkpoint.removedKeys { contents.history.remove(key) }
            for key in checkpoint.keys { contents.history.add(key) }
            contents.history.add(checkpoint.sightings)
            for story in checkpoint.stories {
                contents.stories.insert(story)
                contents.earliestStory = min(contents.earliestStory, story.time)
            }
            contents.keySightings.add(checkpoint.keySightings, now: checkpoint.clock?.wall)
            if let clock = checkpoint.clock { contents.state.clock = clock }
            if let layout = checkpoint.layout { contents.state.layout = layout }
            contents.commits += 1
        }
    }

    /// Who has shown keys, and when, where that is kept.
    package func sightings(of keys: [DedupKey]) -> [KeySighting] {
        let keys = Set(keys.map { KeyIdentity($0) })
        return contents.withLock { $0.keySightings.sightings(of: keys) }
    }

    package func note(_ position: SinkPosition, sink: String) -> UInt64 {
        contents.withLock { contents in
            defer { contents.nextNote += 1 }
            contents.notes[sink, default: []].append((contents.nextNote, position))
            return contents.nextNote
        }
    }

    package func syncNotes() {}

    package func lastSeen(_ keys: [DedupKey]) -> [DedupKey.Seen?] {
        contents.withLock { contents in keys.map { contents.history.lastSeen($0) } }
    }

    package func stories(similarTo queries: [StoryQuery]) -> [[StorySketch]] {
        contents.withLock { contents in queries.map { contents.stories.similar(to: $0) } }
    }

    package func forget(before cutoff: Int64, limit: Int) -> Int {
        contents.withLock { contents in
            // A part of the history at a time, so that a search through all of them is worth it.
            if cutoff > contents.earliestStory {
                contents.stories.removeAll(before: cutoff)
                contents.earliestStory = contents.stories.earliest
            }
            return contents.history.forget(before: cutoff, limit: limit)
        }
    }
}
