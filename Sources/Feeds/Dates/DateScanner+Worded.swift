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
        var hasTime = false
        /// What stood after the first number.
        var separator: UInt8 = 0

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
            } else if parts.hasTime, parts.fields.offset == nil,
                byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            {
                guard let offset = numericOffset() else { return nil }
                parts.fields.offset = offset
            } else if byte == UInt8(ascii: "(") {
                // A comment, in mail mostly the zone's name.
                while !isAtEnd, next != UInt8(ascii: ")") { position += 1 }
                position += 1
            } else {
                if parts.numberCount > 0, parts.separator == 0 { parts.separator = byte }
                position += 1
            }
        }
        return Self.ordered(parts)
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
        skipOrdinal()
        return parts.take(number)
    }

    /// `st`, `nd`, `rd`, `th` after a day.
    private mutating func skipOrdinal() {
        let before = position
        if !DateWords.isOrdinal(word()) { position = before }
    }

    private mutating func readWord(_ parts: inout Parts) -> Bool {
        let word = word()
        if let offset = DateWords.koreanUnit(word) {
            if parts.fields.offset == nil { parts.fields.offset = offset }
            return true
        }
        if parts.month == nil, let month = DateWords.month(word) {
            parts.month = month
            return true
        }
        // What stands before all numbers is the day of the week, in whatever language.
        if parts.numberCount == 0, parts.month == nil || DateWords.isWeekday(word) { return true }
        if parts.hasTime, let offset = DateWords.zone(word) {
            parts.fields.offset = offset
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") {
                guard let more = numericOffset() else { return false }
                parts.fields.offset = offset + more
            }
            return true
        }
        return DateWords.isWeekday(word) || DateWords.isFiller(word)
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
