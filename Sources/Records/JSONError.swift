import Notation

/// Why a text is not JSON, and where.
package struct JSONError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The text (or line) ended inside a value.
        case unexpectedEnd
        /// A byte that no value, name or separator may begin with here.
        case unexpectedByte(UInt8, expected: Expectation)
        /// A byte below 0x20 inside a string.
        case controlCharacter(UInt8)
        /// A backslash that begins no escape of RFC 8259.
        case invalidEscape
        case invalidNumber
        /// A word that begins like `true`, `false` or `null` and is none of them.
        case invalidLiteral
        /// The bytes at the offset are no well-formed UTF-8 sequence.
        case invalidUTF8
        /// Something other than white space after the value.
        case trailingContent
        /// More containers inside one another than the limit.
        case tooDeep(limit: Int)
        /// More bytes than the limit.
        case tooLarge(limit: Int)
        /// A line of JSON Lines with a value that is not an object.
        case notAnObject
    }

    /// What the grammar allows at the place of an unexpected byte.
    package enum Expectation: Hashable, Sendable {
        case value, name, colon, commaOrBrace, commaOrBracket
    }

    package let kind: Kind
    /// Bytes before the place, from the start of the text.
    package let offset: Int

    package init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String { "\(kind) at byte \(offset + 1)" }
}

extension JSONError.Kind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unexpectedEnd: "the text ends inside a value"
        case .unexpectedByte(let byte, let expected): "found \(named(byte)) in place of \(expected)"
        case .controlCharacter(let byte): "\(named(byte)) must be escaped in a string"
        case .invalidEscape: "invalid escape in a string"
        case .invalidNumber: "invalid number"
        case .invalidLiteral: "unknown word; only true, false and null may stand without quotes"
        case .invalidUTF8: "invalid UTF-8"
        case .trailingContent: "more text after the value"
        case .tooDeep(let limit): "more than \(limit) levels of nesting"
        case .tooLarge(let limit): "larger than the limit of \(limit) bytes"
        case .notAnObject: "the value is not an object"
        }
    }

    private func named(_ byte: UInt8) -> String {
        if byte > 0x20 && byte < 0x7F { return "'\(Character(Unicode.Scalar(byte)))'" }
        return "byte 0x" + String(byte, radix: 16, width: 2, uppercase: true)
    }
}

extension JSONError.Expectation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .value: "a value"
        case .name: "a member name in quotes"
        case .colon: "':'"
        case .commaOrBrace: "',' or '}'"
        case .commaOrBracket: "',' or ']'"
        }
    }
}
