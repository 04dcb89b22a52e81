/// `&&`, `||` and `?:`.
extension Compiler {
    mutating func lowerLogic(
        _ id: ExpressionID, _ kind: Expression.LogicOperator, _ operands: [ExpressionID]
    ) -> Lowered {
        let children = operands.map { lower($0) }
        // `false` decides `&&`, `true` decides `||`, whatever the other operands are.
        let deciding = kind == .or
        if children.contains(where: { $0.isConstantBool(deciding) }) {
            return Lowered(constant: .bool(deciding))
        }
        let remaining = children.filter { !$0.isConstantBool(!deciding) }
        let site = site(id)
        let name: StaticString = deciding ? "||" : "&&"
        switch remaining.count {
        case 0: return Lowered(constant: .bool(!deciding))
        case 2:
            return folded(
                Compiler.pair(remaining[0].step, remaining[1].step, deciding: deciding, site: site, name),
                over: remaining)
        default:
            return folded(
                Compiler.chain(remaining.map(\.step), deciding: deciding, site: site, name), over: remaining)
        }
    }

    private static func pair(
        _ left: @escaping Step, _ right: @escaping Step, deciding: Bool, site: Int32, _ name: StaticString
    ) -> Lowered {
        Lowered { frame in
            let a = left(&frame)
            if case .bool(let flag) = a {
                if flag == deciding { return a }
                let b = right(&frame)
                if case .bool = b { return b }
                return b.isFailure ? b : frame.mismatch("\(name)", at: site, a, b)
            }
            if case .failure(let failure) = a, failure.kind == .costLimit { return a }
            let b = right(&frame)
            if case .bool(deciding) = b { return b }
            return a.isFailure ? a : frame.mismatch("\(name)", at: site, a)
        }
    }

    /// The first operand that decides; else the first that failed.
    private static func chain(
        _ steps: [Step], deciding: Bool, site: Int32, _ name: StaticString
    ) -> Lowered {
        Lowered { frame in
            var failure: Value?
            for step in steps {
                let value = step(&frame)
                if case .bool(let flag) = value {
                    if flag == deciding { return value }
                    continue
                }
                if case .failure(let found) = value {
                    if found.kind == .costLimit { return value }
                    failure = failure ?? value
                } else {
                    failure = failure ?? frame.mismatch("\(name)", at: site, value)
                }
            }
            return failure ?? .bool(!deciding)
        }
    }

    mutating func lowerConditional(
        _ id: ExpressionID, _ condition: ExpressionID, _ then: ExpressionID, _ otherwise: ExpressionID
    ) -> Lowered {
        let condition = lower(condition)
        let then = lower(then)
        let otherwise = lower(otherwise)
        if case .bool(let flag) = condition.constant { return flag ? then : otherwise }
        let site = site(id)
        let (test, whenTrue, whenFalse) = (condition.step, then.step, otherwise.step)
        return Lowered { frame in
            let flag = test(&frame)
            switch flag {
            case .bool(true): return whenTrue(&frame)
            case .bool(false): return whenFalse(&frame)
            case .failure: return flag
            default: return frame.mismatch("_?_:_", at: site, flag)
            }
        }
    }
}

extension Lowered {
    fileprivate func isConstantBool(_ flag: Bool) -> Bool {
        if case .bool(flag) = constant { true } else { false }
    }
}
