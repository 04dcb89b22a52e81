/// Percent-encoding (RFC 3986, 2.1).
package enum PercentEncoding {
    /// Whether a byte means the same encoded or not, wherever it stands (RFC 3986, 2.3).
    @Sendable package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: byte.isLetter || byte.isDigit
        }
    }

    /// The text in which every byte is encoded but those that are kept.
    ///
    /// - Parameter isKept: of ASCII only, and never `%` where the text is to be decoded again.
    package static func encode(
        _ bytes: some Sequence<UInt8>, keeping isKept: (UInt8) -> Bool = isUnreserved
    ) -> String {
        let digits: StaticString = "0123456789ABCDEF"
        var text: [UInt8] = []
        for byte in bytes {
            if isKept(byte) {
                text.append(byte)
            } else {
                text.append(UInt8(ascii: "%"))
                text.append(digits.utf8Start[Int(byte >> 4)])
                text.append(digits.utf8Start[Int(byte & 0xF)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The text as `application/x-www-form-urlencoded` has it, blanks as `+`.
    package static func form(_ text: String) -> String {
        encode(text.utf8) { isUnreserved($0) || $0 == 0x20 }.replacing(" ", with: "+")
    }

    /// The bytes of a text; nil where a `%` has not two digits behind it.
    package static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexValue, let low = rest.popFirst()?.hexValue else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
