/// Finds what makes bytes unfit to be YAML text.
enum TextCheck {
    enum Problem: Equatable {
        case utf16
        case invalidUTF8(offset: Int)
        case control(UInt32, offset: Int)

        var offset: Int {
            switch self {
            case .utf16: 0
            case .invalidUTF8(let offset), .control(_, let offset): offset
            }
        }
    }

    /// The first problem, or nil for UTF-8 text of characters that YAML permits.
    static func firstProblem(in bytes: [UInt8]) -> Problem? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .utf16 }
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte < 0x80 {
                if isForbidden(UInt32(byte)) { return .control(UInt32(byte), offset: offset) }
                offset += 1
                continue
            }
            guard let (scalar, length) = decode(bytes, at: offset) else {
                return .invalidUTF8(offset: offset)
            }
            if isForbidden(scalar) { return .control(scalar, offset: offset) }
            offset += length
        }
        return nil
    }

    /// YAML's c-printable, complemented.
    private static func isForbidden(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09, 0x0A, 0x0D, 0x85: false
        case 0x00...0x1F, 0x7F...0x9F, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    /// The multi-byte sequence at `offset`, or nil if it is cut, overlong, a surrogate or beyond Unicode.
    private static func decode(_ bytes: [UInt8], at offset: Int) -> (scalar: UInt32, length: Int)? {
        let first = bytes[offset]
        let (length, minimum): (Int, UInt32) =
            switch first {
            case 0xC2...0xDF: (2, 0x80)
            case 0xE0...0xEF: (3, 0x800)
            case 0xF0...0xF4: (4, 0x10000)
            default: (0, 0)
            }
        guard length > 0, offset + length <= bytes.count else { return nil }
        var scalar = UInt32(first) & (0x7F >> UInt32(length))
        for byte in bytes[(offset + 1)..<(offset + length)] {
            guard byte & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(byte & 0x3F)
        }
        guard scalar >= minimum, Unicode.Scalar(scalar) != nil else { return nil }
        return (scalar, length)
    }
}
