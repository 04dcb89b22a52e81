import Records

/// Equality of values, deep and across number kinds.
extension Frame {
    private static let maximumDepth = 100

    /// Whether two values are equal; values of kinds that have nothing in common are not. Nil when they are nested
    /// too deeply or cost too much to compare.
    @inline(__always)
    mutating func equals(_ left: Value, _ right: Value) -> Bool? {
        switch (left, right) {
        case (.text(let a), .text(let b)): equalBytes(a, b)
        case (.int(let a), .int(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        default: equalsSlowly(left, right, depth: 0)
        }
    }

    @inline(__always)
    private mutating func equalBytes(_ a: Text, _ b: Text) -> Bool? {
        guard a.count == b.count else { return false }
        return payForLong(a.count) ? a == b : nil
    }

    @inline(never)
    private mutating func equalsSlowly(_ left: Value, _ right: Value, depth: Int) -> Bool? {
        guard depth < Frame.maximumDepth, spend() else { return nil }
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.text(let a), .text(let b)), (.bytes(let a), .bytes(let b)), (.type(let a), .type(let b)):
            return equalBytes(a, b)
        case (.node(let node), .text(let text)) where node.kind == .escapedString,
            (.text(let text), .node(let node)) where node.kind == .escapedString:
            return payForLong(node.text.count) ? node.equals(text.utf8) : nil
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.optional(let a), .optional(let b)):
            guard let a, let b else { return a == nil && b == nil }
            return equalsSlowly(a.pointee, b.pointee, depth: depth + 1)
        case (.address(let a), .address(let b)): return a.pointee == b.pointee
        default: break
        }
        let kind = left.kind
        if kind == .list, right.kind == .list { return equalLists(left, right, depth: depth) }
        if kind == .map, right.kind == .map { return equalMaps(left, right, depth: depth) }
        if kind == .string, right.kind == .string { return equalBytes(string(left), string(right)) }
        return Value.compareNumbers(left, right) == .equal
    }

    private mutating func equalLists(_ left: Value, _ right: Value, depth: Int) -> Bool? {
        guard count(left) == count(right) else { return false }
        guard let a = list(left), let b = list(right) else { return false }
        for position in 0..<a.count {
            guard let equal = equalsSlowly(a[position], b[position], depth: depth + 1) else { return nil }
            if !equal { return false }
        }
        return true
    }

    private mutating func equalMaps(_ left: Value, _ right: Value, depth: Int) -> Bool? {
        guard let a = map(left), let b = map(right), a.count == b.count else { return false }
        for position in 0..<a.count {
            guard let other = b.lookUp(a.key(position)) else { return false }
            guard let equal = equalsSlowly(a.value(position), other, depth: depth + 1) else { return nil }
            if !equal { return false }
        }
        return true
    }

    /// Whether a list holds a value or a map a key; nil when there is no such overload or it costs too much.
    mutating func contains(_ value: Value, in container: Value) -> Bool? {
        switch container {
        case .node(let node) where node.kind == .array:
            if let text = text(of: value) {
                guard spend(bytes: node.text.count) else { return nil }
                for element in node.elements where element.equals(text.utf8) { return true }
                return false
            }
            for element in node.elements {
                guard spend(), let equal = equals(value, Value(element)) else { return nil }
                if equal { return true }
            }
            return false
        case .list(let list):
            for position in 0..<list.count {
                guard spend(), let equal = equals(value, list[position]) else { return nil }
                if equal { return true }
            }
            return false
        default:
            switch lookUp(value, in: container) {
            case .found: return true
            case .absent: return false
            case .noContainer: return nil
            }
        }
    }
}
