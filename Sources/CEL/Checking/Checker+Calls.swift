import Diagnostics
import Notation

/// Operators, functions and their overloads.
extension Checker {
    // MARK: Operators

    mutating func checkOperation(
        _ id: ExpressionID, _ operation: Operator, _ operands: [ExpressionID]
    ) -> ValueType {
        let operandTypes = operands.map { check($0) }
        if let type = timestampOperation(operation, operands, operandTypes) { return type }
        let overloads = environment.functions[operation.rawValue]?.overloads ?? []
        if let match = match(overloads, operandTypes) { return match.type }
        report(
            .noMatchingOverload(function: operation.symbol, arguments: operandTypes.map(shown)),
            at: tree[id].range, hint: hint(for: operation, operands, operandTypes))
        return .error
    }

    /// In expressions over records a string (or something unknown) beside a timestamp is read as one: JSON has no
    /// timestamps, and `published > timestamp(…)` can mean nothing else.
    private mutating func timestampOperation(
        _ operation: Operator, _ operands: [ExpressionID], _ types: [ValueType]
    ) -> ValueType? {
        guard environment.record != nil, operands.count == 2 else { return nil }
        switch operation {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .subtract: break
        default: return nil
        }
        let resolved = types.map { substitution.apply($0).withoutNull }
        guard let timestamp = resolved.firstIndex(of: .timestamp) else { return nil }
        let other = resolved[1 - timestamp]
        guard other == .string || other == .dyn else { return nil }
        // `t - x` with an unknown x may also take a duration away; only `x - t` must be of timestamps.
        readAsTimestamp.insert(operands[1 - timestamp])
        guard operation == .subtract else { return .bool }
        return timestamp == 0 && other == .dyn ? .dyn : .duration
    }

    private func hint(
        for operation: Operator, _ operands: [ExpressionID], _ types: [ValueType]
    ) -> String? {
        for (operand, type) in zip(operands, types) {
            if case .type = type, environment.record != nil,
                case .identifier(let name, _) = tree[operand].kind
            {
                return "'\(name)' is a type here; a field of that name is 'record.\(name)'"
            }
        }
        let kinds = Set(types.map { substitution.apply($0).withoutNull })
        if operation == .add, kinds.contains(.string), kinds.count == 2 { return "convert with string(…)" }
        let numbers: Set<ValueType> = [.int, .uint, .double]
        if kinds.count == 2, kinds.isSubset(of: numbers) {
            return "convert with int(…), uint(…) or double(…)"
        }
        return nil
    }

    // MARK: Functions

    mutating func checkCall(
        _ id: ExpressionID, _ function: String, target: ExpressionID?, _ arguments: [ExpressionID],
        isAbsolute: Bool
    ) -> ValueType {
        if let target, let (name, isAbsolute) = qualifiedName(of: target),
            let found = globalFunction("\(name).\(function)", isAbsolute: isAbsolute)
        {
            return checkOverloads(id, found, .global, arguments.map { ($0, check($0)) }, isQualified: true)
        }
        var operands = arguments.map { ($0, check($0)) }
        guard let target else {
            guard let found = globalFunction(function, isAbsolute: isAbsolute) else {
                return unknownFunction(id, function, .global)
            }
            return checkOverloads(id, found, .global, operands, isQualified: false)
        }
        let method = environment.functions[function].flatMap { found in
            found.overloads.contains { $0.style == .member } ? found : nil
        }
        // A field may be called `ip` or `math`; what no value can be asked for is meant for the namespace.
        if method == nil, isNamespace(target) {
            return unknownQualifiedFunction(id, function, target: target)
        }
        operands.insert((target, check(target)), at: 0)
        guard let method else { return unknownFunction(id, function, .member) }
        return checkOverloads(id, method, .member, operands, isQualified: false)
    }

    private func globalFunction(_ name: String, isAbsolute: Bool) -> Function? {
        for candidate in candidates(name, isAbsolute: isAbsolute) {
            if let function = environment.functions[candidate],
                function.overloads.contains(where: { $0.style == .global })
            {
                return function
            }
        }
        return nil
    }

