/// Dates with a month in letters, or with their parts in some other order: RFC 822, asctime, handwriting.
extension DateScanner {
    /// What has been gathered of such a date.
    private struct Parts {
        var fields = DateFields()
        var numbers: [(value: Int64, digits: Int)] = []
        var month: Int64?
        /// A number stood before the month.
        var hasTime = false
        var separator: UInt8 = 0
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
            } else if parts.hasTime, parts.fields.offset == nil, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
                guard let offset = numericOffset() else { return nil }
                parts.fields.offset = offset
            } else if byte == UInt8(ascii: "(") {
                // A comment, in mail mostly the zone's name.
                while !isAtEnd, next != UInt8(ascii: ")") { position += 1 }
                position += 1
            } else {
                if !parts.numbers.isEmpty, parts.separator == 0 { parts.separator = byte }
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
        parts.numbers.append(number)
        skipOrdinal()
        return parts.numbers.count <= 3
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
        if parts.numbers.isEmpty, parts.month == nil || DateWords.isWeekday(word) { return true }
        if parts.hasTime || !parts.numbers.isEmpty, let offset = DateWords.zone(word), parts.hasTime {
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
        let numbers = parts.numbers
        if let month = parts.month {
            guard numbers.count == 2 else { return nil }
            fields.month = month
            let yearIsFirst = numbers[0].digits >= 3 || (numbers[0].value > 31 && numbers[1].value <= 31)
            let (year, day) = yearIsFirst ? (numbers[0], numbers[1]) : (numbers[1], numbers[0])
            fields.year = DateFields.fullYear(year.value, digits: year.digits)
            fields.day = day.value
            return day.digits <= 2 && year.digits <= 4 ? fields : nil
        }
        guard numbers.count == 3, numbers.allSatisfy({ $0.digits <= 4 }) else { return nil }
        if numbers[0].digits == 4 {
            (fields.year, fields.month, fields.day) = (numbers[0].value, numbers[1].value, numbers[2].value)
            return fields
        }
        // With slashes Americans put the month first; a first number over 12 tells that it was somebody else.
        let monthIsFirst = parts.separator == .slash && numbers[0].value <= 12
        fields.month = monthIsFirst ? numbers[0].value : numbers[1].value
        fields.day = monthIsFirst ? numbers[1].value : numbers[0].value
        fields.year = DateFields.fullYear(numbers[2].value, digits: numbers[2].digits)
        return fields
    }
}
