package import Records

/// A compiled expression: evaluated as often and on as many threads as wanted.
package final class Program: Sendable {
    /// The expression as it was written.
    package let text: String
    let checked: CheckedExpression
    private let root: Step
    /// Finds what the expression hands on as it stands in the record; nil when it makes something of what it reads.
    private let copiedNode: NodeFinder?
    /// Owns the memory behind the constants in the closures.
    private let constants: ConstantPool
    private let cost: Int
    private let slotCount: Int
    /// The paths of fields that may be missing, by their nodes.
    private let paths: [ExpressionID: String]

    /// What the checker deduced for the whole expression.
    package var type: ValueType { checked.type }

    /// The syntax tree after macros, as text for people.
    package var tree: String { TreePrinter(checked).text }

    /// Compiles an expression; all its problems at once.
    ///
    /// With `expected` the expression must be of that type, or of one that is known only at run time.
    package static func compile(
        _ text: String, in environment: Environment, expecting expected: ValueType? = nil
    ) throws(CompileErrors) -> Program {
        let options = Parser.Options(
            limits: environment.limits, extensions: environment.extensions,
            readsRecords: environment.record != nil, expandsMacros: environment.expandsMacros)
        let tree = try Parser.parse(text, options: options)
        let checked = try Checker.check(tree, in: environment, expecting: expected)
        return try Program(text, checked, environment)
    }

    private init(
        _ text: String, _ checked: CheckedExpression, _ environment: Environment
    ) throws(CompileErrors) {
        let constants = ConstantPool(slotCount: checked.slotCount)
        var compiler = Compiler(checked, pool: constants, functions: environment.functions)
        let root = compiler.lower(checked.tree.root).step
        copiedNode = compiler.copiedNode(checked.tree.root)
        guard compiler.errors.isEmpty else { throw CompileErrors(compiler.errors) }
        self.text = text
        self.checked = checked
        self.root = root
        self.constants = constants
        cost = environment.limits.cost
        slotCount = checked.slotCount
        paths = checked.paths
    }
}

/// What several expressions may still cost together: at first as much as the first of them may alone.
package struct Allowance {
    fileprivate var left: Int?

    package init() {}
}

/// What a condition says of a record.
package enum MatchOutcome: Equatable, Sendable {
    case matched
    case notMatched
    /// The condition depends on a field that the record does not have, named with its path.
    case missing(field: String)
    case failed(EvaluationError)
}

// MARK: - Evaluation over records

extension Program {
    /// Whether a record fulfils the condition.
    package func matches(_ record: borrowing Record, in context: EvaluationContext) -> MatchOutcome {
        guard slotCount == 0 else { return matchesWithSlots(record, in: context) }
        var frame = frame(record, context, Program.noSlots)
        return outcome(root(&frame), &frame)
    }

    @inline(never)
    private func matchesWithSlots(
        _ record: borrowing Record, in context: EvaluationContext
    ) -> MatchOutcome {
        evaluate(record, in: context) { value, frame in outcome(value, &frame) }
    }

    @inline(__always)
    private func outcome(_ value: Value, _ frame: inout Frame) -> MatchOutcome {
        switch value {
        case .bool(true): .matched
        case .bool(false): .notMatched
        default: failedMatch(value, &frame)
        }
    }

    @inline(never)
    private func failedMatch(_ value: Value, _ frame: inout Frame) -> MatchOutcome {
        guard case .failure(let failure) = value else {
            return .failed(
                EvaluationError(
                    .noSuchOverload, at: checked.tree[checked.tree.root].range,
                    detail: "a condition of type \(value.typeName)"))
        }
        if failure.kind == .missingField, let path = paths[Int(failure.site)] { return .missing(field: path) }
        let error = error(failure, frame)
        return failure.kind == .missingField ? .missing(field: error.detail) : .failed(error)
    }

    /// The value for a record, as a value that owns itself.
    package func value(
        of record: borrowing Record, in context: EvaluationContext
    ) -> Result<OwnedValue, EvaluationError> {
        evaluate(record, in: context) { value, frame in owned(value, &frame) }
    }

    /// Appends the value for a record as JSON; false, and nothing appended, when it is an optional without value.
    package func append(
        _ record: borrowing Record, in context: EvaluationContext, to builder: inout ChunkBuilder
    ) throws(EvaluationError) -> Bool {
        var allowance = Allowance()
        return try append(record, in: context, to: &builder, spending: &allowance)
    }

    /// The same as one of several expressions that together cost no more than one may.
    package func append(
        _ record: borrowing Record, in context: EvaluationContext, to builder: inout ChunkBuilder,
        spending allowance: inout Allowance
    ) throws(EvaluationError) -> Bool {
        var left = allowance.left ?? cost
        defer { allowance.left = left }
        let result = evaluate(record, in: context, budget: left) {
            value, frame -> Result<Bool, EvaluationError> in
            defer { left = max(0, frame.budget) }
            if case .failure(let failure) = value { return .failure(error(failure, frame)) }
            if case .optional(nil) = value { return .success(false) }
            if let obstacle = frame.obstacleToWriting(value) { return .failure(failed(obstacle)) }
            if let node = exactNumber(value, &frame) {
                builder.copy(node)
            } else {
                frame.write(value, to: &builder)
            }
            return .success(true)
        }
        return try result.get()
    }

