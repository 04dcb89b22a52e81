import Notation

/// The checked text of a JSON number, from which values are read on demand.
///
/// Safe because it is used while its chunk lives, and never reads beyond the text.
struct NumberText {
    private let text: UnsafeBufferPointer<UInt8>

    @inline(__always)
    init(bytes: UnsafePointer<UInt8>, word: TapeWord) {
        text = UnsafeBufferPointer(start: bytes + word.offset, count: word.length)
    }

    private var isNegative: Bool { text[0] == UInt8(ascii: "-") }

    private var magnitude: UnsafeBufferPointer<UInt8>.SubSequence {
        isNegative ? text.dropFirst() : text[...]
    }

    /// The value of a text without fraction and exponent, nil when it does not fit.
    var int: Int64? {
        guard let value = NumberText.value(of: magnitude) else { return nil }
        guard isNegative else { return Int64(exactly: value) }
        return value <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- value) : nil
    }

    /// The nearest double.
    ///
    /// Where the digits as an integer and the power of ten are both exact doubles, one operation rounds once (W. D.
    /// Clinger, 1990), and that is nearly every number there is. The others go through the standard library.
    var double: Double {
        guard let (digits, exponent) = exactParts else {
            // Never nil: the grammar of JSON is part of that of Double.
            return Double(String(decoding: text, as: UTF8.self)) ?? .nan
        }
        let value = Double(digits)
        let power = NumberText.powers[abs(exponent)]
        let scaled = exponent < 0 ? value / power : value * power
        return isNegative ? -scaled : scaled
    }

    /// Powers of ten that a double holds exactly.
    private static let powers = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18,
        1e19, 1e20, 1e21, 1e22
    ]

    /// The digits as an integer and the power of ten that scales them, when a double holds both exactly.
    private var exactParts: (digits: UInt64, exponent: Int)? {
        var digits: UInt64 = 0
        var exponent = 0
        var position = isNegative ? 1 : 0
        var isFraction = false
        // Nineteen digits cannot overflow.
        guard text.count - position <= 19 else { return nil }
        while position < text.count {
            let byte = text[position]
            position &+= 1
            if byte.isDigit {
                digits = digits &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
                if isFraction { exponent &-= 1 }
            } else if byte == UInt8(ascii: ".") {
                isFraction = true
            } else {
                guard let written = NumberText.exponent(in: text[position...]) else { return nil }
                exponent += written
                break
            }
        }
        return digits <= 1 << 53 && abs(exponent) <= 22 ? (digits, exponent) : nil
    }

    /// The value after the letter e, nil when it has more than three digits.
    private static func exponent(in text: UnsafeBufferPointer<UInt8>.SubSequence) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        let isSigned = isNegative || text.first == UInt8(ascii: "+")
        let digits = isSigned ? text.dropFirst() : text
        guard digits.count <= 3, let value = value(of: digits) else { return nil }
        return isNegative ? -Int(value) : Int(value)
    }

    /// The value of decimal digits, nil when it does not fit.
    private static func value(of digits: UnsafeBufferPointer<UInt8>.SubSequence) -> UInt64? {
        var value: UInt64 = 0
        if digits.count <= 19 {
            for digit in digits { value = value &* 10 &+ UInt64(digit &- UInt8(ascii: "0")) }
            return value
        }
        for digit in digits {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit &- UInt8(ascii: "0")))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }
}
