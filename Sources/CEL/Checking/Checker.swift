/// Finds out what every name refers to and which type every node has.
struct Checker {
    struct Local {
        let name: String
        let type: ValueType
        let slot: Int
    }

    let environment: Environment
    let tree: SyntaxTree
    var types: [ValueType]
    var references: [ExpressionID: Reference] = [:]
    var slots: [ExpressionID: Int] = [:]
    var readAsTimestamp: Set<ExpressionID> = []
    var variables: [String] = []
    var substitution = Substitution()
    var errors: [CompileError] = []
    private var locals: [Local] = []
    private var slotCount = 0
    private var blockStarts: [(slot: Int, count: Int)] = []

    private init(_ tree: SyntaxTree, in environment: Environment) {
        self.tree = tree
        self.environment = environment
        types = Array(repeating: .dyn, count: tree.nodes.count)
    }

    /// Checks a tree; all errors at once.
    static func check(
        _ tree: SyntaxTree, in environment: Environment, expecting expected: ValueType? = nil
    ) throws(CompileErrors) -> CheckedExpression {
        var checker = Checker(tree, in: environment)
        let type = checker.check(tree.root)
        if let expected, !checker.substitution.unify([(type, expected)]) {
            checker.report(
                .expectedType(expected.description, found: checker.shown(type)), at: tree.root)
        }
        guard checker.errors.isEmpty else { throw CompileErrors(checker.errors) }
        return CheckedExpression(
            tree: tree, types: checker.types.map { checker.substitution.apply($0, final: true) },
            references: checker.references, slots: checker.slots, readAsTimestamp: checker.readAsTimestamp,
            variables: checker.variables, slotCount: checker.slotCount)
    }

    // MARK: Errors

    /// Notes an error of types or names, unless the environment leaves those to evaluation.
    mutating func report(
        _ kind: CompileError.Kind, at range: Range<Int>, suggestion: String? = nil, hint: String? = nil
    ) {
        guard environment.checksTypes else { return }
        errors.append(CompileError(kind, at: range, suggestion: suggestion, hint: hint))
    }

    mutating func report(_ kind: CompileError.Kind, at id: ExpressionID) {
        report(kind, at: tree[id].range)
    }

    /// A type as a message shows it.
    func shown(_ type: ValueType) -> String { substitution.apply(type, final: true).description }

    // MARK: Local variables

    func local(_ name: String) -> Local? { locals.last { $0.name == name } }

    /// Checks something with more variables in scope, which get the next free slots.
    mutating func withLocals<R>(
        _ variables: [(name: String, type: ValueType)], of id: ExpressionID, _ body: (inout Checker) -> R
    ) -> R {
        let first = locals.count
        slots[id] = first
        for (offset, variable) in variables.enumerated() {
            locals.append(Local(name: variable.name, type: variable.type, slot: first + offset))
        }
        slotCount = max(slotCount, locals.count)
        let result = body(&self)
        locals.removeSubrange(first...)
        return result
    }

    // MARK: Nodes

    @discardableResult
    mutating func check(_ id: ExpressionID) -> ValueType {
        let type: ValueType
        switch tree[id].kind {
        case .literal(let literal): type = Checker.type(of: literal)
        case .identifier: type = checkIdentifier(id)
        case .select(let operand, let field, let mode):
            type = checkSelect(id, operand: operand, field: field, mode: mode)
        case .index(let operand, let index, let isOptional):
            type = checkIndex(id, operand: operand, index: index, isOptional: isOptional)
        case .operation(let operation, let operands): type = checkOperation(id, operation, operands)
        case .logic(let kind, let operands): type = checkLogic(kind, operands)
        case .conditional(let condition, let then, let otherwise):
            type = checkConditional(id, condition, then, otherwise)
        case .call(let function, let target, let arguments, let isAbsolute):
            type = checkCall(id, function, target: target, arguments, isAbsolute: isAbsolute)
        case .list(let elements): type = checkList(elements)
        case .map(let entries): type = checkMap(entries)
        case .message: type = .error
        case .comprehension(let comprehension): type = checkComprehension(id, comprehension)
        case .bind(let variable, let value, let body):
            let valueType = check(value)
            type = withLocals([(variable, valueType)], of: id) { $0.check(body) }
        case .block(let values, let body): type = checkBlock(id, values, body)
        case .blockIndex(let index): type = checkBlockIndex(id, index)
        case .optionalMap(let target, let variable, let body, let isFlat):
            type = checkOptionalMap(id, target, variable, body, isFlat: isFlat)
        case .fallback(let value, let fallback):
            let valueType = check(value).withoutNull
            type = substitution.join(valueType, check(fallback))
        }
        types[id] = type
        return type
    }