    /// The value for a record as text that no other value has, nil for null. Whole numbers keep all their digits.
    package func identity(
        of record: borrowing Record, in context: EvaluationContext
    ) -> Result<String?, EvaluationError> {
        evaluate(record, in: context) { value, frame in
            if let node = exactNumber(value, &frame), node.kind == .integer {
                return .success(String(decoding: node.text, as: UTF8.self))
            }
            return owned(value, &frame).map { $0 == .null ? nil : "\($0)" }
        }
    }

    /// The value for declared variables, without a record.
    package func value(
        of variables: [String: OwnedValue], in context: EvaluationContext? = nil
    ) -> Result<OwnedValue, EvaluationError> {
        run(context: context, variables: variables) { value, frame in owned(value, &frame) }
    }
}

// MARK: - The frame of an evaluation

extension Program {
    @inline(__always)
    private func evaluate<R>(
        _ record: borrowing Record, in context: EvaluationContext, budget: Int? = nil,
        _ body: (Value, inout Frame) -> R
    ) -> R {
        guard slotCount > 0 else {
            var frame = frame(record, context, Program.noSlots, budget: budget)
            return body(root(&frame), &frame)
        }
        return withUnsafeTemporaryAllocation(of: Value.self, capacity: slotCount) { slots in
            slots.initialize(repeating: .null)
            var frame = frame(record, context, slots.baseAddress ?? Program.noSlots, budget: budget)
            return body(root(&frame), &frame)
        }
    }

    @inline(__always)
    private func frame(
        _ record: borrowing Record, _ context: EvaluationContext, _ slots: UnsafeMutablePointer<Value>,
        budget: Int? = nil
    ) -> Frame {
        Frame(
            base: record.node, overlay: record.unmanagedOverlay,
            chunk: Unmanaged.passUnretained(record.chunk), recordIndex: record.index,
            attachment: record.unmanagedAttachment, attachmentIndex: record.attachmentIndex, variables: nil,
            slots: slots, context: Unmanaged.passUnretained(context), budget: budget ?? cost)
    }

    /// For programs without variables of macros; never read or written.
    private static var noSlots: UnsafeMutablePointer<Value> {
        UnsafeMutablePointer(bitPattern: MemoryLayout<Value>.alignment).unsafelyUnwrapped
    }

    private func run<R>(
        context: EvaluationContext?, variables: [String: OwnedValue],
        _ body: (Value, inout Frame) -> R
    ) -> R {
        withUnsafeTemporaryAllocation(of: Value.self, capacity: slotCount + checked.variables.count) {
            space in
            var bindings = Arena()
            space.initialize(repeating: .null)
            let start = space.baseAddress ?? Program.noSlots
            for (place, name) in checked.variables.enumerated() {
                (start + place).initialize(
                    to: variables[name].map { Value($0, in: &bindings) }
                        ?? .failure(Value.Failure(kind: .unknownVariable, site: -1, detail: 0)))
            }
            var frame = Frame(
                base: nil, overlay: nil, chunk: nil, recordIndex: 0, variables: start,
                slots: start + checked.variables.count, context: context.map { Unmanaged.passUnretained($0) },
                budget: cost)
            return body(root(&frame), &frame)
        }
    }
}

// MARK: - Errors

extension Program {
    private func owned(_ value: Value, _ frame: inout Frame) -> Result<OwnedValue, EvaluationError> {
        if case .failure(let failure) = value { return .failure(error(failure, frame)) }
        if let obstacle = frame.obstacleToOwning(value) { return .failure(failed(obstacle)) }
        return .success(frame.owned(value))
    }

    /// The whole result cannot be used.
    private func failed(_ kind: EvaluationError.Kind) -> EvaluationError {
        EvaluationError(kind, at: checked.tree[checked.tree.root].range, detail: "")
    }

    /// The number of the record that the result is, where a value cannot hold all its digits.
    private func exactNumber(_ value: Value, _ frame: inout Frame) -> Node? {
        guard case .double = value, let node = copiedNode?(&frame), node.isNumber else { return nil }
        return node
    }

    private func error(_ failure: Value.Failure, _ frame: borrowing Frame) -> EvaluationError {
        let tree = checked.tree
        let site = failure.site >= 0 ? Int(failure.site) : tree.root
        var detail = frame.detail(of: failure)
        if failure.kind == .missingField, let path = paths[site] { detail = path }
        return EvaluationError(failure.kind, at: tree[site].range, detail: detail)
    }
}

extension CheckedExpression {
    /// The paths of names that nodes spell, for messages.
    fileprivate var paths: [ExpressionID: String] {
        var paths: [ExpressionID: String] = [:]
        for id in tree.nodes.indices {
            switch tree[id].kind {
            case .identifier, .select, .index: paths[id] = path(id)
            default: break
            }
        }
        return paths
    }

    /// The path of names that a node spells, for messages.
    private func path(_ id: ExpressionID) -> String? {
        switch tree[id].kind {
        case .identifier(let name, _): return name
        case .select(let operand, let field, _):
            if case .record = references[operand] { return field }
            return path(operand).map { "\($0).\(field)" }
        case .index(let operand, let index, _):
            guard case .literal(.string(let field)) = tree[index].kind else { return nil }
            if case .record = references[operand] { return field }
            return path(operand).map { "\($0).\(field)" }
        default: return nil
        }
    }
}
