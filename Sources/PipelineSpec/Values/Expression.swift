import CEL
package import Diagnostics

/// The text of a CEL expression with its place, so that what is wrong in it can point into the YAML.
package struct ExpressionSource: Sendable {
    /// What the expression must evaluate to.
    package enum Expectation: Sendable {
        case any
        /// A truth value: conditions and filters.
        case condition
        /// Not a CEL expression: the path of a field.
        case field
    }

    package let text: String
    package let expectation: Expectation
    /// The place of the whole scalar.
    package let range: SourceRange
    /// What is known of the records that the expression sees.
    package private(set) var shape: RecordShape
    /// What it sees beside the records' fields.
    private(set) var beside: [FieldChange] = []
    private let scalar: YAMLScalar
    private let source: SourceText
    /// Where the text begins in the scalar's, which has more around it where it is a template.
    private var start = 0
    /// The option whose default the text is; nil for one that stands in the file.
    private let option: String?

    init(
        _ scalar: YAMLScalar, _ expectation: Expectation, _ shape: RecordShape,
        _ beside: [FieldChange] = [], at range: SourceRange, in source: SourceText
    ) {
        self.shape = shape
        self.beside = beside
        text = scalar.text
        option = nil
        self.scalar = scalar
        self.expectation = expectation
        self.range = range
        self.source = source
    }

    /// A field that a name at `range` stands for without naming it.
    init(
        default path: String, of option: String, _ shape: RecordShape, at range: SourceRange,
        in source: SourceText
    ) {
        self.shape = shape
        text = path
        self.option = option
        scalar = YAMLScalar(text: path, style: .plain)
        expectation = .field
        self.range = range
        self.source = source
    }

    /// A field that a scalar names among other text, from an offset of its UTF-8 bytes on.
    init(
        field path: String, at start: Int, of scalar: YAMLScalar, _ shape: RecordShape,
        at range: SourceRange, in source: SourceText
    ) {
        self.shape = shape
        self.start = start
        text = path
        option = nil
        self.scalar = scalar
        expectation = .field
        self.range = range
        self.source = source
    }

    /// The same over other records.
    func over(_ shape: RecordShape) -> ExpressionSource {
        var copy = self
        copy.shape = shape
        return copy
    }

    /// Whether values from outside stand in the text, which must then never be shown.
    package var isSecret: Bool { scalar.substitution == .secret }

    /// The place in the file of a run of the expression's UTF-8 bytes.
    package func range(_ bytes: Range<Int>) -> SourceRange {
        guard option == nil, !isSecret else { return range }
        let map = ScalarPositionMap(scalar, range: range, in: source)
        return source.range(
            map.sourceOffset(of: start + bytes.lowerBound), map.sourceOffset(ofEnd: start + bytes.upperBound))
    }

    /// A finding about a run of the expression's UTF-8 bytes; it says nothing of a secret text.
    package func diagnostic(
        _ rule: Rule, _ message: String, at bytes: Range<Int>, suggestion: Suggestion? = nil
    ) -> Diagnostic {
        guard !isSecret else {
            return Diagnostic(rule, "the expression with a value from `${…}` is not valid", at: range)
        }
        let advice = option.map { Suggestion.advice("that is what \(quoted($0)) is when it is left out") }
        return Diagnostic(rule, message, at: range(bytes), suggestion: advice ?? suggestion)
    }
}

/// A CEL expression of any type.
package struct Expression: Sendable {
    package let source: ExpressionSource
    package var text: String { source.text }
    /// The text that it has in common with all that differ in their layout only.
    var canonicalText: String { ExpressionLayout.canonical(text) }
}

/// A CEL expression that is true or false.
package struct Condition: Sendable {
    package let source: ExpressionSource
    package var text: String { source.text }
}

extension Expression: FieldValue {
    package static var typeDescription: String { "a CEL expression" }
    package var literal: JSONLiteral? { .string(text) }

    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<Expression>], _ reader: inout SpecReader
    ) -> Expression? {
        reader.expression(node, .any, expected: typeDescription).map { Expression(source: $0) }
    }

    package static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        form.scalar(node) { scalar, _ in .string(ExpressionLayout.canonical(scalar.text)) }
    }

    package static func schema(_ constraints: [Constraint<Expression>]) -> JSONLiteral {
        ["$ref": "#/$defs/expression"]
    }
}

extension Condition: FieldValue {
    package static var typeDescription: String { "a CEL condition" }
    package var literal: JSONLiteral? { .string(text) }

    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<Condition>], _ reader: inout SpecReader
    ) -> Condition? {
        reader.expression(node, .condition, expected: typeDescription).map { Condition(source: $0) }
    }

    package static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        Expression.canonical(node, &form)
    }

    package static func schema(_ constraints: [Constraint<Condition>]) -> JSONLiteral {
        ["$ref": "#/$defs/condition"]
    }
}

extension SpecReader {
    fileprivate mutating func expression(
        _ node: YAMLNode, _ expectation: ExpressionSource.Expectation, expected: String
    ) -> ExpressionSource? {
        guard let scalar = scalar(node, expected: expected) else { return nil }
        let expression = ExpressionSource(scalar, expectation, shape, beside, at: node.range, in: source)
        register(expression)
        return expression
    }
}
