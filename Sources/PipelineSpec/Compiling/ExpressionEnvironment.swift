package import CEL
package import Diagnostics
import Streaming

/// What expressions of a pipeline may refer to, and how their problems become findings in the file.
package struct ExpressionEnvironment: Sendable {
    private let itemType: ValueType
    private let functions: FunctionLibrary

    /// - Parameters:
    ///   - itemType: the type of the feed item.
    ///   - functions: what expressions can call.
    package init(itemType: ValueType, functions: FunctionLibrary) {
        self.itemType = itemType
        self.functions = functions
    }

    /// Everything that is wrong with an expression, with its places in the file.
    package func check(_ source: ExpressionSource) -> [Diagnostic] {
        do {
            _ = try compile(source)
            return []
        } catch {
            return error.errors.map { problem in
                source.diagnostic(
                    problem.rule, problem.message, at: problem.range,
                    suggestion: problem.suggestion.map { .replacement($0) }
                        ?? problem.hint.map { .advice($0) })
            }
        }
    }

    package func compile(_ source: ExpressionSource) throws(CompileErrors) -> Program {
        try Program.compile(
            source.text, in: .records(type(of: source.shape), functions: functions),
            expecting: source.expectation == .condition ? .bool : nil)
    }

    /// Compiles an expression that stands in no file.
    package func compile(_ text: String, over shape: RecordShape) throws(CompileErrors) -> Program {
        try Program.compile(text, in: .records(type(of: shape), functions: functions))
    }

    private func type(of shape: RecordShape) -> ValueType {
        switch shape {
        case .open: .dyn
        case .item(let added): itemType.adding(added)
        case .schema(let type, let added): type.adding(added)
        }
    }
}

extension ValueType {
    fileprivate func adding(_ paths: Set<String>) -> ValueType {
        paths.reduce(self) { $0.adding($1.split(separator: ".").map(String.init)[...]) }
    }

    /// The type with a field of a type that is known only at run time.
    fileprivate func adding(_ path: ArraySlice<String>) -> ValueType {
        guard let name = path.first, case .object(let object) = self else { return .dyn }
        var properties = object.properties
        properties[name] = path.count == 1 ? .dyn : (properties[name] ?? .dyn).adding(path.dropFirst())
        return .object(ObjectType(name: object.name, properties: properties, additional: object.additional))
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
        CEL.Timestamp(nanosecondsSince1970: Streaming.Timestamp.now())
    }
}

extension BuildContext {
    /// Compiles an expression of a component's options, which has been checked before.
    package func compile(_ source: ExpressionSource) throws(CompileErrors) -> Program {
        try self[ExpressionEnvironmentKey.self].compile(source)
    }
}
