/// Base64 (RFC 4648).
package enum Base64 {
    /// Which texts are read; only ``standard`` is written.
    package enum Form: Sendable {
        /// The alphabet of section 4; padding may be left out.
        case standard
        /// What documents have: also the alphabet of section 5, white space anywhere, padding of any length.
        case forgiving
    }

    /// The text of bytes, with padding.
    package static func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            let whole = bytes.count - bytes.count % 3
            var written = 0
            for start in stride(from: 0, to: whole, by: 3) {
                let group =
                    UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2])
                put(letter(group >> 18))
                put(letter(group >> 12))
                put(letter(group >> 6))
                put(letter(group))
            }
            let rest = bytes.count - whole
            if rest > 0 {
                let group = UInt32(bytes[whole]) << 16 | (rest > 1 ? UInt32(bytes[whole + 1]) << 8 : 0)
                put(letter(group >> 18))
                put(letter(group >> 12))
                put(rest > 1 ? letter(group >> 6) : padding)
                put(padding)
            }
            return written

            func put(_ letter: UInt8) {
                text[written] = letter
                written += 1
            }
        }
    }

    /// The same for other collections of bytes.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        bytes.withContiguousStorageIfAvailable(encode) ?? Array(bytes).withUnsafeBufferPointer(encode)
    }

    /// The bytes of a text; nil for letters outside the alphabet and for lengths that no bytes have.
    package static func decode(_ text: UnsafeBufferPointer<UInt8>, _ form: Form = .standard) -> [UInt8]? {
        var letters = text[...]
        if form == .standard, letters.count % 4 == 0 {
            for _ in 0..<2 where letters.last == padding { letters.removeLast() }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count / 4 * 3 + 3)
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for letter in letters {
            guard let value = value(letter, form) else {
                if form == .forgiving, isSkipped(letter) { continue }
                return nil
            }
            group = group << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> bits))
            }
        }
        return bits == 6 ? nil : bytes
    }

    /// The same for a string.
    package static func decode(_ text: String, _ form: Form = .standard) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0, form) }
    }

    private static let padding = UInt8(ascii: "=")

    /// The letter of the lowest six bits.
    @inline(__always)
    private static func letter(_ bits: UInt32) -> UInt8 {
        let letters: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        return letters.utf8Start[Int(bits & 63)]
    }

    @inline(__always)
    private static func value(_ letter: UInt8, _ form: Form) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        case UInt8(ascii: "-") where form == .forgiving: 62
        case UInt8(ascii: "_") where form == .forgiving: 63
        default: nil
        }
    }

    private static func isSkipped(_ letter: UInt8) -> Bool {
        letter == padding || letter.isSpace
    }
}
