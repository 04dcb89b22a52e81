import Notation

/// Reads the parts of a date from left to right.
struct DateScanner {
    let text: Bytes
    var position = 0

    init(_ text: Bytes) { self.text = text }

    var isAtEnd: Bool { position >= text.count }
    /// The next byte; 0 at the end.
    var next: UInt8 { position < text.count ? text[position] : 0 }
    func byte(at offset: Int) -> UInt8 { position + offset < text.count ? text[position + offset] : 0 }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func skipSpaces() {
        while next.isSpace { position += 1 }
    }

    /// The digits here as a number, and how many there are; nil when there are none or too many.
    mutating func number(upTo limit: Int = 14) -> (value: Int64, digits: Int)? {
        var value: Int64 = 0
        var digits = 0
        while next.isDigit, digits < limit {
            value = value * 10 + Int64(next - 0x30)
            digits += 1
            position += 1
        }
        return digits > 0 ? (value, digits) : nil
    }

    /// The letters here; every byte that is not ASCII counts as one.
    mutating func word() -> Bytes {
        let start = position
        while next.isLetter || next >= 0x80 { position += 1 }
        return text.part(start..<position)
    }

    /// `h:mm[:ss[.fraction]]`, then AM or PM if it says so.
    mutating func time(into fields: inout DateFields) -> Bool {
        guard let hour = number(upTo: 2), skip(UInt8(ascii: ":")), let minute = number(upTo: 2) else {
            return false
        }
        (fields.hour, fields.minute) = (hour.value, minute.value)
        if skip(UInt8(ascii: ":")) {
            guard let second = number(upTo: 2) else { return false }
            fields.second = second.value
            if (next == UInt8(ascii: ".") || next == UInt8(ascii: ",")) && byte(at: 1).isDigit {
                position += 1
                fields.nanoseconds = fraction()
            }
        }
        return next != UInt8(ascii: ":") && !next.isDigit && halfOfDay(&fields)
    }

    mutating func fraction() -> Int32 {
        var value: Int32 = 0
        var digits = 0
        while next.isDigit {
            if digits < 9 {
                value = value * 10 + Int32(next - 0x30)
                digits += 1
            }
            position += 1
        }
        while digits < 9 {
            value *= 10
            digits += 1
        }
        return value
    }

    /// AM and PM in whatever spelling; false when the hour does not fit them.
    private mutating func halfOfDay(_ fields: inout DateFields) -> Bool {
        let before = position
        skipSpaces()
        guard let half = latinHalf() ?? otherHalf() else {
            position = before
            return true
        }
        return apply(half, to: &fields)
    }

    /// `AM`, `a.m.`, `a. m.`, `A M` and their like.
    private mutating func latinHalf() -> DateWords.Half? {
        let first = next.lowercased
        guard first == UInt8(ascii: "a") || first == UInt8(ascii: "p") else { return nil }
        var end = 1
        if byte(at: end) == UInt8(ascii: ".") { end += 1 }
        while byte(at: end).isSpace { end += 1 }
        guard byte(at: end).lowercased == UInt8(ascii: "m") else { return nil }
        end += 1
        let after = byte(at: end)
        guard !after.isLetter, after < 0x80 else { return nil }
        position += after == UInt8(ascii: ".") ? end + 1 : end
        return first == UInt8(ascii: "p") ? .afternoon : .morning
    }

    /// A half of the day in a language with other letters, which may have dots, too (`μ.μ.`).
    private mutating func otherHalf() -> DateWords.Half? {
        guard next >= 0x80 else { return nil }
        for (spelling, half) in Self.dottedHalves
        where text.part(position..<text.count).starts(with: Bytes(of: spelling)) {
            position += spelling.utf8CodeUnitCount
            return half
        }
        return DateWords.half(word())
    }

    private static let dottedHalves: [(StaticString, DateWords.Half)] = [
        ("μ.μ.", .afternoon), ("π.μ.", .morning)
    ]

    func apply(_ half: DateWords.Half, to fields: inout DateFields) -> Bool {
        guard fields.hour <= 12 else { return true }
        if half == .afternoon, fields.hour < 12 { fields.hour += 12 }
        if half == .morning, fields.hour == 12 { fields.hour = 0 }
        return true
    }

    /// What is left of a name of the tz database (`America/Los_Angeles`) whose first word begins at `start`; nil when
    /// it is none.
    mutating func zoneName(from start: Int) -> String? {
        guard next == .slash, byte(at: 1).isLetter else { return nil }
        let marks: StaticString = "/_+-"
        while next.isLetter || next.isDigit || Bytes(of: marks).contains(next) { position += 1 }
        return position - start <= 48 ? String(text.part(start..<position)) : nil
    }

    /// `+hh`, `+hhmm`, `+hh:mm` and the same with a minus sign, in seconds; nil when it is none.
    mutating func numericOffset() -> Int64? {
        let sign: Int64 = next == UInt8(ascii: "-") ? -1 : 1
        guard next == UInt8(ascii: "-") || next == UInt8(ascii: "+") else { return nil }
        position += 1
        guard let first = number(upTo: 4) else { return nil }
        var hours = first.value
        var minutes: Int64 = 0
        if first.digits > 2 { (hours, minutes) = first.value.quotientAndRemainder(dividingBy: 100) }
        if skip(UInt8(ascii: ":")) {
            guard first.digits <= 2, let written = number(upTo: 2) else { return nil }
            minutes = written.value
        }
        guard hours <= 24, minutes < 60, !next.isDigit else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
