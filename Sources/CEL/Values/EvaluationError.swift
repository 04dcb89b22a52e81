/// What went wrong while an expression was evaluated, and where in its text.
package struct EvaluationError: Error, Equatable, Sendable {
    /// What is wrong, as data.
    package enum Kind: UInt8, Sendable, CaseIterable {
        /// A field of a record that is not there (or whose parent is null).
        case missingField
        /// A key of a map that the expression made.
        case noSuchKey
        case noSuchOverload
        case unknownVariable
        case unknownFunction
        case indexOutOfRange
        case divisionByZero
        case modulusByZero
        case overflow
        /// A conversion or a result outside the range of its type.
        case outOfRange
        /// Text that is not of the form that a conversion reads.
        case invalidConversion
        case invalidArgument
        case duplicateKey
        case unsupportedKeyType
        case invalidUTF8
        case badPattern
        case emptyOptional
        case badFormat
        case costLimit
        /// Values nested so deeply that comparing or writing them is refused.
        case tooDeep
    }

    package let kind: Kind
    /// UTF-8 offsets into the expression's text.
    package let range: Range<Int>
    /// The name, value or types in question.
    package let detail: String

    package init(_ kind: Kind, at range: Range<Int>, detail: String) {
        self.kind = kind
        self.range = range
        self.detail = detail
    }
}

extension EvaluationError: CustomStringConvertible {
    /// The message without the place.
    package var description: String {
        let words: String =
            switch kind {
            case .missingField: "no such field"
            case .noSuchKey: "no such key"
            case .noSuchOverload: "no such overload"
            case .unknownVariable: "unknown variable"
            case .unknownFunction: "unknown function"
            case .indexOutOfRange: "index out of range"
            case .divisionByZero: "division by zero"
            case .modulusByZero: "modulus by zero"
            case .overflow: "integer overflow"
            case .outOfRange: "out of range"
            case .invalidConversion: "conversion failed"
            case .invalidArgument: "invalid argument"
            case .duplicateKey: "repeated key in map"
            case .unsupportedKeyType: "unsupported key type"
            case .invalidUTF8: "invalid UTF-8"
            case .badPattern: "bad regular expression"
            case .emptyOptional: "the optional has no value"
            case .badFormat: "bad format"
            case .costLimit: "the evaluation costs more than is allowed"
            case .tooDeep: "values are nested too deeply"
            }
        return detail.isEmpty ? words : "\(words): \(detail)"
    }
}
