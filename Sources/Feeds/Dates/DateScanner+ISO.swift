import Notation

/// Dates that begin with numbers from the year down: ISO 8601, RFC 3339, W3CDTF, and their cousins.
extension DateScanner {
    /// Reads the whole text; nil when it is of another form.
    mutating func iso() -> DateFields? {
        guard let (date, needsNoTime) = isoDate() else { return nil }
        var fields = date
        if isAtEnd { return fields }
        guard !needsNoTime, isoTime(&fields) else { return nil }
        return isAtEnd ? fields : nil
    }

    private mutating func isoDate() -> (fields: DateFields, isInstant: Bool)? {
        var fields = DateFields()
        if skip(UInt8(ascii: "-")) { return shortened(&fields).map { ($0, false) } }
        guard let first = number() else { return nil }
        switch first.digits {
        case 4:
            fields.year = first.value
            return afterYear(&fields) ? (fields, false) : nil
        case 2 where next == UInt8(ascii: "-") && byte(at: 1).isDigit && byte(at: 2).isDigit:
            fields.year = DateFields.fullYear(first.value, digits: 2)
            return afterYear(&fields) ? (fields, false) : nil
        case 8:
            fields.year = first.value / 10_000
            fields.month = first.value / 100 % 100
            fields.day = first.value % 100
        case 6:
            fields.year = DateFields.fullYear(first.value / 10_000, digits: 2)
            fields.month = first.value / 100 % 100
            fields.day = first.value % 100
        case 7:
            fields.year = first.value / 1000
            return setDayOfYear(first.value % 1000, &fields) ? (fields, false) : nil
        case 5:
            fields.year = DateFields.fullYear(first.value / 1000, digits: 2)
            return setDayOfYear(first.value % 1000, &fields) ? (fields, false) : nil
        case 14:
            let time = first.value % 1_000_000
            fields.year = first.value / 10_000_000_000
            fields.month = first.value / 100_000_000 % 100
            fields.day = first.value / 1_000_000 % 100
            (fields.hour, fields.minute, fields.second) = (time / 10_000, time / 100 % 100, time % 100)
        case 10, 13:
            // Seconds or milliseconds since 1970.
            guard isAtEnd else { return nil }
            return (Self.instant(first.value, inMilliseconds: first.digits == 13), true)
        default: return nil
        }
        return (fields, false)
    }

    private static func instant(_ value: Int64, inMilliseconds: Bool) -> DateFields {
        let seconds = inMilliseconds ? value / 1000 : value
        var fields = DateFields()
        (fields.year, fields.month, fields.day) = CivilTime.date(day: seconds / 86_400)
        fields.hour = seconds % 86_400 / 3600
        fields.minute = seconds % 3600 / 60
        fields.second = seconds % 60
        fields.nanoseconds = inMilliseconds ? Int32(value % 1000) * 1_000_000 : 0
        return fields
    }

    /// `-YYMM` and `-YY-MM`.
    private mutating func shortened(_ fields: inout DateFields) -> DateFields? {
        guard let first = number() else { return nil }
        if first.digits == 4 {
            fields.year = DateFields.fullYear(first.value / 100, digits: 2)
            fields.month = first.value % 100
            return fields
        }
        guard first.digits == 2, skip(UInt8(ascii: "-")), let month = number(), month.digits == 2 else {
            return nil
        }
        fields.year = DateFields.fullYear(first.value, digits: 2)
        fields.month = month.value
        return fields
    }

    /// What follows a year: nothing, a month, a month and a day, a day of the year; a month may be a word.
    private mutating func afterYear(_ fields: inout DateFields) -> Bool {
        let separator = next
        guard separator == UInt8(ascii: "-") || separator == .slash || separator == UInt8(ascii: ".") else {
            return isAtEnd || next.isSpace || next == UInt8(ascii: "T")
        }
        position += 1
        if let second = number() {
            if second.digits == 3, next != separator { return setDayOfYear(second.value, &fields) }
            guard second.digits <= 3, second.value <= 12 else { return false }
            fields.month = second.value
        } else {
            guard let month = DateWords.month(word()) else { return false }
            fields.month = month
        }
        guard skip(separator) else { return isAtEnd }
        guard let day = number(upTo: 2) else { return false }
        fields.day = day.value
        return true
    }

    private func setDayOfYear(_ day: Int64, _ fields: inout DateFields) -> Bool {
        let length: Int64 = CivilTime.daysIn(month: 2, of: fields.year) == 29 ? 366 : 365
        guard (1...length).contains(day) else { return false }
        let first = CivilTime.days(year: fields.year, month: 1, day: 1)
        (_, fields.month, fields.day) = CivilTime.date(day: first + day - 1)
        return true
    }

    private mutating func isoTime(_ fields: inout DateFields) -> Bool {
        let hasMarker = next.lowercased == UInt8(ascii: "t")
        if hasMarker { position += 1 } else if !next.isSpace { return zone(&fields) }
        skipSpaces()
        // East Asian languages put the half of the day before the time.
        var half: DateWords.Half?
        if next >= 0x80 {
            let word = word()
            half = DateWords.half(word)
            guard half != nil else { return false }
            skipSpaces()
            fields.offset = DateWords.offset(ofHalf: word)
        }
        if hasMarker, next.isDigit, byte(at: 1).isDigit, byte(at: 2) != UInt8(ascii: ":") {
            guard basicTime(&fields) else { return false }
        } else if next.isDigit {
            guard time(into: &fields) else { return false }
        } else {
            return !hasMarker && zone(&fields)
        }
        if let half { _ = apply(half, to: &fields) }
        return zone(&fields)
    }

    /// `hh`, `hhmm`, `hhmmss`.
    private mutating func basicTime(_ fields: inout DateFields) -> Bool {
        guard let time = number(upTo: 6) else { return false }
        switch time.digits {
        case 2: fields.hour = time.value
        case 4: (fields.hour, fields.minute) = (time.value / 100, time.value % 100)
        case 6:
            (fields.hour, fields.minute) = (time.value / 10_000, time.value / 100 % 100)
            fields.second = time.value % 100
        default: return false
        }
        if next == UInt8(ascii: "."), byte(at: 1).isDigit {
            position += 1
            fields.nanoseconds = fraction()
        }
        return true
    }

    /// A zone up to the end of the text, or nothing. An offset beside a name says what the name means.
    mutating func zone(_ fields: inout DateFields) -> Bool {
        var hasNumber = false
        skipSpaces()
        while !isAtEnd {
            let start = position
            switch next {
            case UInt8(ascii: "+"), UInt8(ascii: "-"):
                guard !hasNumber, let offset = numericOffset() else { return false }
                fields.offset = offset
                hasNumber = true
            case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"):
                position += 1
            default:
                let abbreviation = word()
                guard !abbreviation.isEmpty else { return false }
                let name = zoneName(from: start)
                guard let offset = name.map({ fields.offset(of: $0) ?? 0 }) ?? DateWords.zone(abbreviation)
                else { return false }
                if !hasNumber { fields.offset = offset }
            }
            skipSpaces()
        }
        return true
    }
}
