package import CEL
package import Diagnostics
import Notation
import Streaming

/// What expressions of a pipeline may refer to, and how their problems become findings in the file.
package struct ExpressionEnvironment: Sendable {
    package let itemType: ValueType
    private let functions: FunctionLibrary

    /// - Parameters:
    ///   - itemType: the type of the feed item.
    ///   - functions: what expressions can call.
    package init(itemType: ValueType, functions: FunctionLibrary) {
        self.itemType = itemType
        self.functions = functions
    }

    /// The same with more functions.
    package func adding(_ functions: [Function]) -> ExpressionEnvironment {
        var all = self.functions
        all.add(functions)
        return ExpressionEnvironment(itemType: itemType, functions: all)
    }

    /// Whether expressions know a function by a name.
    package func knowsFunction(_ name: String) -> Bool { functions[name] != nil }

    /// Everything that is wrong with an expression or a field path, with its places in the file.
    package func check(_ source: ExpressionSource) -> [Diagnostic] {
        if source.expectation == .field {
            let problem = type(of: source.shape).problem(ofFieldPath: source.text)
            return problem.map { [$0.diagnostic(in: source)] } ?? []
        }
        do {
            _ = try compile(source)
            return []
        } catch {
            return error.errors.map { $0.diagnostic(in: source) }
        }
    }

    package func compile(_ source: ExpressionSource) throws(CompileErrors) -> Program {
        try Program.compile(
            source.text, in: .records(type(of: source), functions: functions),
            expecting: source.expectation == .condition ? .bool : nil)
    }

    /// Compiles an expression that stands in no file.
    package func compile(_ text: String, over shape: RecordShape) throws(CompileErrors) -> Program {
        try Program.compile(text, in: .records(type(of: shape), functions: functions))
    }

    /// What one expression can cost of fields that are copied for it.
    private static let fieldLimit = 100_000

    private func type(of source: ExpressionSource) -> ValueType {
        let type = type(of: source.shape)
        guard !source.beside.isEmpty, case .object(let object) = type else { return type }
        var budget = ExpressionEnvironment.fieldLimit
        return object.changed(by: source.beside, budget: &budget).map { .object($0) } ?? .dyn
    }

    private func type(of shape: RecordShape) -> ValueType {
        switch shape {
        case .open: .dyn
        case .feedItem: itemType
        case .fields(let object, _): .object(object)
        }
    }
}

extension CompileError {
    /// The problem as a finding in the file that the expression stands in.
    fileprivate func diagnostic(in source: ExpressionSource) -> Diagnostic {
        source.diagnostic(
            rule, message, at: range,
            suggestion: suggestion.map { .replacement($0) } ?? hint.map { .advice($0) })
    }
}

extension CompileError {
    /// The rule that the problem breaks.
    package var rule: Rule {
        switch kind {
        case .undeclaredName, .unknownField, .unknownFunction: .expressionName
        case .noMatchingOverload, .expectedType, .badRange, .notSelectable: .expressionType
        case .tooLong, .tooDeep: .expressionLimit
        default: .expressionSyntax
        }
    }
}

/// What expressions of components are compiled in.
package enum ExpressionEnvironmentKey: BuildContextKey {
    package static let defaultValue = ExpressionEnvironment(itemType: .dyn, functions: .language(.pipelines))
}

/// What expressions are evaluated with.
package enum EvaluationContextKey: BuildContextKey {
    package static let defaultValue = EvaluationContext {
        Timestamp(nanosecondsSince1970: WallClock.now())
    }
}

extension BuildContext {
    /// Compiles an expression of a component's options, which has been checked before.
    package func compile(_ source: ExpressionSource) throws(CompileErrors) -> Program {
        try self[ExpressionEnvironmentKey.self].compile(source)
    }
}
