import Records

/// Calls of functions.
extension Compiler {
    mutating func lowerCall(
        _ id: ExpressionID, _ function: String, target: ExpressionID?, _ arguments: [ExpressionID]
    ) -> Lowered {
        guard case .overloads(let overloads, let name, let isQualified) = checked.references[id] else {
            return Lowered { [site = site(id)] frame in frame.failure(.unknownFunction, at: site, function) }
        }
        var operands = arguments
        if let target, !isQualified { operands.insert(target, at: 0) }
        if let special = lowerSpecialCall(id, name, operands) { return special }
        let children = operands.map { lower($0) }
        let call = Call(name: name, overloads: overloads, site: site(id))
        let lowered = call.lowered(children.map(\.step))
        let result = folded(lowered, over: children)
        if result.constant == nil { noteBadConstant(id, name, operands, lowered) }
        noteBadArgument(name, operands)
        return result
    }

    /// `timestamp("…")` and `duration("…")` of literals are read now, so that a bad one has a place in the text.
    private mutating func noteBadConstant(
        _ id: ExpressionID, _ name: String, _ operands: [ExpressionID], _ lowered: Lowered
    ) {
        guard name == "timestamp" || name == "duration", operands.count == 1,
            case .literal(.string) = tree[operands[0]].kind, let failure = pool.failure(of: lowered.step)
        else { return }
        errors.append(
            CompileError(.badConstant(failure.kind, detail: failure.detail), at: tree[operands[0]].range))
    }

    /// An argument that the function can never take, such as the name of a time zone that there is none of.
    private mutating func noteBadArgument(_ name: String, _ operands: [ExpressionID]) {
        guard operands.count > 1, let last = operands.last,
            case .literal(.string(let text)) = tree[last].kind,
            let (problem, suggestion) = functions[name]?.problemOfArgument?(text)
        else { return }
        errors.append(
            CompileError(
                .badConstant(.invalidArgument, detail: problem), at: tree[last].range, suggestion: suggestion)
        )
    }

    private mutating func lowerSpecialCall(
        _ id: ExpressionID, _ name: String, _ operands: [ExpressionID]
    ) -> Lowered? {
        switch (name, operands.count) {
        case ("matches", 2): lowerMatches(id, operands[0], pattern: operands[1])
        case ("or", 2): lowerOr(id, operands, unwraps: false)
        case ("orValue", 2): lowerOr(id, operands, unwraps: true)
        default: nil
        }
    }

    /// A constant pattern is compiled once, here.
    private mutating func lowerMatches(
        _ id: ExpressionID, _ operand: ExpressionID, pattern: ExpressionID
    ) -> Lowered? {
        let patternNode = lower(pattern)
        guard case .text(let text) = patternNode.constant else { return nil }
        let regex: Regex
        do {
            regex = try Regex(text.string)
        } catch {
            errors.append(
                CompileError(.badPattern(pattern: text.string, reason: error.reason), at: tree[pattern].range)
            )
            return Lowered(constant: .bool(false))
        }
        let site = site(id)
        let child = lower(operand)
        let step = child.step
        let lowered = Lowered { frame in
            let value = step(&frame)
            if value.isFailure { return value }
            guard let text = frame.text(of: value) else { return frame.mismatch("matches", at: site, value) }
            guard frame.spend(bytes: text.count * 4) else { return frame.costFailure(at: site) }
            return .bool(regex.matches(text))
        }
        return folded(lowered, over: [child])
    }

    /// `a.or(b)` and `a.orValue(b)` look at `b` only when `a` is empty.
    private mutating func lowerOr(_ id: ExpressionID, _ operands: [ExpressionID], unwraps: Bool) -> Lowered {
        let site = site(id)
        let children = operands.map { lower($0) }
        let (first, second) = (children[0].step, children[1].step)
        let lowered = Lowered { frame in
            let optional = first(&frame)
            guard case .optional(let content) = optional else {
                return optional.isFailure
                    ? optional : frame.mismatch(unwraps ? "orValue" : "or", at: site, optional)
            }
            if let content { return unwraps ? content.pointee : optional }
            let other = second(&frame)
            if !unwraps, !other.isFailure, other.kind != .optional {
                return frame.mismatch("or", at: site, optional, other)
            }
            return other
        }
        return folded(lowered, over: children)
    }
}

