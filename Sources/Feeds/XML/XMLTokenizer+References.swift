import Notation
import Records

extension XMLTokenizer {
    /// The longest reference that is waited for, with `&` and `;`.
    static let referenceLimit = 40

    /// Appends what the `&` at the beginning of `bytes` stands for and returns how many bytes that takes.
    ///
    /// Unknown names and bare ampersands stay as they are written. Nil means that the bytes may be the
    /// beginning of a reference whose rest has not arrived.
    mutating func readReference(_ bytes: Bytes, mayContinue: Bool, into text: inout OutputBuffer) -> Int? {
        if let (byte, length) = Self.commonReference(bytes) {
            text.append(byte)
            return length
        }
        var end = 1
        let limit = min(bytes.count, Self.referenceLimit)
        let isNumeric = bytes.count > 1 && bytes[1] == UInt8(ascii: "#")
        if isNumeric { end = 2 }
        while end < limit,
            bytes[end].isLetter || bytes[end].isDigit || (!isNumeric && bytes[end].continuesName)
        {
            end += 1
        }
        if end == bytes.count, mayContinue, end < Self.referenceLimit { return nil }
        let isTerminated = end < bytes.count && bytes[end] == UInt8(ascii: ";")
        if isNumeric {
            guard let scalar = CharacterReference.scalar(bytes.part(2..<end)) else {
                return bare(into: &text)
            }
            if let scalar { text.append(scalar) }
            return isTerminated ? end + 1 : end
        }
        guard isTerminated, end > 1 else { return bare(into: &text) }
        let name = bytes.part(1..<end)
        if let byte = Self.predefined(name) {
            text.append(byte)
        } else if let value = expansion(of: name) {
            text.append(value)
        } else if let value = HTMLEntities.scalar(for: name) {
            note(.undeclaredEntity)
            text.append(value)
        } else {
            return bare(into: &text)
        }
        return end + 1
    }

    /// What the references of XML that stand in every escaped text are, and how long they are.
    @inline(__always) private static func commonReference(_ bytes: Bytes) -> (byte: UInt8, length: Int)? {
        guard bytes.count >= 8 else { return nil }
        let word = ByteLanes.load(bytes, at: 0)
        switch UInt32(truncatingIfNeeded: word) {
        case 0x3B74_6C26: return (.lessThan, 4)  // &lt;
        case 0x3B74_6726: return (.greaterThan, 4)  // &gt;
        case 0x706D_6126 where word >> 32 & 0xFF == 0x3B: return (.ampersand, 5)  // &amp;
        case 0x6F75_7126 where word >> 32 & 0xFFFF == 0x3B74: return (.quote, 6)  // &quot;
        default: return nil
        }
    }

    private mutating func bare(into text: inout OutputBuffer) -> Int {
        note(.bareAmpersand)
        text.append(.ampersand)
        return 1
    }

    /// What XML's own five entities stand for.
    @inline(__always) private static func predefined(_ name: Bytes) -> UInt8? {
        switch name.count {
        case 2 where name[1] == UInt8(ascii: "t"):
            if name[0] == UInt8(ascii: "l") { return .lessThan }
            if name[0] == UInt8(ascii: "g") { return .greaterThan }
            return nil
        case 3: return name.equals("amp") ? .ampersand : nil
        case 4: return name.equals("quot") ? .quote : name.equals("apos") ? .apostrophe : nil
        default: return nil
        }
    }
}

/// Numeric character references.
enum CharacterReference {
    /// The scalar of `123` or `x7B`; nil when it is no number, an inner nil when no text may hold that
    /// character.
    ///
    /// 128–159 mean what they mean in windows-1252, as everywhere on the web.
    static func scalar(_ digits: Bytes) -> Unicode.Scalar?? {
        var value: UInt32 = 0
        let isHexadecimal = digits.first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
        let radix: UInt32 = isHexadecimal ? 16 : 10
        let numerals = digits.part((isHexadecimal ? 1 : 0)..<digits.count)
        guard !numerals.isEmpty, numerals.count <= 10 else { return nil }
        for byte in numerals {
            let digit: UInt32
            switch byte {
            case 0x30...0x39: digit = UInt32(byte - 0x30)
            case 0x61...0x66 where isHexadecimal: digit = UInt32(byte - 0x57)
            case 0x41...0x46 where isHexadecimal: digit = UInt32(byte - 0x37)
            default: return nil
            }
            value = value &* radix &+ digit
            if value > 0x10FFFF { return .some(Unicode.Scalar(0xFFFD as UInt16)) }
        }
        if (0x80...0x9F).contains(value) { return .some(Windows1252.scalar(UInt8(value))) }
        if value < 0x20, value != 9, value != 10, value != 13 { return .some(nil) }
        return .some(Unicode.Scalar(value) ?? Unicode.Scalar(0xFFFD as UInt16))
    }
}
