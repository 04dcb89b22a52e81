/// Words and numbers.
extension Node {
    package var isNull: Bool { kind == .null }

    package var isString: Bool { kind == .string || kind == .escapedString }

    package var isNumber: Bool { kind == .integer || kind == .decimal }

    package var bool: Bool? {
        switch kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// A number without fraction and exponent that fits.
    package var int: Int64? {
        let word = word
        guard word.kind == .integer else { return nil }
        let text = UnsafeBufferPointer(start: bytes + word.offset, count: word.length)
        let isNegative = text[0] == UInt8(ascii: "-")
        var value: Int64 = 0
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (sum, carry) =
                isNegative
                ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }

    /// Any number, rounded to the nearest double (ties to even); infinite beyond the range.
    package var double: Double? {
        let word = word
        guard word.kind == .integer || word.kind == .decimal else { return nil }
        let text = UnsafeBufferPointer(start: bytes + word.offset, count: word.length)
        return Double(String(decoding: text, as: UTF8.self))
    }
}
