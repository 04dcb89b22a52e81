/// Dates exactly as RFC 822 and its successors write them, which most of RSS does.
extension DateScanner {
    /// Reads `Sat, 21 Nov 2026 10:00:00 GMT` or with an offset as `+0100`, with a day of one or two digits; nil for
    /// every other form, which ``worded()`` reads with its mistakes.
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
            let offset = mailZone(rest.part(18..<rest.count))
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
    @inline(__always) private static func mailZone(_ text: Bytes) -> Int64? {
        if text.equals("GMT") { return 0 }
        guard text.count == 5, let number = digits(text.part(1..<5)) else { return nil }
        let (hours, minutes) = number.quotientAndRemainder(dividingBy: 100)
        guard hours <= 24, minutes < 60 else { return nil }
        switch text[0] {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }
}