    static func type(of literal: Literal) -> ValueType {
        switch literal {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        }
    }

    // MARK: Logic and conditions

    mutating func expectBool(_ id: ExpressionID) {
        let type = check(id)
        if !substitution.unify([(type, .bool)]) {
            report(.expectedType("bool", found: shown(type)), at: id)
        }
    }

    private mutating func checkLogic(
        _ kind: Expression.LogicOperator, _ operands: [ExpressionID]
    ) -> ValueType {
        for operand in operands { expectBool(operand) }
        return .bool
    }

    private mutating func checkConditional(
        _ id: ExpressionID, _ condition: ExpressionID, _ then: ExpressionID, _ otherwise: ExpressionID
    ) -> ValueType {
        expectBool(condition)
        let left = check(then)
        let right = check(otherwise)
        if substitution.unify([(left, right)]) {
            return left.isAtLeastAsGeneral(as: right) ? left : right
        }
        if left == .null || right == .null { return .nullable(left == .null ? right : left) }
        report(
            .noMatchingOverload(function: "_?_:_", arguments: ["bool", shown(left), shown(right)]), at: id)
        return .error
    }

    // MARK: Aggregates

    private mutating func checkList(_ elements: [Expression.Element]) -> ValueType {
        var joined: ValueType?
        for element in elements {
            var type = check(element.value)
            if element.isOptional { type = content(ofOptional: type, at: element.value) }
            joined = substitution.join(joined, type)
        }
        return .list(joined ?? substitution.freshVariable())
    }

    private mutating func checkMap(_ entries: [Expression.Entry]) -> ValueType {
        var keys: ValueType?
        var values: ValueType?
        for entry in entries {
            let key = check(entry.key)
            if !Checker.mayBeKey(substitution.apply(key)) {
                report(
                    .expectedType("a key of type bool, int, uint or string", found: shown(key)), at: entry.key
                )
            }
            keys = substitution.join(keys, key)
            var value = check(entry.value)
            if entry.isOptional { value = content(ofOptional: value, at: entry.value) }
            values = substitution.join(values, value)
        }
        return .map(keys ?? substitution.freshVariable(), values ?? substitution.freshVariable())
    }

    private static func mayBeKey(_ type: ValueType) -> Bool {
        switch type {
        case .bool, .int, .uint, .string, .dyn, .error, .variable: true
        default: false
        }
    }

    /// The type inside `[?x]` and `{?k: x}`.
    private mutating func content(ofOptional type: ValueType, at id: ExpressionID) -> ValueType {
        let inner = substitution.freshVariable()
        guard substitution.unify([(type, .optional(inner))]) else {
            report(.expectedType("optional_type(T)", found: shown(type)), at: id)
            return .error
        }
        return type.isDynamic ? .dyn : inner
    }

    // MARK: Blocks and optionals

    private mutating func checkBlock(
        _ id: ExpressionID, _ values: [ExpressionID], _ body: ExpressionID
    ) -> ValueType {
        let first = locals.count
        slots[id] = first
        for value in values {
            blockStarts.append((first, locals.count - first))
            let type = check(value)
            blockStarts.removeLast()
            locals.append(Local(name: "@index", type: type, slot: locals.count))
            slotCount = max(slotCount, locals.count)
        }
        blockStarts.append((first, values.count))
        let type = check(body)
        blockStarts.removeLast()
        locals.removeSubrange(first...)
        return type
    }

    private mutating func checkBlockIndex(_ id: ExpressionID, _ index: Int) -> ValueType {
        guard let block = blockStarts.last, index < block.count else {
            errors.append(CompileError(.badBlockIndex, at: tree[id].range))
            return .error
        }
        references[id] = .local(slot: block.slot + index)
        return locals[block.slot + index].type
    }

    private mutating func checkOptionalMap(
        _ id: ExpressionID, _ target: ExpressionID, _ variable: String, _ body: ExpressionID, isFlat: Bool
    ) -> ValueType {
        let inner = content(ofOptional: check(target), at: target)
        let bodyType = withLocals([(variable, inner)], of: id) { $0.check(body) }
        guard isFlat else { return .optional(bodyType) }
        return .optional(content(ofOptional: bodyType, at: body))
    }
}
