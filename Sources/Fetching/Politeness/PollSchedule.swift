package import FoundationEssentials

/// When a source that is polled is polled next.
///
/// What the server and the feed say about their freshness may make the pause longer than `every`, never shorter, and
/// always within `minEvery` and `maxEvery`.
package struct PollSchedule: Sendable, Equatable {
    package var every: Duration
    package var minEvery: Duration
    package var maxEvery: Duration

    package init(every: Duration, minEvery: Duration = .zero, maxEvery: Duration = .seconds(86_400)) {
        self.every = every
        self.minEvery = minEvery
        self.maxEvery = max(minEvery, maxEvery)
    }

    /// What an answer and the feed in it say about the next poll.
    package struct Hints: Sendable, Equatable {
        /// From `Cache-Control` or `Expires`.
        package var freshUntil: Date?
        /// RSS `ttl`, in minutes.
        package var ttl: Int?
        /// RSS `skipHours`: hours of the day in UTC, 0 to 23 (24 is taken for 0).
        package var skipHours: Set<Int> = []
        /// RSS `skipDays`: 1 for Monday to 7 for Sunday.
        package var skipDays: Set<Int> = []
        /// From `Retry-After`; it is obeyed even beyond `maxEvery`.
        package var retryAfter: Duration?

        package init() {}

        /// Adds an RSS `day` by its English name; others are ignored.
        package mutating func skip(day: String) {
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            if let index = names.firstIndex(of: String(day.lowercased().prefix(3))) {
                skipDays.insert(index + 1)
            }
        }
    }

    /// The moment of the next poll after one at `now`.
    package func next(after now: Date, hints: Hints) -> Date {
        var pause = every.seconds
        if let freshUntil = hints.freshUntil { pause = max(pause, freshUntil.timeIntervalSince(now)) }
        if let ttl = hints.ttl, ttl > 0 { pause = max(pause, min(Double(ttl), 1e9) * 60) }
        pause = min(max(pause, minEvery.seconds), maxEvery.seconds)
        let latest = now.addingTimeInterval(maxEvery.seconds)
        let wanted = hints.firstAllowed(from: now.addingTimeInterval(pause))
        return max(min(wanted, latest), now.addingTimeInterval(hints.retryAfter?.seconds ?? 0))
    }
}

extension PollSchedule.Hints {
    /// The given moment, or the beginning of the next hour that is not to be skipped.
    fileprivate func firstAllowed(from date: Date) -> Date {
        guard !skipHours.isEmpty || !skipDays.isEmpty else { return date }
        var hour = Int((date.timeIntervalSince1970 / 3600).rounded(.down))
        for step in 0..<(7 * 24) {
            if isAllowed(hour: hour) {
                return step == 0 ? date : Date(timeIntervalSince1970: Double(hour) * 3600)
            }
            hour += 1
        }
        // Everything is to be skipped, which cannot be meant.
        return date
    }

    private func isAllowed(hour: Int) -> Bool {
        let hourOfDay = (hour % 24 + 24) % 24
        // 1 January 1970 was a Thursday.
        let weekday = ((hour - hourOfDay) / 24 + 3) % 7
        let skipsHour = skipHours.contains(hourOfDay) || hourOfDay == 0 && skipHours.contains(24)
        return !skipsHour && !skipDays.contains((weekday + 7) % 7 + 1)
    }
}

extension Duration {
    fileprivate var seconds: Double { self / .seconds(1) }
}
