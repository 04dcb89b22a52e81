import Notation

/// How a text can be read at one place: plainly, and as what an escape there stands for.
enum SpelledText {
    typealias Reading = (scalar: Unicode.Scalar, end: Int)

    /// - Parameter bytes: UTF-8.
    static func readings(of bytes: [UInt8], at start: Int) -> [Reading] {
        guard start < bytes.count else { return [] }
        var readings: [Reading] = []
        if let plain = scalar(bytes, start, next: { bytes, place in (bytes[place], place + 1) }) {
            readings.append(plain)
        }
        switch bytes[start] {
        case UInt8(ascii: "+"): readings.append((" ", start + 1))
        case UInt8(ascii: "%"):
            if let encoded = scalar(bytes, start, next: percentEncoded) { readings.append(encoded) }
            readings += encodedPercents(bytes, start)
        case UInt8(ascii: "\\"):
            if let escaped = escaped(bytes, start) { readings.append(escaped) }
        default: break
        }
        return readings
    }

    private typealias NextByte = (_ bytes: [UInt8], _ place: Int) -> (byte: UInt8, end: Int)?

    /// A scalar whose bytes `next` gives.
    private static func scalar(_ bytes: [UInt8], _ start: Int, next: NextByte) -> Reading? {
        guard let (first, end) = next(bytes, start) else { return nil }
        if first < 0x80 { return (Unicode.Scalar(first), end) }
        guard first >= 0xC2, first < 0xF5 else { return nil }
        let more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3
        var value = UInt32(first) & (0x3F >> UInt32(more))
        var place = end
        for _ in 0..<more {
            guard place < bytes.count, let (byte, end) = next(bytes, place), byte & 0xC0 == 0x80 else {
                return nil
            }
            value = value << 6 | UInt32(byte & 0x3F)
            place = end
        }
        return Unicode.Scalar(value).map { ($0, place) }
    }

    /// How often a text can have been encoded in turn.
    private static let encodings = 3

    /// `%41`, and `%2541` where it was encoded twice.
    private static func percentEncoded(_ bytes: [UInt8], _ start: Int) -> (byte: UInt8, end: Int)? {
        guard bytes[start] == UInt8(ascii: "%"), var byte = hexByte(bytes, start + 1) else { return nil }
        var end = start + 3
        for _ in 1..<encodings where byte == UInt8(ascii: "%") {
            guard let inner = hexByte(bytes, end) else { break }
            byte = inner
            end += 2
        }
        return (byte, end)
    }

    /// `%25` as the encoding of a `%` that is followed by digits of its own: the text looked encoded before it was.
    private static func encodedPercents(_ bytes: [UInt8], _ start: Int) -> [Reading] {
        var readings: [Reading] = []
        var end = start + 1
        while readings.count < encodings - 1, hexByte(bytes, end) == UInt8(ascii: "%"),
            hexByte(bytes, end + 2) != nil
        {
            end += 2
            readings.append(("%", end))
        }
        return readings
    }

    private static func hexByte(_ bytes: [UInt8], _ start: Int) -> UInt8? {
        guard start + 1 < bytes.count, let high = bytes[start].hexValue, let low = bytes[start + 1].hexValue
        else { return nil }
        return high << 4 | low
    }

    /// An escape as in JSON, or in a text literal of Swift.
    private static func escaped(_ bytes: [UInt8], _ start: Int) -> Reading? {
        guard start + 1 < bytes.count else { return nil }
        let plain: Unicode.Scalar? =
            switch bytes[start + 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "'"):
                Unicode.Scalar(bytes[start + 1])
            case UInt8(ascii: "n"): "\n"
            case UInt8(ascii: "r"): "\r"
            case UInt8(ascii: "t"): "\t"
            case UInt8(ascii: "b"): "\u{8}"
            case UInt8(ascii: "f"): "\u{C}"
            default: nil
            }
        if let plain { return (plain, start + 2) }
        guard let (first, end) = unit(bytes, start) else { return nil }
        if let scalar = Unicode.Scalar(first) { return (scalar, end) }
        guard (0xD800..<0xDC00).contains(first), let (second, last) = unit(bytes, end),
            (0xDC00..<0xE000).contains(second)
        else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)).map { ($0, last) }
    }

    /// `\u00fc`, or `\u{fc}`.
    private static func unit(_ bytes: [UInt8], _ start: Int) -> (UInt32, end: Int)? {
        guard start + 2 < bytes.count, bytes[start] == UInt8(ascii: "\\"),
            bytes[start + 1] == UInt8(ascii: "u")
        else { return nil }
        let isBraced = bytes[start + 2] == UInt8(ascii: "{")
        let first = start + (isBraced ? 3 : 2)
        let digits = bytes[first...].prefix(isBraced ? 6 : 4).prefix { $0.hexValue != nil }
        let value = digits.reduce(UInt32(0)) { $0 << 4 | UInt32($1.hexValue ?? 0) }
        guard isBraced else { return digits.count == 4 ? (value, digits.endIndex) : nil }
        guard !digits.isEmpty, digits.endIndex < bytes.count, bytes[digits.endIndex] == UInt8(ascii: "}")
        else { return nil }
        return (value, digits.endIndex + 1)
    }
}

/// What Base64 makes of a value, whatever stands before and behind it.
enum Base64Core {
    /// Shorter values leave too few characters to be told from others; longer ones are no credentials.
    private static let lengths = 6...4096

    static func all(of value: [UInt8]) -> [[UInt8]] {
        guard lengths.contains(value.count) else { return [] }
        let cores = (0..<3).map { lead in
            let text = Array(Base64.encode(Array(repeating: 0, count: lead) + value).utf8)
            // Characters that hold bits of what stands before or behind say nothing.
            return Array(text[((lead * 8 + 5) / 6)..<((lead + value.count) * 8 / 6)])
        }
        return Array(Set(cores + cores.map { $0.map(urlForm) }))
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: byte.isLetter || byte.isDigit
        }
    }

    private static func urlForm(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: byte
        }
    }
}
