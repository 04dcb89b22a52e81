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
        return word.kind == .integer ? NumberText(bytes: bytes, word: word).int : nil
    }

    /// Any number, rounded to the nearest double (ties to even); infinite beyond the range.
    package var double: Double? { isNumber ? NumberText(bytes: bytes, word: word).double : nil }
}
