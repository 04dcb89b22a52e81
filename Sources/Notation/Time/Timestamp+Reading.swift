extension Timestamp {
    /// Why a text is no timestamp.
    package enum ParseError: Error, Equatable, Sendable {
        case malformed
        case outOfRange
    }

    /// Reads RFC 3339 strictly: `2024-01-31T23:59:60.5Z` has no leap second, `T` and `Z` are capitals, the offset is
    /// `Z` or `±HH:MM`; fractions beyond nanoseconds are cut off.
    package init(rfc3339 text: UnsafeBufferPointer<UInt8>) throws(ParseError) {
        guard text.count >= 20, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            let century = text.twoDigits(at: 0), let yearOfCentury = text.twoDigits(at: 2),
            let month = text.twoDigits(at: 5), let day = text.twoDigits(at: 8),
            let hour = text.twoDigits(at: 11), let minute = text.twoDigits(at: 14),
            let second = text.twoDigits(at: 17)
        else { throw Timestamp.isLongYear(text) ? .outOfRange : .malformed }
        let year = century * 100 + yearOfCentury
        guard (1...12).contains(month), day >= 1, day <= CivilTime.daysIn(month: month, of: year), hour < 24,
            minute < 60, second < 60
        else { throw .malformed }
        var position = 19
        let nanoseconds = try Timestamp.fraction(text, at: &position)
        let offset = try Timestamp.offset(text, at: position)
        guard year >= 1 else { throw .outOfRange }
        let days = CivilTime.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        guard let timestamp = Timestamp(seconds: seconds, nanoseconds: nanoseconds) else { throw .outOfRange }
        self = timestamp
    }

    private static func fraction(
        _ text: UnsafeBufferPointer<UInt8>, at position: inout Int
    ) throws(ParseError) -> Int32 {
        guard text[position] == UInt8(ascii: ".") else { return 0 }
        let start = position + 1
        position = start
        var nanoseconds: Int32 = 0
        while position < text.count, text[position].isDigit {
            if position - start < 9 {
                nanoseconds = nanoseconds * 10 + Int32(text[position] - UInt8(ascii: "0"))
            }
            position += 1
        }
        guard position > start, position < text.count else { throw .malformed }
        for _ in min(9, position - start)..<9 { nanoseconds *= 10 }
        return nanoseconds
    }

    /// Seconds east of UTC; the text must end behind the offset.
    private static func offset(
        _ text: UnsafeBufferPointer<UInt8>, at position: Int
    ) throws(ParseError) -> Int64 {
        if text[position] == UInt8(ascii: "Z"), position + 1 == text.count { return 0 }
        guard position + 6 == text.count, text[position + 3] == UInt8(ascii: ":"),
            text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-"),
            let hours = text.twoDigits(at: position + 1), let minutes = text.twoDigits(at: position + 4),
            hours < 24, minutes < 60
        else { throw .malformed }
        let offset = hours * 3600 + minutes * 60
        return text[position] == UInt8(ascii: "-") ? -offset : offset
    }

    /// Five digits before the first dash: a date, but none of these years.
    private static func isLongYear(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.count >= 21 && text.prefix(5).allSatisfy(\.isDigit) && text[5] == UInt8(ascii: "-")
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The number that two digits spell, nil when they are none.
    @inlinable @inline(__always)
    package func twoDigits(at position: Int) -> Int64? {
        let tens = self[position] &- UInt8(ascii: "0")
        let ones = self[position + 1] &- UInt8(ascii: "0")
        return tens < 10 && ones < 10 ? Int64(tens) * 10 + Int64(ones) : nil
    }
}
