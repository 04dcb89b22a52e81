/// How two values stand to each other.
enum Order {
    case less, equal, greater
    /// A NaN is involved, or the kinds have no common order.
    case unordered
}

extension Value {
    /// Compares numbers of any kinds by their mathematical value; `unordered` for NaN and for what is no number.
    static func compareNumbers(_ left: Value, _ right: Value) -> Order {
        switch (left, right) {
        case (.int(let a), .int(let b)): order(a, b)
        case (.uint(let a), .uint(let b)): order(a, b)
        case (.double(let a), .double(let b)): order(a, b)
        case (.int(let a), .uint(let b)): a < 0 ? .less : order(UInt64(a), b)
        case (.uint(let a), .int(let b)): b < 0 ? .greater : order(a, UInt64(b))
        case (.int(let a), .double(let b)): reversed(compare(b, toWhole: a, Int64.self))
        case (.double(let a), .int(let b)): compare(a, toWhole: b, Int64.self)
        case (.uint(let a), .double(let b)): reversed(compare(b, toWhole: a, UInt64.self))
        case (.double(let a), .uint(let b)): compare(a, toWhole: b, UInt64.self)
        default: .unordered
        }
    }

    @inline(__always)
    static func order<T: Comparable>(_ a: T, _ b: T) -> Order {
        if a < b { return .less }
        if a > b { return .greater }
        return a == b ? .equal : .unordered
    }

    /// Exact where a conversion of the integer to Double would round.
    private static func compare<T: FixedWidthInteger>(_ a: Double, toWhole b: T, _: T.Type) -> Order {
        if a.isNaN { return .unordered }
        if a < Double(T.min) { return .less }
        // Double(T.max) rounds up to the first number beyond the range.
        if a >= Double(T.max) { return .greater }
        let whole = a.rounded(.down)
        let order = order(T(whole), b)
        return order == .equal && whole != a ? .greater : order
    }

    private static func reversed(_ order: Order) -> Order {
        switch order {
        case .less: .greater
        case .greater: .less
        default: order
        }
    }

    /// The order of two values of kinds that `<` takes; nil when there is no such overload, or it costs too much.
    static func compare(_ left: Value, _ right: Value, in frame: inout Frame) -> Order? {
        switch (left, right) {
        case (.int(let a), .int(let b)): return order(a, b)
        case (.text(let a), .text(let b)), (.bytes(let a), .bytes(let b)):
            return frame.payForLong(min(a.count, b.count)) ? order(a.compare(b), 0) : nil
        case (.bool(let a), .bool(let b)): return order(a ? 1 : 0, b ? 1 : 0)
        case (.timestamp(let a), .timestamp(let b)): return order(a, b)
        case (.duration(let a), .duration(let b)): return order(a, b)
        default: break
        }
        let numbers: Kinds = [.int, .uint, .double]
        if numbers.contains(left.kind), numbers.contains(right.kind) { return compareNumbers(left, right) }
        if left.kind == .string, right.kind == .string,
            let a = frame.text(of: left), let b = frame.text(of: right)
        {
            return frame.payForLong(min(a.count, b.count)) ? order(a.compare(b), 0) : nil
        }
        return nil
    }
}
