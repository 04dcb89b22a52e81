import Synchronization

/// Until when a receiver wants to be left alone, by whichever of the requests it said so to.
final class ReceiverPause: Sendable {
    private let end = Mutex(Duration.zero)

    /// - Returns: whether nothing was known of it.
    func extend(to time: Duration, now: Duration) -> Bool {
        end.withLock { end in
            let isNew = end <= now
            end = max(end, time)
            return isNew
        }
    }

    /// How long it is from now.
    func left(_ now: Duration) -> Duration { end.withLock { max($0 - now, .zero) } }
}
