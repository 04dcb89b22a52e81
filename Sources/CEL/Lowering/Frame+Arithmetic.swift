import Notation

/// `+ - * / %` on values that are no failures.
extension Frame {
    @inline(__always)
    mutating func arithmetic(_ operation: Operator, _ left: Value, _ right: Value, at site: Int32) -> Value {
        switch (left, right) {
        case (.int(let a), .int(let b)): return integer(operation, a, b, at: site, Value.int)
        case (.uint(let a), .uint(let b)): return integer(operation, a, b, at: site, Value.uint)
        case (.double(let a), .double(let b)):
            switch operation {
            case .add: return .double(a + b)
            case .subtract: return .double(a - b)
            case .multiply: return .double(a * b)
            case .divide: return .double(a / b)
            default: return mismatch(operation.symbol, at: site, left, right)
            }
        default: return otherArithmetic(operation, left, right, at: site)
        }
    }

    private mutating func integer<T: FixedWidthInteger>(
        _ operation: Operator, _ a: T, _ b: T, at site: Int32, _ wrap: (T) -> Value
    ) -> Value {
        let (result, overflow): (T, Bool)
        switch operation {
        case .add: (result, overflow) = a.addingReportingOverflow(b)
        case .subtract: (result, overflow) = a.subtractingReportingOverflow(b)
        case .multiply: (result, overflow) = a.multipliedReportingOverflow(by: b)
        case .divide:
            guard b != 0 else { return failure(.divisionByZero, at: site) }
            (result, overflow) = a.dividedReportingOverflow(by: b)
        default:
            guard b != 0 else { return failure(.modulusByZero, at: site) }
            // The one overflow, min % -1, is 0 by arithmetic, but an error in CEL as min / -1 is.
            (result, overflow) = a.remainderReportingOverflow(dividingBy: b)
        }
        return overflow ? failure(.overflow, at: site, operation.symbol) : wrap(result)
    }

    @inline(never)
    private mutating func otherArithmetic(
        _ operation: Operator, _ left: Value, _ right: Value, at site: Int32
    ) -> Value {
        switch (operation, left, right) {
        case (.add, .bytes(let a), .bytes(let b)):
            guard spend(bytes: a.count + b.count) else { return costFailure(at: site) }
            return .bytes(arena.joined(a, b))
        case (.add, .timestamp(let instant), .duration(let delta)),
            (.add, .duration(let delta), .timestamp(let instant)):
            return moved(instant, by: delta, at: site)
        case (.subtract, .timestamp(let instant), .duration(let delta)):
            let (negated, overflow) = Int64(0).subtractingReportingOverflow(delta)
            return overflow
                ? failure(.outOfRange, at: site, "timestamp") : moved(instant, by: negated, at: site)
        case (.subtract, .timestamp(let a), .timestamp(let b)):
            return a.nanoseconds(since: b).map(Value.duration) ?? failure(.outOfRange, at: site, "duration")
        case (.add, .duration(let a), .duration(let b)):
            let (sum, overflow) = a.addingReportingOverflow(b)
            return overflow ? failure(.outOfRange, at: site, "duration") : .duration(sum)
        case (.subtract, .duration(let a), .duration(let b)):
            let (difference, overflow) = a.subtractingReportingOverflow(b)
            return overflow ? failure(.outOfRange, at: site, "duration") : .duration(difference)
        default: break
        }
        guard operation == .add else { return mismatch(operation.symbol, at: site, left, right) }
        if let a = text(of: left), let b = text(of: right) {
            guard spend(bytes: a.count + b.count) else { return costFailure(at: site) }
            return .text(arena.joined(a, b))
        }
        return concatenated(left, right, at: site)
    }

    private mutating func moved(_ instant: Timestamp, by delta: Int64, at site: Int32) -> Value {
        instant.adding(nanoseconds: delta).map(Value.timestamp) ?? failure(.outOfRange, at: site, "timestamp")
    }

    private mutating func concatenated(_ left: Value, _ right: Value, at site: Int32) -> Value {
        guard left.kind == .list, right.kind == .list, let a = list(left), let b = list(right) else {
            return mismatch("+", at: site, left, right)
        }
        guard spend(a.count + b.count) else { return costFailure(at: site) }
        let start = arena.allocate(Value.self, count: a.count + b.count)
        start.update(from: a.start, count: a.count)
        (start + a.count).update(from: b.start, count: b.count)
        return .list(Value.List(start: start, count: a.count + b.count))
    }
}