/// The choice among overloads by the kinds of the arguments at run time.
private struct Call: Sendable {
    struct Candidate: Sendable {
        let kinds: [Kinds]
        let isVariadic: Bool
        let body: Overload.Body

        func accepts(_ position: Int, _ value: Value) -> Bool {
            kinds[min(position, kinds.count - 1)].contains(value.kind)
        }
    }

    let name: String
    let candidates: [Candidate]
    let site: Int32

    init(name: String, overloads: [Overload], site: Int32) {
        self.name = name
        self.site = site
        candidates = overloads.map {
            Candidate(kinds: $0.parameters.map(\.kinds), isVariadic: $0.isVariadic, body: $0.body)
        }
    }

    func lowered(_ steps: [Step]) -> Lowered {
        switch steps.count {
        case 1: unary(steps[0])
        case 2: binary(steps[0], steps[1])
        default: general(steps)
        }
    }

    private func unary(_ step: @escaping Step) -> Lowered {
        if candidates.count == 1, case .one(let body) = candidates[0].body {
            let kinds = candidates[0].kinds[0]
            return Lowered { frame in
                let value = step(&frame)
                guard kinds.contains(value.kind) else { return mismatch(&frame, value) }
                guard frame.charge(value) else { return frame.costFailure(at: site) }
                return located(body(value, &frame))
            }
        }
        return Lowered { frame in
            let value = step(&frame)
            guard frame.charge(value) else { return frame.costFailure(at: site) }
            for candidate in candidates where candidate.accepts(0, value) {
                switch candidate.body {
                case .one(let body): return located(body(value, &frame))
                case .many(let body): return located(body([value], &frame))
                default: continue
                }
            }
            return mismatch(&frame, value)
        }
    }

    private func binary(_ left: @escaping Step, _ right: @escaping Step) -> Lowered {
        if candidates.count == 1, case .two(let body) = candidates[0].body {
            let (first, second) = (candidates[0].kinds[0], candidates[0].kinds[1])
            return Lowered { frame in
                let a = left(&frame)
                if a.isFailure { return a }
                let b = right(&frame)
                guard first.contains(a.kind), second.contains(b.kind) else { return mismatch(&frame, a, b) }
                guard frame.charge(a), frame.charge(b) else { return frame.costFailure(at: site) }
                return located(body(a, b, &frame))
            }
        }
        return general([left, right])
    }

    private func general(_ steps: [Step]) -> Lowered {
        Lowered { frame in
            var values: [Value] = []
            values.reserveCapacity(steps.count)
            for step in steps {
                let value = step(&frame)
                if value.isFailure { return value }
                guard frame.charge(value) else { return frame.costFailure(at: site) }
                values.append(value)
            }
            for candidate in candidates where accepts(candidate, values) {
                switch candidate.body {
                case .none(let body): return located(body(&frame))
                case .one(let body): return located(body(values[0], &frame))
                case .two(let body): return located(body(values[0], values[1], &frame))
                case .many(let body): return located(body(values, &frame))
                case .declared: continue
                }
            }
            return failure(&frame, values)
        }
    }

    private func accepts(_ candidate: Candidate, _ values: [Value]) -> Bool {
        guard candidate.isVariadic || values.count == candidate.kinds.count else { return false }
        for (position, value) in values.enumerated() where !candidate.accepts(position, value) {
            return false
        }
        return true
    }

    // MARK: Failures

    /// A failure of an argument as it is, else the complaint about the kinds.
    private func mismatch(_ frame: inout Frame, _ values: Value...) -> Value {
        for value in values where value.isFailure { return value }
        return failure(&frame, values)
    }

    private func failure(_ frame: inout Frame, _ values: [Value]) -> Value {
        let types = values.map { "\($0.typeName)" }.joined(separator: ", ")
        return frame.failure(.noSuchOverload, at: site, "\(name)(\(types))")
    }

    /// Puts the place of the call into a failure that has none.
    @inline(__always)
    private func located(_ value: Value) -> Value {
        guard case .failure(var failure) = value, failure.site < 0 else { return value }
        failure.site = site
        return .failure(failure)
    }
}

extension Frame {
    /// Pays for an argument: its bytes if it is text, one step otherwise.
    @inline(__always)
    mutating func charge(_ value: Value) -> Bool {
        switch value {
        case .text(let text), .bytes(let text): spend(bytes: text.count)
        case .node(let node) where node.kind == .escapedString: spend(bytes: node.text.count)
        case .failure: true
        default: spend()
        }
    }
}
