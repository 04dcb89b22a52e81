/// One problem of an expression, found before anything is evaluated.
package struct CompileError: Error, Equatable, Sendable {
    /// What is wrong, as data.
    package enum Kind: Equatable, Sendable {
        case empty
        case tooLong(limit: Int)
        case tooDeep(limit: Int)
        case unexpectedCharacter(Unicode.Scalar)
        case unterminatedString
        case invalidEscape(String)
        case malformedNumber(String)
        case numberOutOfRange(String)
        case malformedEscapedName
        case unexpectedToken(found: String, expected: String)
        case reservedWord(String)
        case notAVariableName(macro: String)
        case repeatedVariable(String, macro: String)
        case notAFieldSelection(macro: String)
        case badBlockIndex
        case messageConstruction(String)
        case undeclaredName(String)
        case unknownField(String, type: String)
        case notSelectable(String, type: String)
        case unknownFunction(String)
        case noMatchingOverload(function: String, arguments: [String])
        case expectedType(String, found: String)
        case badRange(type: String)
        case badPattern(pattern: String, reason: String)
        /// A literal that a conversion refuses.
        case badConstant(EvaluationError.Kind, detail: String)
    }

    package let kind: Kind
    /// UTF-8 offsets into the expression's text.
    package let range: Range<Int>
    /// A name that was probably meant.
    package let suggestion: String?
    /// What to do about it, when there is more to say than a name.
    package let hint: String?

    package init(_ kind: Kind, at range: Range<Int>, suggestion: String? = nil, hint: String? = nil) {
        self.kind = kind
        self.range = range
        self.suggestion = suggestion
        self.hint = hint
    }
}

/// All problems of one expression, in the order of their places.
package struct CompileErrors: Error, Equatable, Sendable {
    package let errors: [CompileError]

    package init(_ errors: [CompileError]) {
        self.errors = errors.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
    }
}

extension CompileError: CustomStringConvertible {
    /// The message with its suggestion, without the place.
    package var description: String {
        var text = message
        if let suggestion { text += "; did you mean '\(suggestion)'?" }
        if let hint { text += "; \(hint)" }
        return text
    }

    /// The message alone.
    package var message: String {
        switch kind {
        case .empty: "the expression is empty"
        case .tooLong(let limit): "the expression is longer than \(limit) bytes"
        case .tooDeep(let limit): "the expression is nested more than \(limit) levels deep"
        case .unexpectedCharacter(let scalar): "unexpected character '\(scalar)'"
        case .unterminatedString: "the string does not end"
        case .invalidEscape(let escape): "invalid escape '\(escape)'"
        case .malformedNumber(let text): "'\(text)' is not a number"
        case .numberOutOfRange(let text): "the number \(text) is out of range"
        case .malformedEscapedName: "a name in backticks holds letters, digits, '_', '.', '-', '/' and spaces"
        case .unexpectedToken("the end of the expression", let expected):
            "the expression ends too early; expected \(expected)"
        case .unexpectedToken(let found, let expected): "unexpected \(found); expected \(expected)"
        case .reservedWord(let word): "'\(word)' is a reserved word"
        case .notAVariableName(let macro): "the variable of '\(macro)' must be a simple name"
        case .repeatedVariable(let name, let macro): "'\(macro)' names the variable '\(name)' twice"
        case .notAFieldSelection(let macro):
            "the argument of '\(macro)' must be a field selection such as a.b"
        case .badBlockIndex: "a block index must be a literal that refers to an earlier element"
        case .messageConstruction(let name): "'\(name)' is no message type: messages cannot be built"
        case .undeclaredName(let name): "undeclared name '\(name)'"
        case .unknownField(let name, let type): "unknown field '\(name)' of \(type)"
        case .notSelectable(let name, let type): "a value of type \(type) has no field '\(name)'"
        case .unknownFunction(let name): "unknown function '\(name)'"
        case .noMatchingOverload(let function, let arguments):
            "'\(function)' does not take (\(arguments.joined(separator: ", ")))"
        case .expectedType(let expected, let found): "expected \(expected), found \(found)"
        case .badRange(let type): "a value of type \(type) cannot be iterated over; expected a list or a map"
        case .badPattern(let pattern, let reason): "bad regular expression '\(pattern)': \(reason)"
        case .badConstant(let kind, let detail): EvaluationError(kind, at: range, detail: detail).description
        }
    }
}
