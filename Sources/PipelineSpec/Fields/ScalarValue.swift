package import Diagnostics

/// A value that is written as a single scalar.
package protocol ScalarValue: FieldValue where Core == Self {
    /// Reads the text of a scalar.
    init(scalar: ScalarText) throws(ValueProblem)

    /// The JSON Schema of the scalar, without the form with placeholders.
    static var scalarSchema: JSONLiteral { get }
}

/// The text of a scalar as its type sees it.
package struct ScalarText: Sendable {
    package let text: String
    /// Whether quotes or a block style say that it is text and nothing else; never so for values from `${…}`.
    package let isQuoted: Bool

    package init(text: String, isQuoted: Bool = false) {
        self.text = text
        self.isQuoted = isQuoted
    }
}

/// Why a scalar is not a value of the type.
package enum ValueProblem: Error {
    /// Not of the type at all; the advice is a sentence.
    case notOfType(advice: String?)
    /// Of the type but not usable; the reason may repeat the value.
    case invalid(String, suggestion: Suggestion?)
}

extension ScalarValue {
    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<Self>], _ reader: inout SpecReader
    ) -> Self? { readScalar(node, constraints, &reader) }

    /// What `read` does, for types whose own does more.
    package static func readScalar(
        _ node: YAMLNode, _ constraints: [Constraint<Self>], _ reader: inout SpecReader
    ) -> Self? {
        guard let scalar = reader.scalar(node, expected: typeDescription) else { return nil }
        let isSecret = scalar.substitution == .secret
        let text = ScalarText(text: scalar.text, isQuoted: scalar.style != .plain && !isSecret)
        do {
            return reader.constrained(try Self(scalar: text), constraints, at: node.range)
        } catch {
            reader.report(problem(error, scalar, reader.option), at: node.range)
            return nil
        }
    }

    package static func schema(_ constraints: [Constraint<Self>]) -> JSONLiteral {
        SchemaFragment.scalar(scalarSchema.adding(constraints.flatMap { $0.schema }))
    }

    package static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        form.scalar(node) { _, reader in read(node, [], &reader)?.literal }
    }

    private static func problem(_ error: ValueProblem, _ scalar: YAMLScalar, _ option: String)
        -> OptionProblem
    {
        let isSecret = scalar.substitution == .secret
        switch error {
        case .invalid(let reason, let suggestion) where !isSecret:
            return .invalid(option, reason: reason, suggestion: suggestion)
        case .notOfType(let advice?) where !isSecret:
            return .invalid(
                option, reason: "expected \(typeDescription), found \(quoted(scalar.text))",
                suggestion: .advice(advice))
        default:
            return .wrongType(option, expected: typeDescription, found: isSecret ? nil : quoted(scalar.text))
        }
    }
}

/// Parts of schemas that several types share.
enum SchemaFragment {
    /// The name under `$defs` of strings with a placeholder.
    static let placeholder: JSONLiteral = ["$ref": "#/$defs/placeholder"]

    /// A scalar, or a string with `${…}` in it that becomes one.
    static func scalar(_ schema: JSONLiteral) -> JSONLiteral { ["anyOf": [schema, placeholder]] }

    /// Text may be written without quotes, which YAML's own rules then take for a number or a truth value.
    static let text: JSONLiteral = ["type": ["string", "number", "boolean"]]
}
