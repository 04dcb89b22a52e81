import Records
import Synchronization

/// What a `dedup` has seen since the last checkpoint, by key and source.
///
/// A record is counted with the checkpoint behind it: what comes again after a crash is not counted twice.
final class SightingLog: Sendable {
    private struct State {
        var unmarked = SightingBook()
        /// What goes with markers whose checkpoints are under way.
        var marked: [(marker: UInt64, sightings: [KeySighting])] = []
    }

    /// How long a sighting is kept, in seconds.
    private let ttl: Int64
    private let state = Mutex(State())

    init(ttl: Duration) { self.ttl = ttl.wholeSeconds }

    /// - Parameter now: seconds since 1970.
    func add(_ keys: [DedupKey?], of records: [Record], now: Int64) {
        let (end, isBeyond) = now.addingReportingOverflow(ttl)
        let until = isBeyond ? Int64.max : end
        var sightings: [KeySighting] = []
        for (key, record) in zip(keys, records) {
            guard let key else { continue }
            let place = KeySighting.Place(
                high: key.high, low: key.low, source: record.chunk.origin.source)
            sightings.append(KeySighting(place, first: now, last: now, until: until))
        }
        state.withLock { $0.unmarked.add(sightings) }
    }

    func pass(marker: UInt64) {
        state.withLock { state in
            let sightings = state.unmarked.all
            if sightings.isEmpty { return }
            state.marked.append((marker, sightings))
            state.unmarked = SightingBook()
        }
    }

    /// What goes with a marker's checkpoint.
    func settle(marker: UInt64) -> [KeySighting] {
        state.withLock { state in
            let count = state.marked.prefix { $0.marker <= marker }.count
            defer { state.marked.removeFirst(count) }
            return state.marked.prefix(count).flatMap(\.sightings)
        }
    }
}
