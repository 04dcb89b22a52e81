/// Date and time of day in the proleptic Gregorian calendar, at some offset from UTC.
///
/// The arithmetic is Howard Hinnant's: years begin in March, so that leap days come last, and 400 of them are an era.
package struct CivilTime: Sendable, Equatable {
    package let year: Int64
    /// From 1.
    package let month: Int64
    /// From 1.
    package let day: Int64
    /// Since 1970-01-01.
    private let days: Int64
    /// Since midnight.
    private let seconds: Int64

    /// - Parameter seconds: since 1970, in the zone that is meant; a date that is no more than 2^53 days away.
    package init(secondsSince1970 seconds: Int64) {
        (days, self.seconds) = seconds.flooredQuotientAndRemainder(dividingBy: 86_400)
        (year, month, day) = CivilTime.date(day: days)
    }

    package var hour: Int64 { seconds / 3600 }
    package var minute: Int64 { seconds / 60 % 60 }
    package var second: Int64 { seconds % 60 }

    /// From 0, Sunday.
    package var weekday: Int64 { (days + 4).flooredQuotientAndRemainder(dividingBy: 7).remainder }

    /// The week of ISO 8601, from 1, and the year that it belongs to: that of its Thursday.
    package var isoWeek: (year: Int64, week: Int64) {
        let thursday = days - (days + 3).flooredQuotientAndRemainder(dividingBy: 7).remainder + 3
        let year = CivilTime.date(day: thursday).year
        return (year, (thursday - CivilTime.days(year: year, month: 1, day: 1)) / 7 + 1)
    }

    /// From 0.
    package var dayOfYear: Int64 { days - CivilTime.days(year: year, month: 1, day: 1) }

    /// Days from 1970-01-01 to a date.
    @inlinable package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.flooredQuotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date that is so many days from 1970-01-01.
    @inlinable package static func date(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (day + 719_468).flooredQuotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// How many days a month has.
    @inlinable package static func daysIn(month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Int64 {
    /// The division whose remainder is never negative.
    @inlinable @inline(__always)
    package func flooredQuotientAndRemainder(dividingBy divisor: Int64) -> (quotient: Int64, remainder: Int64)
    {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