    private mutating func checkOverloads(
        _ id: ExpressionID, _ function: Function, _ style: Overload.Style,
        _ operands: [(id: ExpressionID, type: ValueType)], isQualified: Bool
    ) -> ValueType {
        let candidates = function.overloads.filter {
            $0.style == style && $0.takes(argumentCount: operands.count)
        }
        guard environment.checksTypes else {
            references[id] = .overloads(candidates, name: function.name, isQualified: isQualified)
            return .dyn
        }
        let operandTypes = operands.map(\.type)
        guard let match = match(candidates, operandTypes) else {
            report(
                .noMatchingOverload(function: function.name, arguments: operandTypes.map(shown)),
                at: tree[id].range)
            return .error
        }
        references[id] = .overloads(match.overloads, name: function.name, isQualified: isQualified)
        return match.type
    }

    /// The overloads that agree with the arguments and the type of what they answer, dyn when they differ.
    private mutating func match(
        _ overloads: [Overload], _ arguments: [ValueType]
    ) -> (overloads: [Overload], type: ValueType)? {
        var matching: [Overload] = []
        var result: ValueType?
        for overload in overloads where overload.takes(argumentCount: arguments.count) {
            var names: [String: ValueType] = [:]
            let pairs = arguments.enumerated().map { position, argument in
                (argument, substitution.instantiate(overload.parameter(at: position), &names))
            }
            guard substitution.unify(pairs) else { continue }
            matching.append(overload)
            let type = substitution.apply(substitution.instantiate(overload.result, &names))
            result = result == nil || result == type ? type : .dyn
        }
        return result.map { (matching, $0) }
    }

    // MARK: Unknown functions

    /// A name that is no variable but begins the names of functions, as `math` does.
    private func isNamespace(_ target: ExpressionID) -> Bool {
        guard let (name, _) = qualifiedName(of: target) else { return false }
        if environment.variables[name] != nil { return false }
        if case .object(let object) = environment.record, object.properties[name] != nil { return false }
        return environment.functions.hasNamespace(name)
    }

    private mutating func unknownQualifiedFunction(
        _ id: ExpressionID, _ function: String, target: ExpressionID
    ) -> ValueType {
        let name = qualifiedName(of: target).map { "\($0.name).\(function)" } ?? function
        return unknownFunction(id, name, .global)
    }

    private mutating func unknownFunction(
        _ id: ExpressionID, _ name: String, _ style: Overload.Style
    ) -> ValueType {
        references[id] = .unresolved(name)
        let known = environment.functions[name]
        let hint: String? =
            switch (known, style) {
            case (nil, _): nil
            case (_, .global): "call it on its first argument, as in x.\(name)(…)"
            case (_, .member): "call it with the value as its argument, as in \(name)(x)"
            }
        let names = environment.functions.names(callable: style) + Checker.macroNames(style)
        report(
            .unknownFunction(name), at: functionRange(id, isQualified: name.contains(".")),
            suggestion: known == nil ? closestMatch(to: name, among: names) : nil, hint: hint)
        return .error
    }

    /// The place of a function's name, with its namespace.
    private func functionRange(_ id: ExpressionID, isQualified: Bool) -> Range<Int> {
        guard let name = tree.nameRanges[id] else { return tree[id].range }
        return isQualified ? tree[id].range.lowerBound..<name.upperBound : name
    }

    private static func macroNames(_ style: Overload.Style) -> [String] {
        style == .global
            ? ["has", "default"]
            : ["all", "exists", "exists_one", "map", "filter", "transformList", "transformMap"]
    }
}

extension Operator {
    /// As people write it.
    var symbol: String {
        rawValue == "@in" ? "in" : rawValue.filter { $0 != "_" }
    }
}

extension FunctionLibrary {
    func names(callable style: Overload.Style) -> [String] {
        names.filter { name in
            name.first?.isLetter == true
                && (self[name]?.overloads.contains { $0.style == style } ?? false)
        }
    }
}
