import Notation

/// Dates exactly as a standard writes them, which most are.
extension DateScanner {
    /// Reads `Sat, 21 Nov 2026 10:00:00 GMT` or with an offset as `+0100`, with a day of one or two digits; nil for
    /// every other form of RFC 822 and its successors, which ``worded()`` reads with the mistakes that people make.
    static func mail(_ text: Bytes) -> DateFields? {
        guard text.count >= 28, text[3] == UInt8(ascii: ","), text[4] == .space else { return nil }
        guard DateWords.isWeekday(text.part(0..<3)) else { return nil }
        let dayEnd = text[6] == .space ? 6 : 7
        // From here on all places are fixed.
        let rest = text.part((dayEnd + 1)..<text.count)
        guard text[dayEnd] == .space, rest.count >= 21, rest[3] == .space, rest[8] == .space,
            rest[11] == UInt8(ascii: ":"), rest[14] == UInt8(ascii: ":"), rest[17] == .space,
            let day = digits(text.part(5..<dayEnd)), let month = DateWords.month(rest.part(0..<3)),
            let year = digits(rest.part(4..<8)), let hour = digits(rest.part(9..<11)),
            let minute = digits(rest.part(12..<14)), let second = digits(rest.part(15..<17)),
            let offset = zone(rest.part(18..<rest.count))
        else { return nil }
        return DateFields(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, offset: offset)
    }

    /// Reads `2026-11-21T10:00:00Z`, or with an offset as `+01:00`; nil for every other form of ISO 8601, which
    /// ``iso()`` reads.
    static func internet(_ text: Bytes) -> DateFields? {
        guard text.count == 20 || text.count == 25,
            text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), text[10] == UInt8(ascii: "T"),
            text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            let year = digits(text.part(0..<4)), let month = digits(text.part(5..<7)),
            let day = digits(text.part(8..<10)), let hour = digits(text.part(11..<13)),
            let minute = digits(text.part(14..<16)), let second = digits(text.part(17..<19)), month <= 12,
            let offset = internetZone(text.part(19..<text.count))
        else { return nil }
        return DateFields(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, offset: offset)
    }

    /// The number that the bytes are; nil unless all are digits.
    @inline(__always) private static func digits(_ text: Bytes) -> Int64? {
        var value: Int64 = 0
        for byte in text {
            guard byte.isDigit else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    /// `GMT`, or four digits with a sign.
    @inline(__always) private static func zone(_ text: Bytes) -> Int64? {
        if text.equals("GMT") { return 0 }
        guard text.count == 5 else { return nil }
        return offset(sign: text[0], hours: text.part(1..<3), minutes: text.part(3..<5))
    }

    /// `Z`, or hours and minutes with a sign and a colon.
    @inline(__always) private static func internetZone(_ text: Bytes) -> Int64? {
        guard text.count == 6 else { return text.equals("Z") ? 0 : nil }
        guard text[3] == UInt8(ascii: ":") else { return nil }
        return offset(sign: text[0], hours: text.part(1..<3), minutes: text.part(4..<6))
    }

    /// Seconds east of Greenwich; nil when there are no such hours and minutes.
    @inline(__always) private static func offset(sign: UInt8, hours: Bytes, minutes: Bytes) -> Int64? {
        guard let hours = digits(hours), let minutes = digits(minutes), hours <= 24, minutes < 60 else {
            return nil
        }
        switch sign {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }
}
