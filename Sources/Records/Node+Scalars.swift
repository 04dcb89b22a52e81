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
        let digits = isNegative ? UnsafeBufferPointer(rebasing: text.dropFirst()) : text
        guard let magnitude = integer(digits) else { return nil }
        if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    /// Any number, rounded to the nearest double (ties to even); infinite beyond the range.
    package var double: Double? {
        let word = word
        guard word.kind == .integer || word.kind == .decimal else { return nil }
        let text = UnsafeBufferPointer(start: bytes + word.offset, count: word.length)
        return Double(String(decoding: text, as: UTF8.self))
    }
}

/// The value of decimal digits, nil when it does not fit.
private func integer(_ digits: UnsafeBufferPointer<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    guard digits.count > 19 else {
        for digit in digits { value = value &* 10 &+ UInt64(digit &- UInt8(ascii: "0")) }
        return value
    }
    guard digits.count == 20 else { return nil }
    for digit in digits {
        let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit &- UInt8(ascii: "0")))
        if tooLarge || carry { return nil }
        value = sum
    }
    return value
}
