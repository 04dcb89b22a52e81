/// An instant in UTC with nanoseconds, in the years 1 to 9999.
package struct Timestamp: Hashable, Sendable, BitwiseCopyable {
    /// Seconds since 1970, negative before.
    package let seconds: Int64
    /// 0 to 999,999,999, always forward from ``seconds``.
    package let nanoseconds: Int32

    package static let minimumSeconds: Int64 = -62_135_596_800
    package static let maximumSeconds: Int64 = 253_402_300_799

    /// Nil outside the years 1 to 9999.
    package init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard (Timestamp.minimumSeconds...Timestamp.maximumSeconds).contains(seconds) else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// From nanoseconds since 1970, the form of ``Origin/received``.
    package init(nanosecondsSince1970 total: Int64) {
        let (seconds, rest) = Timestamp.split(total)
        self.seconds = seconds
        nanoseconds = rest
    }

    static func split(_ total: Int64) -> (seconds: Int64, nanoseconds: Int32) {
        var seconds = total / 1_000_000_000
        var rest = total % 1_000_000_000
        if rest < 0 {
            rest += 1_000_000_000
            seconds -= 1
        }
        return (seconds, Int32(rest))
    }

    /// The instant so many nanoseconds later; nil outside the years 1 to 9999.
    package func adding(nanoseconds delta: Int64) -> Timestamp? {
        var (more, rest) = Timestamp.split(delta)
        rest += nanoseconds
        if rest >= 1_000_000_000 {
            rest -= 1_000_000_000
            more += 1
        }
        return Timestamp(seconds: seconds + more, nanoseconds: rest)
    }

    /// Nanoseconds from the other instant to this one; nil when they do not fit.
    package func nanoseconds(since other: Timestamp) -> Int64? {
        let (product, overflow) = (seconds - other.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return nil }
        let (sum, carried) = product.addingReportingOverflow(Int64(nanoseconds - other.nanoseconds))
        return carried ? nil : sum
    }
}

extension Timestamp: Comparable {
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.seconds == right.seconds ? left.nanoseconds < right.nanoseconds : left.seconds < right.seconds
    }
}

/// Year, month, day and time of day of an instant at some offset from UTC.
struct CivilTime {
    let year: Int64
    /// From 1.
    let month: Int64
    /// From 1.
    let day: Int64
    let hour: Int64
    let minute: Int64
    let second: Int64
    /// From 0, Sunday.
    let weekday: Int64
    /// From 0.
    let dayOfYear: Int64

    init(secondsSince1970 seconds: Int64) {
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        weekday = ((days + 4) % 7 + 7) % 7
        // Count from 1 March of the year 0 in eras of 400 years, so that leap days come last.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayFromMarch + 2) / 153
        day = dayFromMarch - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        dayOfYear = days - CivilTime.days(year: year, month: 1, day: 1)
    }

    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func daysIn(month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
