import Records

@testable import CEL

/// A plain evaluator over owned values, written without regard to speed, to compare the compiled programs with.
struct TreeWalker {
    struct Failure: Error {
        let kind: EvaluationError.Kind

        init(_ kind: EvaluationError.Kind) { self.kind = kind }
    }

    let tree: SyntaxTree
    let record: [(key: OwnedValue, value: OwnedValue)]

    func evaluate() throws(Failure) -> OwnedValue { try value(tree.root, [:]) }

    private func value(_ id: ExpressionID, _ locals: [String: OwnedValue]) throws(Failure) -> OwnedValue {
        switch tree[id].kind {
        case .literal(let literal): return TreeWalker.owned(literal)
        case .identifier(let name, let isAbsolute):
            if !isAbsolute, let local = locals[name] { return local }
            if name == "record" { return .map(record) }
            return try member(.string(name), of: .map(record), isData: true)
        case .select(let operand, let field, let mode):
            let container = try value(operand, locals)
            guard mode == .test || mode == .testField else {
                return try member(.string(field), of: container, isData: isData(operand, locals))
            }
            do {
                _ = try member(.string(field), of: container, isData: false)
                return .bool(true)
            } catch {
                guard error.kind == .noSuchKey else { throw error }
                return .bool(false)
            }
        case .index(let operand, let index, _):
            let container = try value(operand, locals)
            return try member(try value(index, locals), of: container, isData: isData(operand, locals))
        case .operation(let operation, let operands):
            var values: [OwnedValue] = []
            for operand in operands { values.append(try value(operand, locals)) }
            return try Arithmetic.apply(operation, values)
        case .logic(let kind, let operands): return try logic(operands, deciding: kind == .or, locals)
        case .conditional(let condition, let then, let otherwise):
            guard case .bool(let flag) = try value(condition, locals) else { throw Failure(.noSuchOverload) }
            return try value(flag ? then : otherwise, locals)
        case .list(let elements):
            var values: [OwnedValue] = []
            for element in elements { values.append(try value(element.value, locals)) }
            return .list(values)
        case .map(let entries): return try map(entries, locals)
        case .call(let function, let target, let arguments, _):
            var values: [OwnedValue] = []
            for operand in (target.map { [$0] } ?? []) + arguments {
                values.append(try value(operand, locals))
            }
            return try Functions.call(function, values)
        case .comprehension(let comprehension): return try self.comprehension(comprehension, locals)
        case .bind(let variable, let bound, let body):
            var inner = locals
            inner[variable] = try value(bound, locals)
            return try value(body, inner)
        case .fallback(let wanted, let fallback):
            do {
                let found = try value(wanted, locals)
                return found == .null ? try value(fallback, locals) : found
            } catch {
                guard error.kind == .missingField || error.kind == .noSuchKey else { throw error }
                return try value(fallback, locals)
            }
        default: throw Failure(.unknownFunction)
        }
    }

    private static func owned(_ literal: Literal) -> OwnedValue {
        switch literal {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .uint(let value): .uint(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .bytes(let value): .bytes(value)
        }
    }

    /// Whether a value comes from the record, so that what it lacks is a missing field.
    private func isData(_ id: ExpressionID, _ locals: [String: OwnedValue]) -> Bool {
        switch tree[id].kind {
        case .identifier(let name, let isAbsolute): isAbsolute || locals[name] == nil
        case .select(let operand, _, _), .index(let operand, _, _): isData(operand, locals)
        default: false
        }
    }

    private func member(
        _ key: OwnedValue, of container: OwnedValue, isData: Bool
    ) throws(Failure) -> OwnedValue {
        switch container {
        case .map(let entries):
            for entry in entries.reversed() where Arithmetic.equal(entry.key, key) { return entry.value }
            throw Failure(isData ? .missingField : .noSuchKey)
        case .list(let elements):
            let position: Int
            switch key {
            case .int(let int): position = Int(int)
            case .uint(let uint): position = Int(clamping: uint)
            case .double(let double):
                guard let whole = Int(exactly: double) else { throw Failure(.invalidArgument) }
                position = whole
            default: throw Failure(.invalidArgument)
            }
            guard elements.indices.contains(position) else { throw Failure(.indexOutOfRange) }
            return elements[position]
        case .null: throw Failure(.missingField)
        default: throw Failure(.noSuchOverload)
        }
    }

    private func logic(
        _ operands: [ExpressionID], deciding: Bool, _ locals: [String: OwnedValue]
    ) throws(Failure) -> OwnedValue {
        var failure: Failure?
        for operand in operands {
            do {
                switch try value(operand, locals) {
                case .bool(let flag): if flag == deciding { return .bool(flag) }
                default: failure = failure ?? Failure(.noSuchOverload)
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!deciding)
    }

    private func map(
        _ entries: [Expression.Entry], _ locals: [String: OwnedValue]
    ) throws(Failure) -> OwnedValue {
        var result: [(key: OwnedValue, value: OwnedValue)] = []
        for entry in entries {
            let key = try value(entry.key, locals)
            switch key {
            case .bool, .int, .uint, .string: break
            default: throw Failure(.unsupportedKeyType)
            }
            let content = try value(entry.value, locals)
            guard !result.contains(where: { Arithmetic.equal($0.key, key) }) else {
                throw Failure(.duplicateKey)
            }
            result.append((key, content))
        }
        return .map(result)
    }

    // MARK: Macros

    private func comprehension(
        _ node: Expression.Comprehension, _ locals: [String: OwnedValue]
    ) throws(Failure) -> OwnedValue {
        let pairs: [(OwnedValue, OwnedValue)]
        switch try value(node.range, locals) {
        case .list(let elements): pairs = elements.enumerated().map { (.int(Int64($0)), $1) }
        case .map(let entries):
            pairs = entries.map { ($0.key, node.variables.count == 2 ? $0.value : $0.key) }
        default: throw Failure(.noSuchOverload)
        }
        let scopes = pairs.map { key, value in
            var inner = locals
            inner[node.variables[0]] = node.variables.count == 2 ? key : value
            if node.variables.count == 2 { inner[node.variables[1]] = value }
            return inner
        }
        if node.kind == .all || node.kind == .exists {
            return try quantifier(node, scopes, deciding: node.kind == .exists)
        }
        var kept: [(OwnedValue, OwnedValue)] = []
        for (scope, pair) in zip(scopes, pairs) {
            if let predicate = node.predicate {
                guard case .bool(let flag) = try value(predicate, scope) else {
                    throw Failure(.noSuchOverload)
                }
                guard flag else { continue }
            }
            kept.append(
                (pair.0, try node.transform.map { id throws(Failure) in try value(id, scope) } ?? pair.1))
        }
        switch node.kind {
        case .existsOne: return .bool(kept.count == 1)
        case .transformMap: return .map(kept.map { (key: $0, value: $1) })
        default: return .list(kept.map(\.1))
        }
    }

    private func quantifier(
        _ node: Expression.Comprehension, _ scopes: [[String: OwnedValue]], deciding: Bool
    ) throws(Failure) -> OwnedValue {
        var failure: Failure?
        for scope in scopes {
            guard let predicate = node.predicate else { continue }
            do {
                switch try value(predicate, scope) {
                case .bool(let flag): if flag == deciding { return .bool(flag) }
                default: failure = failure ?? Failure(.noSuchOverload)
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!deciding)
    }
}
