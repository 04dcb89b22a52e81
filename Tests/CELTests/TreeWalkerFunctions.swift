import Records

@testable import CEL

/// Operators on owned values.
enum Arithmetic {
    typealias Failure = TreeWalker.Failure

    static func apply(_ operation: Operator, _ values: [OwnedValue]) throws(Failure) -> OwnedValue {
        guard values.count == 2 else { return try unary(operation, values[0]) }
        let (left, right) = (values[0], values[1])
        switch operation {
        case .equal: return .bool(equal(left, right))
        case .notEqual: return .bool(!equal(left, right))
        case .less: return .bool(try order(left, right).map { $0 < 0 } ?? false)
        case .lessOrEqual: return .bool(try order(left, right).map { $0 <= 0 } ?? false)
        case .greater: return .bool(try order(left, right).map { $0 > 0 } ?? false)
        case .greaterOrEqual: return .bool(try order(left, right).map { $0 >= 0 } ?? false)
        case .in:
            switch right {
            case .list(let elements): return .bool(elements.contains { equal($0, left) })
            case .map(let entries): return .bool(entries.contains { equal($0.key, left) })
            default: throw Failure(.noSuchOverload)
            }
        default: return try arithmetic(operation, left, right)
        }
    }

    private static func unary(_ operation: Operator, _ value: OwnedValue) throws(Failure) -> OwnedValue {
        switch (operation, value) {
        case (.not, .bool(let flag)): return .bool(!flag)
        case (.negate, .int(let int)):
            guard int != .min else { throw Failure(.overflow) }
            return .int(-int)
        case (.negate, .double(let double)): return .double(-double)
        default: throw Failure(.noSuchOverload)
        }
    }

    private static func arithmetic(
        _ operation: Operator, _ left: OwnedValue, _ right: OwnedValue
    ) throws(Failure) -> OwnedValue {
        switch (left, right) {
        case (.int(let a), .int(let b)):
            guard let result = Int64(exactly: try whole(operation, Int128(a), Int128(b))) else {
                throw Failure(.overflow)
            }
            if operation == .modulo, a == .min, b == -1 { throw Failure(.overflow) }
            return .int(result)
        case (.uint(let a), .uint(let b)):
            guard let result = UInt64(exactly: try whole(operation, Int128(a), Int128(b))) else {
                throw Failure(.overflow)
            }
            return .uint(result)
        case (.double(let a), .double(let b)):
            switch operation {
            case .add: return .double(a + b)
            case .subtract: return .double(a - b)
            case .multiply: return .double(a * b)
            case .divide: return .double(a / b)
            default: throw Failure(.noSuchOverload)
            }
        case (.string(let a), .string(let b)) where operation == .add: return .string(a + b)
        case (.bytes(let a), .bytes(let b)) where operation == .add: return .bytes(a + b)
        case (.list(let a), .list(let b)) where operation == .add: return .list(a + b)
        default: throw Failure(.noSuchOverload)
        }
    }

    private static func whole(_ operation: Operator, _ a: Int128, _ b: Int128) throws(Failure) -> Int128 {
        switch operation {
        case .add: return a + b
        case .subtract: return a - b
        case .multiply:
            // The product of two uints needs all 128 bits.
            let (product, overflow) = a.multipliedReportingOverflow(by: b)
            if overflow { throw Failure(.overflow) }
            return product
        case .divide:
            guard b != 0 else { throw Failure(.divisionByZero) }
            return a / b
        default:
            guard b != 0 else { throw Failure(.modulusByZero) }
            return a % b
        }
    }

    // MARK: Comparison

    static func equal(_ left: OwnedValue, _ right: OwnedValue) -> Bool {
        switch (left, right) {
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy { equal($0, $1) }
        case (.map(let a), .map(let b)):
            return a.count == b.count
                && a.allSatisfy { entry in
                    b.contains { equal($0.key, entry.key) && equal($0.value, entry.value) }
                }
        default: break
        }
        if isNumber(left), isNumber(right) { return compareNumbers(left, right) == 0 }
        if case .double = left { return false }
        return left == right
    }

