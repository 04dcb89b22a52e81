import Records

/// Comparisons of a field with a constant, on the tape's node without making a value of it.
extension Compiler {
    /// Nil when the operation is of another shape.
    mutating func lowerPathComparison(
        _ id: ExpressionID, _ operation: Operator, _ operands: [ExpressionID]
    ) -> Lowered? {
        guard operands.count == 2, !operands.contains(where: checked.readAsTimestamp.contains) else {
            return nil
        }
        if let path = path(operands[0]), let constant = literal(operands[1]) {
            return comparison(operation, PathFinder(path), constant, at: id)
        }
        if let path = path(operands[1]), let constant = literal(operands[0]),
            let mirrored = operation.mirrored
        {
            return comparison(mirrored, PathFinder(path), constant, at: id)
        }
        return nil
    }

    private mutating func literal(_ id: ExpressionID) -> Value? {
        guard case .literal(let literal) = tree[id].kind else { return nil }
        return constant(literal)
    }

    private func comparison(
        _ operation: Operator, _ finder: PathFinder, _ constant: Value, at id: ExpressionID
    ) -> Lowered? {
        switch (operation, constant) {
        case (.equal, .text(let text)): textEquality(finder, Key(text.string), expected: true)
        case (.notEqual, .text(let text)): textEquality(finder, Key(text.string), expected: false)
        case (.equal, .int(let int)):
            integerComparison(finder, int, at: id, "==", equality: true) { $0 == $1 }
        case (.notEqual, .int(let int)):
            integerComparison(finder, int, at: id, "!=", equality: true) { $0 != $1 }
        case (.less, .int(let int)): integerComparison(finder, int, at: id, "<") { $0 < $1 }
        case (.lessOrEqual, .int(let int)): integerComparison(finder, int, at: id, "<=") { $0 <= $1 }
        case (.greater, .int(let int)): integerComparison(finder, int, at: id, ">") { $0 > $1 }
        case (.greaterOrEqual, .int(let int)): integerComparison(finder, int, at: id, ">=") { $0 >= $1 }
        default: nil
        }
    }

    private func textEquality(_ finder: PathFinder, _ text: Key, expected: Bool) -> Lowered {
        let steps = text.utf8.count >> 6
        return Lowered { frame in
            switch finder.find(&frame) {
            case .found(let node):
                // Whether that was too much shows with the next turn or call.
                if steps > 0 { _ = frame.spend(steps) }
                return .bool(node.equals(text) == expected)
            case .failed(let failure): return .failure(failure)
            }
        }
    }

    private func integerComparison(
        _ finder: PathFinder, _ constant: Int64, at id: ExpressionID, _ name: StaticString,
        equality: Bool = false, _ holds: @escaping @Sendable (Int64, Int64) -> Bool
    ) -> Lowered {
        let site = site(id)
        return Lowered { frame in
            switch finder.find(&frame) {
            case .failed(let failure): return .failure(failure)
            case .found(let node):
                if let int = node.int { return .bool(holds(int, constant)) }
                let value = Value(node)
                switch Value.compareNumbers(value, .int(constant)) {
                case .less: return .bool(holds(0, 1))
                case .equal: return .bool(holds(0, 0))
                case .greater: return .bool(holds(1, 0))
                case .unordered:
                    // Values of other kinds are unequal and have no order; JSON has no NaN.
                    return equality
                        ? .bool(holds(0, 1)) : frame.mismatch("\(name)", at: site, value, .int(constant))
                }
            }
        }
    }
}

extension Compiler {
    /// `size(x) > n` and its kin for a text need not count beyond `n`.
    mutating func lowerSizeComparison(
        _ id: ExpressionID, _ operation: Operator, _ operands: [ExpressionID]
    ) -> Lowered? {
        guard operands.count == 2, case .call(_, let target, let arguments, _) = tree[operands[0]].kind,
            case .overloads(_, name: "size", isQualified: false) = checked.references[operands[0]],
            let argument = target ?? arguments.first, (target == nil ? 1 : 0) == arguments.count,
            case .literal(.int(let bound)) = tree[operands[1]].kind, (0..<1 << 40).contains(bound),
            let (limit, expected) = operation.sizeLimit(Int(bound))
        else { return nil }
        let site = site(operands[0])
        let child = lower(argument)
        let step = child.step
        let lowered = Lowered { frame in
            let value = step(&frame)
            if case .text(let text) = value {
                _ = frame.payForLong(min(text.count, 4 &* limit))
                return .bool(text.hasMoreScalars(than: limit) == expected)
            }
            if value.isFailure { return value }
            guard frame.charge(value) else { return frame.costFailure(at: site) }
            guard case .int(let size) = frame.size(value) else {
                return frame.mismatch("size", at: site, value)
            }
            return .bool((size > limit) == expected)
        }
        return folded(lowered, over: [child])
    }
}

extension Operator {
    /// The operator that gives the same with its operands exchanged.
    fileprivate var mirrored: Operator? {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: nil
        }
    }

    /// The comparison with a size as "more than the limit", or its opposite.
    fileprivate func sizeLimit(_ bound: Int) -> (limit: Int, expected: Bool)? {
        switch self {
        case .greater: (bound, true)
        case .greaterOrEqual: (bound - 1, true)
        case .less: (bound - 1, false)
        case .lessOrEqual: (bound, false)
        default: nil
        }
    }
}
