import Synchronization

/// When readings of documents were last found to be what the documents show, in this run.
final class Readings: Sendable {
    /// By the reading's number, in seconds of the history's clock.
    private let times = Mutex<[Int64: Int64]>([:])

    func renew(_ reading: Int64, at time: Int64) { times.withLock { $0[reading] = time } }

    /// Times of keys, those that are still shown as late as their document was seen.
    func renewed(_ seen: [DedupKey.Seen?]) -> [DedupKey.Seen?] {
        times.withLock { times in
            if times.isEmpty { return seen }
            return seen.map { seen in
                guard var seen, seen.reading != 0, let time = times[seen.reading] else { return seen }
                seen.time = max(seen.time, time)
                return seen
            }
        }
    }
}
