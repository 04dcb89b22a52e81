import Notation

/// Times of day in a time zone.
package struct DailyTime: Sendable {
    /// Minutes since midnight, as clocks in the zone show them; at least one.
    package let minutes: [Int]
    /// The zone's name.
    package let zone: String
    /// Seconds east of UTC at an instant, in seconds since 1970.
    private let offset: @Sendable (Int64) -> Int64

    private static let day: Int64 = 86_400
    /// No zone has been changed by more than that at once, and none is further from UTC.
    private static let reach = 2 * day

    package init(minutes: [Int], zone: String, offset: @escaping @Sendable (Int64) -> Int64) {
        self.minutes = minutes
        self.zone = zone
        self.offset = offset
    }

    /// The first of the times after an instant, both in seconds since 1970.
    ///
    /// A time that clocks show twice is the first of them; one that they leave out is as long after the change as it would
    /// have been.
    package func next(after instant: Int64) -> Int64 {
        let midnight = (instant - DailyTime.reach).flooredQuotientAndRemainder(dividingBy: DailyTime.day)
            .quotient
        var next: Int64?
        for day in midnight...midnight + 2 * (DailyTime.reach / DailyTime.day) + 1 {
            for minute in minutes {
                let local = day * DailyTime.day + Int64(minute) * 60
                let time = NamedZones.instant(ofLocal: local, offset: offset)
                if time > instant, time < next ?? .max { next = time }
            }
        }
        return next ?? instant + DailyTime.day
    }
}

extension DailyTime: Equatable {
    package static func == (left: DailyTime, right: DailyTime) -> Bool {
        left.minutes == right.minutes && left.zone == right.zone
    }
}
