import Records

/// Turns a checked expression into closures: names become slots and interned keys, constants are computed, patterns
/// compiled.
struct Compiler {
    let checked: CheckedExpression
    let pool: ConstantPool
    let functions: FunctionLibrary
    var errors: [CompileError] = []
    private var keys: [String: Key] = [:]

    var tree: SyntaxTree { checked.tree }

    init(_ checked: CheckedExpression, pool: ConstantPool, functions: FunctionLibrary) {
        self.checked = checked
        self.pool = pool
        self.functions = functions
    }

    mutating func lower(_ id: ExpressionID) -> Lowered {
        if let reference = checked.references[id], let lowered = lower(reference, at: id) { return lowered }
        switch tree[id].kind {
        case .literal(let literal): return Lowered(constant: constant(literal))
        case .identifier, .message, .blockIndex: return unresolved(id, .unknownVariable)
        case .select(let operand, let field, let mode):
            return lowerSelect(id, operand: operand, field: field, mode: mode)
        case .index(let operand, let index, let isOptional):
            return lowerIndex(id, operand: operand, index: index, isOptional: isOptional)
        case .operation(let operation, let operands): return lowerOperation(id, operation, operands)
        case .logic(let kind, let operands): return lowerLogic(id, kind, operands)
        case .conditional(let condition, let then, let otherwise):
            return lowerConditional(id, condition, then, otherwise)
        case .call(let function, let target, let arguments, _):
            return lowerCall(id, function, target: target, arguments)
        case .list(let elements): return lowerList(id, elements)
        case .map(let entries): return lowerMap(id, entries)
        case .comprehension(let comprehension): return lowerComprehension(id, comprehension)
        case .bind(_, let value, let body): return lowerBind(id, [value], body)
        case .block(let values, let body): return lowerBind(id, values, body)
        case .optionalMap(let target, _, let body, let isFlat):
            return lowerOptionalMap(id, target, body, isFlat: isFlat)
        case .fallback(let value, let fallback): return lowerFallback(id, value, fallback)
        }
    }

    /// The key of a name, the same object for the same name.
    mutating func key(_ name: String) -> Key {
        if let known = keys[name] { return known }
        let key = Key(name)
        keys[name] = key
        return key
    }

    /// The place in failures of a node.
    func site(_ id: ExpressionID) -> Int32 { Int32(truncatingIfNeeded: id) }

    /// The node as it is, or its value when all it depends on is constant.
    func folded(_ lowered: Lowered, over children: [Lowered]) -> Lowered {
        guard children.allSatisfy({ $0.constant != nil }), let value = pool.fold(lowered.step) else {
            return lowered
        }
        return Lowered(constant: value)
    }

    // MARK: Names and literals

    func constant(_ literal: Literal) -> Value {
        switch literal {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .uint(let value): .uint(value)
        case .double(let value): .double(value)
        case .string(let value): .text(pool.text(value))
        case .bytes(let value): .bytes(pool.frame.arena.text(value))
        }
    }

    /// Nil when the reference is that of a call.
    private mutating func lower(_ reference: Reference, at id: ExpressionID) -> Lowered? {
        switch reference {
        case .local(let slot): return Lowered { $0.slots[slot] }
        case .declared(let place):
            let site = site(id)
            let name = checked.variables[place]
            return Lowered { frame in
                frame.variables?[place] ?? frame.failure(.unknownVariable, at: site, name)
            }
        case .field: return lowerPath(id)
        case .record: return Lowered { _ in .record }
        case .meta: return Lowered { _ in .meta }
        case .now: return Lowered { .timestamp($0.now()) }
        case .type(let name): return Lowered(constant: .type(pool.text(name)))
        case .overloads: return nil
        case .unresolved:
            if case .call = tree[id].kind { return unresolved(id, .unknownFunction) }
            return unresolved(id, .unknownVariable)
        }
    }

    private func unresolved(_ id: ExpressionID, _ kind: EvaluationError.Kind) -> Lowered {
        let site = site(id)
        var name = ""
        if case .unresolved(let known) = checked.references[id] { name = known }
        return Lowered { [name] frame in frame.failure(kind, at: site, name) }
    }

    // MARK: Aggregates