    private static func isNumber(_ value: OwnedValue) -> Bool {
        switch value {
        case .int, .uint, .double: true
        default: false
        }
    }

    /// Negative, zero or positive; nil when a NaN is involved.
    private static func order(_ left: OwnedValue, _ right: OwnedValue) throws(Failure) -> Int? {
        if isNumber(left), isNumber(right) { return compareNumbers(left, right) }
        switch (left, right) {
        case (.string(let a), .string(let b)): return lexicographic(Array(a.utf8), Array(b.utf8))
        case (.bytes(let a), .bytes(let b)): return lexicographic(a, b)
        case (.bool(let a), .bool(let b)): return (a ? 1 : 0) - (b ? 1 : 0)
        default: throw Failure(.noSuchOverload)
        }
    }

    private static func lexicographic(_ a: [UInt8], _ b: [UInt8]) -> Int {
        a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
    }

    private static func compareNumbers(_ left: OwnedValue, _ right: OwnedValue) -> Int? {
        guard let (a, aRest) = split(left), let (b, bRest) = split(right) else { return nil }
        if a != b { return a < b ? -1 : 1 }
        return aRest < bRest ? -1 : aRest > bRest ? 1 : 0
    }

    /// The whole part, rounded down, and the rest; nil for NaN.
    private static func split(_ value: OwnedValue) -> (Int128, Double)? {
        switch value {
        case .int(let int): return (Int128(int), 0)
        case .uint(let uint): return (Int128(uint), 0)
        case .double(let double):
            if double.isNaN { return nil }
            if abs(double) >= 0x1p100 { return (double < 0 ? .min : .max, double) }
            return (Int128(double.rounded(.down)), double - double.rounded(.down))
        default: return nil
        }
    }
}

/// Functions on owned values, by way of Swift's own strings.
enum Functions {
    static func call(_ name: String, _ values: [OwnedValue]) throws(TreeWalker.Failure) -> OwnedValue {
        switch (name, values.first, values.dropFirst().first) {
        case ("size", .string(let text), nil): return .int(Int64(text.unicodeScalars.count))
        case ("size", .bytes(let bytes), nil): return .int(Int64(bytes.count))
        case ("size", .list(let elements), nil): return .int(Int64(elements.count))
        case ("size", .map(let entries), nil): return .int(Int64(entries.count))
        case ("contains", .string(let text), .string(let part)): return .bool(contains(text, part))
        case ("startsWith", .string(let text), .string(let part)):
            return .bool(text.utf8.starts(with: part.utf8))
        case ("endsWith", .string(let text), .string(let part)):
            return .bool(text.utf8.reversed().starts(with: part.utf8.reversed()))
        case ("int", .int(let int), nil): return .int(int)
        case ("int", .uint(let uint), nil):
            guard let int = Int64(exactly: uint) else { throw TreeWalker.Failure(.outOfRange) }
            return .int(int)
        case ("int", .double(let double), nil):
            guard abs(double) < 0x1p63 else { throw TreeWalker.Failure(.outOfRange) }
            return .int(Int64(double))
        case ("int", .string(let text), nil):
            guard let int = Int64(text) else { throw TreeWalker.Failure(.invalidConversion) }
            return .int(int)
        case ("dyn", let value?, nil): return value
        case ("lowerAscii", .string(let text), nil):
            return .string(
                String(
                    String.UnicodeScalarView(
                        text.unicodeScalars.map {
                            ("A"..."Z").contains($0) ? Unicode.Scalar($0.value + 32) ?? $0 : $0
                        })))
        case ("reverse", .string(let text), nil):
            return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
        case ("reverse", .list(let elements), nil): return .list(elements.reversed())
        default: throw TreeWalker.Failure(.noSuchOverload)
        }
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let (text, part) = (Array(text.utf8), Array(part.utf8))
        return part.isEmpty || text.indices.contains { text[$0...].starts(with: part) }
    }
}
