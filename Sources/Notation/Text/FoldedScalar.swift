import Foundation

/// What a Unicode scalar is for the comparison of texts, as one word.
///
/// Letters are taken without their case (by the simple mapping to lower case) and, in Latin, Greek and Cyrillic, without
/// their accents: `É`, `é` and `e` are one. Marks of other scripts stay: there they are vowels and tones. Full-width
/// forms are their ASCII letters, and a Hangul syllable is what it is in its composed form.
package struct FoldedScalar: Equatable, Sendable {
    package enum Kind: UInt32, Sendable {
        /// Spaces, punctuation, symbols, emoji: it ends a word.
        case separator = 0
        /// An accent, a joiner, a variation selector: as if it were not there.
        case ignored = 1
        /// A letter, digit or mark of a script that puts spaces between words.
        case letter = 2
        /// A character of a script without spaces of which two or three make a word: Han, Kana.
        case ideograph = 3
        /// A character of a script without spaces of which five or six make a word: Thai, Lao, Khmer, Burmese.
        case character = 4
    }

    package static let separator = FoldedScalar(.separator, 0)

    private let word: UInt32

    fileprivate init(_ kind: Kind, _ value: UInt32) { word = kind.rawValue << 24 | value }

    package var kind: Kind { Kind(rawValue: word >> 24) ?? .separator }
    /// The folded scalar; 0 for separators and what is ignored.
    package var value: UInt32 { word & 0xff_ffff }
}

/// All scalars folded: those below U+2000, which most letters of alphabets are, from a table.
package struct ScalarFolding: Sendable {
    package static let shared = ScalarFolding()

    private static let tableSize: UInt32 = 0x2000
    private let table: [FoldedScalar]

    private init() {
        table = (0..<ScalarFolding.tableSize).map { value in
            Unicode.Scalar(value).map(ScalarFolding.folded) ?? FoldedScalar(.separator, 0)
        }
    }

    /// The folded letter or digit of a byte below 0x80; nil for a separator. It is what the table says, in fewer steps.
    @inlinable
    package static func ascii(_ byte: UInt8) -> UInt8? {
        let lower = byte | 0x20
        if lower &- UInt8(ascii: "a") < 26 { return lower }
        return byte &- UInt8(ascii: "0") < 10 ? byte : nil
    }

    /// - Parameter value: of a scalar; what is none is a separator.
    package subscript(value: UInt32) -> FoldedScalar {
        if value < ScalarFolding.tableSize { return table[Int(value)] }
        if ScalarFolding.ideographs(value) { return FoldedScalar(.ideograph, value) }
        if 0xAC00...0xD7A3 ~= value { return FoldedScalar(.letter, value) }
        return Unicode.Scalar(value).map(ScalarFolding.folded) ?? FoldedScalar(.separator, 0)
    }

    private static func ideographs(_ value: UInt32) -> Bool {
        switch value {
        case 0x3005...0x3007, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF,
            0x3105...0x312F, 0x31A0...0x31BF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xF900...0xFAFF, 0xFF66...0xFF9D, 0x1B000...0x1B2FF, 0x20000...0x323AF:
            true
        default: false
        }
    }

    private static func folded(_ scalar: Unicode.Scalar) -> FoldedScalar {
        switch scalar.value {
        case 0x0300...0x036F, 0x200C, 0x200D, 0x00AD, 0xFE00...0xFE0F, 0xE0100...0xE01EF:
            return FoldedScalar(.ignored, 0)
        // Full-width forms of ASCII.
        case 0xFF01...0xFF5E:
            return Unicode.Scalar(scalar.value - 0xFEE0).map(folded) ?? FoldedScalar(.separator, 0)
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0xA9E0...0xA9FF, 0xAA60...0xAA7F:
            return scalar.isWordPart ? FoldedScalar(.character, scalar.value) : FoldedScalar(.separator, 0)
        default: break
        }
        guard scalar.isWordPart else { return FoldedScalar(.separator, 0) }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
        return FoldedScalar(.letter, (lower.withoutAccents ?? lower).value)
    }
}

extension Unicode.Scalar {
    /// Whether it is a letter, a number or a mark.
    fileprivate var isWordPart: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark,
            .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    /// The letter that it is made of together with accents; nil where it is no such letter.
    fileprivate var withoutAccents: Unicode.Scalar? {
        guard value >= 0xC0, value < 0x2000 else { return nil }
        let parts = String(self).decomposedStringWithCanonicalMapping.unicodeScalars
        guard let first = parts.first, parts.count > 1,
            parts.dropFirst().allSatisfy({ 0x0300...0x036F ~= $0.value })
        else { return nil }
        return first
    }
}
