import Notation

/// Dates with a month in letters, or with their parts in some other order: RFC 822, asctime, handwriting.
extension DateScanner {
    private typealias Number = (value: Int64, digits: Int)

    /// What has been gathered of such a date.
    private struct Parts {
        var fields = DateFields()
        /// The numbers that are no time; an array would cost more than all the reading.
        var numbers: (first: Number, second: Number, third: Number) = ((0, 0), (0, 0), (0, 0))
        var numberCount = 0
        var month: Int64?
        /// The month's name stood after a number.
        var monthIsCertain = false
        var hasTime = false
        /// The half of the day that stood before the time.
        var half: DateWords.Half?
        /// The offset was given in numbers, which say what a zone's name beside them means.
        var hasNumericOffset = false
        /// A zone of the tz database, whose offset depends on the date.
        var zoneName: String?
        /// What stood after the first number.
        var separator: UInt8 = 0

        /// Whether day, month and year are there, whichever is which.
        var isDate: Bool { numberCount == (month == nil ? 3 : 2) }

        /// False when there are too many.
        mutating func take(_ number: Number) -> Bool {
            switch numberCount {
            case 0: numbers.first = number
            case 1: numbers.second = number
            case 2: numbers.third = number
            default: return false
            }
            numberCount += 1
            return true
        }
    }

    /// Reads the whole text; nil when it is no date.
    mutating func worded() -> DateFields? {
        var parts = Parts()
        while !isAtEnd {
            let byte = next
            if byte.isDigit {
                guard readNumber(&parts) else { return nil }
            } else if byte.isLetter || byte >= 0x80 {
                guard readWord(&parts) else { return nil }
            } else if parts.hasTime, !parts.hasNumericOffset, self.byte(at: 1).isDigit,
                byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            {
                guard let offset = numericOffset() else { return nil }
                parts.fields.offset = offset
                parts.hasNumericOffset = true
            } else if isNegative(byte) {
                return nil
            } else if byte == UInt8(ascii: "(") {
                // A comment, in mail mostly the zone's name.
                while !isAtEnd, next != UInt8(ascii: ")") { position += 1 }
                position += 1
            } else {
                if parts.numberCount > 0, parts.separator == 0 { parts.separator = byte }
                position += 1
            }
        }
        guard var fields = Self.ordered(parts) else { return nil }
        if let half = parts.half { _ = apply(half, to: &fields) }
        if let name = parts.zoneName, !parts.hasNumericOffset {
            // A name that nobody knows costs the offset, not the date.
            fields.offset = fields.offset(of: name) ?? fields.offset
        }
        return fields
    }

    /// Whether the byte is the sign of a year before our era, which stands for no date (WordPress, MySQL).
    private func isNegative(_ sign: UInt8) -> Bool {
        sign == UInt8(ascii: "-") && byte(at: 1).isDigit && (position == 0 || text[position - 1].isSpace)
    }

    private mutating func readNumber(_ parts: inout Parts) -> Bool {
        let start = position
        guard let number = number() else { return false }
        if next == UInt8(ascii: ":"), number.digits <= 2 {
            guard !parts.hasTime else { return false }
            position = start
            parts.hasTime = true
            return time(into: &parts.fields)
        }
        if parts.isDate, !parts.hasTime, number.digits <= 2, dottedTime(hour: number.value, &parts.fields) {
            parts.hasTime = true
            return true
        }
        skipOrdinal()
        return parts.take(number)
    }

    /// What follows the hour in `klo 15.09`, `kl. 15.09.30`, `à 15h09`, `15 h 04 min 05 s`; false for another number.
    private mutating func dottedTime(hour: Int64, _ fields: inout DateFields) -> Bool {
        let before = position
        guard skipMark(UInt8(ascii: "h")), let minute = number(upTo: 2), minute.digits == 2 else {
            position = before
            return false
        }
        (fields.hour, fields.minute) = (hour, minute.value)
        let afterMinute = position
        if skipMark(UInt8(ascii: "m")), let second = number(upTo: 2), second.digits == 2 {
            fields.second = second.value
        } else {
            position = afterMinute
        }
        return true
    }

