package import CEL
package import Diagnostics

/// Reads typed values out of YAML nodes and collects everything that is wrong.
package struct SpecReader: Sendable {
    package let source: SourceText
    package private(set) var diagnostics: [Diagnostic] = []
    /// The expressions that were read, in the order of the file's stages.
    package private(set) var expressions: [ExpressionSource] = []
    /// Whether a value could not be read because it stands in the environment, which checking does not look at.
    package private(set) var hasDeferredValues = false
    /// What is known of the records that expressions read from here on see.
    package var shape = RecordShape.open
    /// What expressions know beside the record's fields.
    private(set) var beside: [FieldChange] = []
    /// The option that is being read, for messages.
    package private(set) var option = ""

    package init(_ source: SourceText) { self.source = source }

    package mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    package mutating func report(_ problem: OptionProblem, at range: SourceRange) {
        diagnostics.append(problem.diagnostic(at: range))
    }

    package mutating func register(_ expression: ExpressionSource) { expressions.append(expression) }

    /// Notes that a scalar names a field of the records: names with dots between.
    package mutating func registerField(_ scalar: YAMLScalar, at range: SourceRange) {
        register(ExpressionSource(scalar, .field, shape, at: range, in: source))
    }

    /// The same for a field that a scalar names among other text, from an offset of its UTF-8 bytes on.
    package mutating func registerField(
        _ path: String, at offset: Int, of scalar: YAMLScalar, at range: SourceRange
    ) {
        register(
            ExpressionSource(field: path, at: offset, of: scalar, shape, at: range, in: source))
    }

    /// The same for a field that an option stands for when it is left out.
    package mutating func registerField(default path: String, at range: SourceRange) {
        register(ExpressionSource(default: path, of: option, shape, at: range, in: source))
    }

    /// Reads what is not about the records of the place.
    package mutating func overAnything<Result>(_ read: (inout SpecReader) -> Result) -> Result {
        let outer = shape
        shape = .open
        defer { shape = outer }
        return read(&self)
    }

    /// Reads expressions that see more than the record: fields that are laid over it.
    package mutating func over<Result>(
        _ fields: [FieldChange], _ read: (inout SpecReader) -> Result
    ) -> Result {
        let outer = beside
        beside += fields
        defer { beside = outer }
        return read(&self)
    }

    /// Reads with `option` as the name that messages mention.
    package mutating func within<Result>(
        option name: String, _ read: (inout SpecReader) -> Result
    ) -> Result {
        let outer = option
        option = name
        defer { option = outer }
        return read(&self)
    }

    /// The scalar at a node, when it can be read now: reports other nodes and missing values.
    package mutating func scalar(_ node: YAMLNode, expected: String) -> YAMLScalar? {
        switch node.content {
        case .scalar(let scalar) where scalar.substitution == .deferred:
            hasDeferredValues = true
            return nil
        case .scalar(let scalar) where scalar.isNull:
            report(.missingValue(option, expected: expected), at: node.range)
            return nil
        case .scalar(let scalar):
            return scalar
        case .broken:
            return nil
        case .sequence, .mapping:
            report(.wrongType(option, expected: expected, found: node.kind), at: node.range)
            return nil
        }
    }

    /// The value if it keeps to the constraints, else nil after reporting.
    package mutating func constrained<Value>(
        _ value: Value, _ constraints: [Constraint<Value>], at range: SourceRange
    ) -> Value? {
        guard let broken = constraints.first(where: { !$0.holds(value) }) else { return value }
        if let (reason, suggestion) = broken.explain(value) {
            report(.invalid(option, reason: reason, suggestion: suggestion), at: range)
        } else {
            report(.constraint(option, phrase: broken.phrase), at: range)
        }
        return nil
    }

    /// Reports a node that is neither of the shapes that the type takes.
    package mutating func reportShape(_ node: YAMLNode, expected: String) {
        switch node.content {
        case .broken: break
        case .scalar(let scalar) where scalar.substitution == .deferred: hasDeferredValues = true
        case .scalar(let scalar) where scalar.isNull:
            report(.missingValue(option, expected: expected), at: node.range)
        case .scalar(let scalar):
            let found = scalar.substitution == .none ? quoted(scalar.text) : nil
            report(.wrongType(option, expected: expected, found: found), at: node.range)
        default: report(.wrongType(option, expected: expected, found: node.kind), at: node.range)
        }
    }
}
