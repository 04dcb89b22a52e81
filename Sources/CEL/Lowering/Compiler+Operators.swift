import Notation
import Records

/// Arithmetic and comparisons.
extension Compiler {
    mutating func lowerOperation(
        _ id: ExpressionID, _ operation: Operator, _ operands: [ExpressionID]
    ) -> Lowered {
        if let special = lowerPathComparison(id, operation, operands) { return special }
        if let special = lowerSizeComparison(id, operation, operands) { return special }
        let site = site(id)
        let children = operands.map { lowerOperand($0) }
        if operands.count == 1 { return lowerUnary(operation, children[0], site: site) }
        let lowered = Compiler.binary(operation, children[0].step, children[1].step, site: site)
        return folded(lowered, over: children)
    }

    /// An operand, read as a timestamp where the checker says so.
    private mutating func lowerOperand(_ id: ExpressionID) -> Lowered {
        let lowered = lower(id)
        guard checked.readAsTimestamp.contains(id) else { return lowered }
        let site = site(id)
        let step = lowered.step
        let reader = Lowered { frame in frame.readAsTimestamp(step(&frame), at: site) }
        return folded(reader, over: [lowered])
    }

    private func lowerUnary(_ operation: Operator, _ child: Lowered, site: Int32) -> Lowered {
        let step = child.step
        let lowered =
            operation == .not
            ? Lowered { frame in
                let value = step(&frame)
                if case .bool(let flag) = value { return .bool(!flag) }
                return value.isFailure ? value : frame.mismatch("!", at: site, value)
            }
            : Lowered { frame in
                let value = step(&frame)
                switch value {
                case .int(let int):
                    let (result, overflow) = Int64(0).subtractingReportingOverflow(int)
                    return overflow ? frame.failure(.overflow, at: site, "-") : .int(result)
                case .double(let double): return .double(-double)
                case .failure: return value
                default: return frame.mismatch("-", at: site, value)
                }
            }
        return folded(lowered, over: [child])
    }

    private static func binary(
        _ operation: Operator, _ left: @escaping Step, _ right: @escaping Step, site: Int32
    ) -> Lowered {
        switch operation {
        case .equal: equality(left, right, site: site, expected: true)
        case .notEqual: equality(left, right, site: site, expected: false)
        case .less: ordering(left, right, site: site, "<") { $0 == .less }
        case .lessOrEqual: ordering(left, right, site: site, "<=") { $0 == .less || $0 == .equal }
        case .greater: ordering(left, right, site: site, ">") { $0 == .greater }
        case .greaterOrEqual: ordering(left, right, site: site, ">=") { $0 == .greater || $0 == .equal }
        case .in: membership(left, right, site: site)
        default: arithmetic(operation, left, right, site: site)
        }
    }

    private static func arithmetic(
        _ operation: Operator, _ left: @escaping Step, _ right: @escaping Step, site: Int32
    ) -> Lowered {
        Lowered { frame in
            let a = left(&frame)
            if a.isFailure { return a }
            let b = right(&frame)
            if b.isFailure { return b }
            return frame.arithmetic(operation, a, b, at: site)
        }
    }

    private static func equality(
        _ left: @escaping Step, _ right: @escaping Step, site: Int32, expected: Bool
    ) -> Lowered {
        Lowered { frame in
            let a = left(&frame)
            if a.isFailure { return a }
            let b = right(&frame)
            if b.isFailure { return b }
            guard let equal = frame.equals(a, b) else { return frame.comparisonFailure(at: site) }
            return .bool(equal == expected)
        }
    }

    private static func ordering(
        _ left: @escaping Step, _ right: @escaping Step, site: Int32, _ name: StaticString,
        _ accepts: @escaping @Sendable (Order) -> Bool
    ) -> Lowered {
        Lowered { frame in
            let a = left(&frame)
            if a.isFailure { return a }
            let b = right(&frame)
            if b.isFailure { return b }
            guard let order = Value.compare(a, b, in: &frame) else {
                return frame.isExhausted
                    ? frame.costFailure(at: site) : frame.mismatch("\(name)", at: site, a, b)
            }
            return .bool(accepts(order))
        }
    }

    private static func membership(
        _ left: @escaping Step, _ right: @escaping Step, site: Int32
    ) -> Lowered {
        Lowered { frame in
            let value = left(&frame)
            if value.isFailure { return value }
            let container = right(&frame)
            if container.isFailure { return container }
            guard let found = frame.contains(value, in: container) else {
                return frame.isExhausted
                    ? frame.costFailure(at: site) : frame.mismatch("in", at: site, value, container)
            }
            return .bool(found)
        }
    }
}

extension Frame {
    func comparisonFailure(at site: Int32) -> Value {
        .failure(Value.Failure(kind: isExhausted ? .costLimit : .tooDeep, site: site, detail: 0))
    }

    /// A string as the timestamp that it spells; other values as they are.
    mutating func readAsTimestamp(_ value: Value, at site: Int32) -> Value {
        guard let text = text(of: value) else { return value }
        do {
            return .timestamp(try Timestamp(rfc3339: text.utf8))
        } catch {
            let kind: EvaluationError.Kind = error == .outOfRange ? .outOfRange : .invalidConversion
            return failure(kind, at: site, "\(shown(value)) is no RFC 3339 timestamp")
        }
    }
}
