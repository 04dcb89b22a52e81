/// ASCII as the grammars of programs and protocols divide it. Bytes of other characters are in none of the classes.
extension UInt8 {
    @inlinable @inline(__always)
    package var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    @inlinable @inline(__always)
    package var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }

    /// The lower-case form of a letter; other bytes as they are.
    @inlinable @inline(__always)
    package var lowercased: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }

    /// White space of any kind: a space, and the controls from tab to carriage return, which XML and HTML do not all name
    /// but old documents have.
    @inlinable @inline(__always)
    package var isSpace: Bool { self == UInt8(ascii: " ") || (self >= 0x09 && self <= 0x0D) }

    /// The value of a hexadecimal digit in either case; nil for other bytes.
    @inlinable @inline(__always)
    package var hexValue: UInt8? {
        if isDigit { return self &- UInt8(ascii: "0") }
        let letter = (self | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter &+ 10 : nil
    }
}

extension String {
    /// The digits of a number that is not negative, with zeros in front up to a width.
    package init(_ value: some BinaryInteger, radix: Int = 10, width: Int, uppercase: Bool = false) {
        let digits = String(value, radix: radix, uppercase: uppercase)
        self = String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
    }

    /// Two hexadecimal digits in lower case for each byte.
    package init(hexadecimal bytes: some Sequence<UInt8>) {
        let digits: StaticString = "0123456789abcdef"
        var text: [UInt8] = []
        text.reserveCapacity(bytes.underestimatedCount * 2)
        for byte in bytes {
            text.append(digits.utf8Start[Int(byte >> 4)])
            text.append(digits.utf8Start[Int(byte & 0xF)])
        }
        self.init(decoding: text, as: UTF8.self)
    }
}
