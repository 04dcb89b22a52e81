import Records

/// An instant as feeds write it.
package struct FeedDate: Sendable, Hashable, Comparable {
    /// Seconds since 1970 in UTC; negative before.
    package let seconds: Int64
    /// 0 to 999,999,999.
    package let nanoseconds: Int32

    package init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// From seconds since 1970 in UTC; nil outside the years 1 to 9999: RFC 3339 cannot say those after, and those
    /// before stand for no date.
    package init?(secondsSince1970 seconds: Int64) {
        guard Self.range.contains(seconds) else { return nil }
        self.init(seconds: seconds)
    }

    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    package static func < (a: FeedDate, b: FeedDate) -> Bool {
        (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
    }

    /// Reads a date in any of the forms that feeds have: RFC 822, ISO 8601, asctime, and what people write by
    /// hand.
    ///
    /// Without a zone it is UTC. Nil when it is no date, or one that does not exist.
    package static func parse(_ text: String) -> FeedDate? {
        var text = text
        return text.withUTF8 { parse(utf8: $0) }
    }

    /// The same for UTF-8 bytes.
    package static func parse(utf8 text: UnsafeBufferPointer<UInt8>) -> FeedDate? {
        let text = text.trimmed
        guard !text.isEmpty, text.count <= 128 else { return nil }
        if let fields = DateScanner.mail(text) { return FeedDate(worded: fields) }
        if let fields = DateScanner.internet(text) { return FeedDate(fields) }
        guard text.contains(where: { $0 >= 0x80 }) else { return scan(text) }
        let plain = withPlainSpaces(text)
        return plain.withUnsafeBufferPointer { scan($0.trimmed) }
    }

    private static func scan(_ text: Bytes) -> FeedDate? {
        var numeric = DateScanner(text)
        if let fields = numeric.iso() { return FeedDate(fields) }
        var worded = DateScanner(text)
        return worded.worded().flatMap { FeedDate(worded: $0) }
    }

    /// The text with spaces for those of other kinds, without marks of direction, and with a hyphen for a minus sign.
    private static func withPlainSpaces(_ text: Bytes) -> [UInt8] {
        var plain: [UInt8] = []
        for scalar in String(text).unicodeScalars {
            switch scalar.value {
            case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF: break
            case 0x2212: plain.append(UInt8(ascii: "-"))
            case _ where scalar.isSpace: plain.append(.space)
            default: plain.append(contentsOf: String(scalar).utf8)
            }
        }
        return plain
    }

    /// RFC 3339 in UTC, with a fraction only when there is one: `2026-11-21T10:00:00Z`.
    package var rfc3339: String {
        String(unsafeUninitializedCapacity: Self.textCapacity) { write(into: $0) }
    }

    /// Lends the bytes of ``rfc3339``.
    func withRFC3339<R>(_ body: (Bytes) -> R) -> R {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.textCapacity) { text in
            body(Bytes(start: text.baseAddress, count: write(into: text)))
        }
    }

    private static let textCapacity = 32

    /// Writes the text of ``rfc3339`` and answers its length, at most 30 bytes.
    private func write(into text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let (day, second) = seconds.quotientAndRemainderFloored(86_400)
        let (year, month, dayOfMonth) = Calendar.date(day: day)
        var end = 0
        func append(_ number: Int64, width: Int, then separator: UInt8) {
            var rest = UInt32(truncatingIfNeeded: number)
            for i in (end..<(end + width)).reversed() {
                text[i] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
                rest /= 10
            }
            end += width + 1
            text[end - 1] = separator
        }
        append(year, width: 4, then: UInt8(ascii: "-"))
        append(month, width: 2, then: UInt8(ascii: "-"))
        append(dayOfMonth, width: 2, then: UInt8(ascii: "T"))
        append(second / 3600, width: 2, then: UInt8(ascii: ":"))
        append(second / 60 % 60, width: 2, then: UInt8(ascii: ":"))
        append(second % 60, width: 2, then: UInt8(ascii: "Z"))
        guard nanoseconds > 0 else { return end }
        text[end - 1] = UInt8(ascii: ".")
        append(Int64(nanoseconds), width: 9, then: UInt8(ascii: "Z"))
        // Without the zeros at the end of the fraction.
        while text[end - 2] == UInt8(ascii: "0") { end -= 1 }
        text[end - 1] = UInt8(ascii: "Z")
        return end
    }
}

extension FeedDate {
    /// Nil when a field is out of range, or the instant.
    init?(_ fields: DateFields) {
        guard let local = fields.localSeconds else { return nil }
        let seconds = local - (fields.offset ?? 0)
        guard Self.range.contains(seconds) else { return nil }
        self.init(seconds: seconds, nanoseconds: fields.nanoseconds)
    }

    /// The same for a date in words, in which the year 1 is how programs write that they have none.
    init?(worded fields: DateFields) {
        guard fields.year > 1 else { return nil }
        self.init(fields)
    }
}

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
            day <= Calendar.days(in: month, of: year)
        else { return nil }
        let isEndOfDay = hour == 24 && minute == 0 && second == 0
        guard hour < 24 || isEndOfDay, minute < 60, second <= 60 else { return nil }
        let days = Calendar.day(year: year, month: month, day: day)
        return days * 86_400 + hour * 3600 + minute * 60 + min(59, second)
    }

    /// Seconds east of Greenwich at this time in a zone of the tz database; nil when there is no such zone.
    func offset(of zone: String) -> Int64? {
        localSeconds.flatMap { NamedZones.offset(of: zone, atLocal: $0) }
    }

    /// Two-digit years are those around 2000.
    static func fullYear(_ year: Int64, digits: Int) -> Int64 {
        digits > 2 ? year : year + (year < 70 ? 2000 : 1900)
    }
}

/// The proleptic Gregorian calendar.
enum Calendar {
    /// Days since 1970-01-01 (after Howard Hinnant's algorithm: years begin in March, eras have 400 years).
    static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = y.quotientAndRemainderFloored(400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func date(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (day + 719_468).quotientAndRemainderFloored(146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Int64 {
    fileprivate func quotientAndRemainderFloored(_ divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
