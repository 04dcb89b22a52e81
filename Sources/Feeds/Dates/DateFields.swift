import Notation

/// A date taken apart, not yet checked.
struct DateFields {
    var year: Int64 = 0
    var month: Int64 = 1
    var day: Int64 = 1
    var hour: Int64 = 0
    var minute: Int64 = 0
    var second: Int64 = 0
    var nanoseconds: Int32 = 0
    /// Seconds east of Greenwich; nil when no zone is given.
    var offset: Int64?

    /// Seconds since 1970 as if the zone were UTC; nil when a field is out of range.
    var localSeconds: Int64? {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilTime.daysIn(month: month, of: year)
        else { return nil }
        let isEndOfDay = hour == 24 && minute == 0 && second == 0
        guard hour < 24 || isEndOfDay, minute < 60, second <= 60 else { return nil }
        let days = CivilTime.days(year: year, month: month, day: day)
        return days * 86_400 + hour * 3600 + minute * 60 + min(59, second)
    }

    /// Nil when a field is out of range, or the instant.
    var instant: Timestamp? {
        localSeconds.flatMap { Timestamp(seconds: $0 - (offset ?? 0), nanoseconds: nanoseconds) }
    }

    /// The same for a date in words, in which the year 1 is how programs write that they have none.
    var worded: Timestamp? { year > 1 ? instant : nil }

    /// Seconds east of Greenwich at this time in a zone of the tz database; nil when there is no such zone.
    func offset(of zone: String) -> Int64? {
        localSeconds.flatMap { NamedZones.offset(of: zone, atLocal: $0) }
    }

    /// Two-digit years are those around 2000.
    static func fullYear(_ year: Int64, digits: Int) -> Int64 {
        digits > 2 ? year : year + (year < 70 ? 2000 : 1900)
    }
}
