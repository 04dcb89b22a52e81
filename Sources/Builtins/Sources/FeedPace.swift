import Feeds
import Fetching

/// What a feed says about when it changes; kept, since an answer "not modified" does not repeat it.
struct FeedPace: Sendable, Codable {
    private var minutesToLive: Int?
    private var skipHours: Set<Int>?
    private var skipDays: Set<String>?

    /// Nil for a feed that says nothing.
    init?(_ feed: FeedInfo) {
        guard feed.minutesToLive != nil || !feed.skipHours.isEmpty || !feed.skipDays.isEmpty else {
            return nil
        }
        minutesToLive = feed.minutesToLive
        skipHours = feed.skipHours
        skipDays = feed.skipDays
    }

    fileprivate func add(to hints: inout PollSchedule.Hints) {
        hints.ttl = minutesToLive
        hints.skipHours = skipHours ?? []
        for day in skipDays ?? [] { hints.skip(day: day) }
    }
}

extension PollSchedule.Hints {
    /// What an answer says of itself, and the feed in it.
    init(_ response: FetchResponse, _ pace: FeedPace?) {
        self.init(response)
        pace?.add(to: &self)
    }
}