    /// Skips one of two marks between numbers: a dot that stands close, or a letter, or a word that begins with it, with
    /// spaces around it.
    private mutating func skipMark(_ letter: UInt8) -> Bool {
        if next == UInt8(ascii: ".") {
            position += 1
            return next.isDigit
        }
        skipSpaces()
        guard next.lowercased == letter else { return false }
        _ = word()
        skipSpaces()
        return next.isDigit
    }

    /// `st`, `nd`, `rd`, `th` and their like after a day.
    private mutating func skipOrdinal() {
        let before = position
        if !DateWords.isOrdinal(word()) { position = before }
    }

    private mutating func readWord(_ parts: inout Parts) -> Bool {
        let start = position
        let word = word()
        if let offset = DateWords.koreanUnit(word) {
            if parts.fields.offset == nil { parts.fields.offset = offset }
            return true
        }
        if !parts.hasTime, let half = DateWords.half(word) ?? halfBeforeTime(word) {
            parts.half = half
            if parts.fields.offset == nil { parts.fields.offset = DateWords.offset(ofHalf: word) }
            return true
        }
        if parts.hasTime, let name = zoneName(from: start) {
            parts.zoneName = name
            return true
        }
        // Of two months the one before all numbers is a day of the week: `mar., 01 déc. 2020`.
        if parts.month == nil || !parts.monthIsCertain, let month = DateWords.month(word) {
            parts.month = month
            parts.monthIsCertain = parts.numberCount > 0
            return true
        }
        // What stands before all numbers is the day of the week, in whatever language.
        if parts.numberCount == 0 { return true }
        if parts.hasTime, let offset = DateWords.zone(word) {
            if !parts.hasNumericOffset { parts.fields.offset = offset }
            return true
        }
        // What comes when all is said is a zone that nobody knows, or a word like "o'clock".
        return DateWords.isWeekday(word) || DateWords.isFiller(word) || DateWords.isUnit(word) || parts.isDate
    }

    /// `PM 3:04`, as some write in Asia; what follows has to be a time, for the two letters are words elsewhere.
    private func halfBeforeTime(_ word: Bytes) -> DateWords.Half? {
        let isAfternoon = word.equalsIgnoringCase("pm")
        guard isAfternoon || word.equalsIgnoringCase("am") else { return nil }
        var ahead = self
        ahead.skipSpaces()
        guard ahead.number(upTo: 2) != nil, ahead.next == UInt8(ascii: ":") else { return nil }
        return isAfternoon ? .afternoon : .morning
    }

    /// Finds out which number is which.
    private static func ordered(_ parts: Parts) -> DateFields? {
        var fields = parts.fields
        let (first, second, third) = parts.numbers
        if let month = parts.month {
            guard parts.numberCount == 2 else { return nil }
            fields.month = month
            let yearIsFirst = first.digits >= 3 || (first.value > 31 && second.value <= 31)
            let (year, day) = yearIsFirst ? (first, second) : (second, first)
            fields.year = DateFields.fullYear(year.value, digits: year.digits)
            fields.day = day.value
            return day.digits <= 2 && year.digits <= 4 ? fields : nil
        }
        guard parts.numberCount == 3, max(first.digits, second.digits, third.digits) <= 4 else { return nil }
        if first.digits == 4 {
            (fields.year, fields.month, fields.day) = (first.value, second.value, third.value)
            return fields
        }
        // With slashes Americans put the month first; a first number over 12 tells that it was somebody else.
        let monthIsFirst = parts.separator == .slash && first.value <= 12
        fields.month = monthIsFirst ? first.value : second.value
        fields.day = monthIsFirst ? second.value : first.value
        fields.year = DateFields.fullYear(third.value, digits: third.digits)
        return fields
    }
}