    private mutating func lowerList(_ id: ExpressionID, _ elements: [Expression.Element]) -> Lowered {
        let site = site(id)
        let children = elements.map { lower($0.value) }
        let steps = children.map(\.step)
        let optional = elements.map(\.isOptional)
        let lowered = Lowered { frame in
            guard frame.spend(steps.count) else { return frame.costFailure(at: site) }
            let start = frame.arena.allocate(Value.self, count: steps.count)
            var count = 0
            for (position, step) in steps.enumerated() {
                var value = step(&frame)
                if value.isFailure { return value }
                if optional[position] {
                    guard case .optional(let content) = value else {
                        return frame.mismatch("[?_]", at: site, value)
                    }
                    guard let content else { continue }
                    value = content.pointee
                }
                (start + count).initialize(to: value)
                count += 1
            }
            return .list(Value.List(start: start, count: count))
        }
        return folded(lowered, over: children)
    }

    private mutating func lowerMap(_ id: ExpressionID, _ entries: [Expression.Entry]) -> Lowered {
        let site = site(id)
        let children = entries.map { (key: lower($0.key), value: lower($0.value)) }
        let steps = children.map { (key: $0.key.step, value: $0.value.step) }
        let optional = entries.map(\.isOptional)
        let lowered = Lowered { frame in
            guard frame.spend(steps.count) else { return frame.costFailure(at: site) }
            let map = Value.Map.empty(capacity: steps.count, in: &frame.arena)
            for (position, step) in steps.enumerated() {
                let key = frame.normalised(step.key(&frame))
                if key.isFailure { return key }
                _ = frame.charge(key)
                guard key.isKey else {
                    return frame.failure(.unsupportedKeyType, at: site, "\(key.typeName)")
                }
                var value = step.value(&frame)
                if value.isFailure { return value }
                if optional[position] {
                    guard case .optional(let content) = value else {
                        return frame.mismatch("{?_: _}", at: site, value)
                    }
                    guard let content else { continue }
                    value = content.pointee
                }
                guard map.insert(key, value) else {
                    return frame.failure(.duplicateKey, at: site, frame.shown(key))
                }
            }
            return .map(map)
        }
        return folded(lowered, over: children.flatMap { [$0.key, $0.value] })
    }

    // MARK: Bindings, optionals and fallbacks

    /// Values that fail only where they are used.
    private mutating func lowerBind(
        _ id: ExpressionID, _ values: [ExpressionID], _ body: ExpressionID
    ) -> Lowered {
        let first = checked.slots[id] ?? 0
        let children = values.map { lower($0) }
        let body = lower(body)
        let steps = children.map(\.step)
        let bodyStep = body.step
        let lowered = Lowered { frame in
            for (offset, step) in steps.enumerated() {
                let value = step(&frame)
                frame.slots[first + offset] = value
            }
            return bodyStep(&frame)
        }
        return body.constant != nil ? body : lowered
    }

    private mutating func lowerOptionalMap(
        _ id: ExpressionID, _ target: ExpressionID, _ body: ExpressionID, isFlat: Bool
    ) -> Lowered {
        let site = site(id)
        let slot = checked.slots[id] ?? 0
        let targetStep = lower(target).step
        let bodyStep = lower(body).step
        return Lowered { frame in
            let optional = targetStep(&frame)
            guard case .optional(let content) = optional else {
                return optional.isFailure ? optional : frame.mismatch("optMap", at: site, optional)
            }
            guard let content else { return .optional(nil) }
            frame.slots[slot] = content.pointee
            let result = bodyStep(&frame)
            if result.isFailure { return result }
            guard isFlat else { return frame.arena.optional(result) }
            guard case .optional = result else { return frame.mismatch("optFlatMap", at: site, result) }
            return result
        }
    }

    private mutating func lowerFallback(
        _ id: ExpressionID, _ value: ExpressionID, _ fallback: ExpressionID
    ) -> Lowered {
        let valueStep = lower(value).step
        let fallbackStep = lower(fallback).step
        return Lowered { frame in
            let value = valueStep(&frame)
            switch value {
            case .null: return fallbackStep(&frame)
            case .failure(let failure) where failure.kind == .missingField || failure.kind == .noSuchKey:
                return fallbackStep(&frame)
            default: return value
            }
        }
    }
}

extension Frame {
    /// The failure of an operation on a value of the wrong kind.
    mutating func mismatch(_ operation: String, at site: Int32, _ values: Value...) -> Value {
        let types = values.map { "\($0.typeName)" }.joined(separator: ", ")
        return failure(.noSuchOverload, at: site, "\(operation) of (\(types))")
    }

    /// A short form of a key for messages.
    mutating func shown(_ value: Value) -> String {
        switch value {
        case .bool(let value): return "\(value)"
        case .int(let value): return "\(value)"
        case .uint(let value): return "\(value)u"
        case .double(let value): return DoubleText.literal(value)
        default:
            guard let text = text(of: value) else { return "\(value.typeName)" }
            return Quoting.quote(String(text[0..<min(text.count, 240)].string.prefix(60)))
        }
    }
}
