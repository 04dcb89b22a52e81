import Records

/// Selections and indexes on values of any kind.
extension Frame {
    /// `container.key` and `container[key]`.
    mutating func select(_ key: Value, of container: Value, at site: Int32) -> Value {
        switch container {
        case .failure: return container
        case .optional(let content):
            guard let content else { return .optional(nil) }
            return selectOptional(key, of: content.pointee, at: site)
        case .list(let list): return element(key, count: list.count, at: site) { list[$0] }
        case .node(let node) where node.kind == .array:
            if case .at(let position) = Frame.position(key, count: node.count) {
                payForSearch(among: position)
            }
            return element(key, count: node.count, at: site) { node[$0].map { Value($0) } ?? .null }
        default: break
        }
        switch lookUp(key, in: container) {
        case .found(let value): return value
        case .absent: return failure(absence(in: container), at: site, shown(key))
        case .noContainer: return noContainer(key, container, at: site)
        }
    }

    /// A field of null is a field that is not there; other values have no fields at all.
    private mutating func noContainer(_ key: Value, _ container: Value, at site: Int32) -> Value {
        if case .null = container { return failure(.missingField, at: site, shown(key)) }
        return mismatch("_[_]", at: site, container, key)
    }

    private mutating func element(
        _ index: Value, count: Int, at site: Int32, _ element: (Int) -> Value
    ) -> Value {
        switch Frame.position(index, count: count) {
        case .at(let position): return element(position)
        case .outside: return failure(.indexOutOfRange, at: site, shown(index))
        case .invalid: return failure(.invalidArgument, at: site, "index \(shown(index))")
        }
    }

    private enum Position {
        case at(Int)
        case outside
        case invalid
    }

    private static func position(_ index: Value, count: Int) -> Position {
        let whole: Int?
        switch index {
        case .int(let int): whole = Int(int)
        case .uint(let uint): whole = Int(exactly: uint) ?? .max
        case .double(let double): whole = Int(exactly: double)
        default: whole = nil
        }
        guard let whole else { return .invalid }
        return whole >= 0 && whole < count ? .at(whole) : .outside
    }

    /// `container.?key` and `container[?key]`.
    mutating func selectOptional(_ key: Value, of container: Value, at site: Int32) -> Value {
        switch container {
        case .failure: return container
        case .optional(let content):
            guard let content else { return .optional(nil) }
            return selectOptional(key, of: content.pointee, at: site)
        case _ where container.kind == .list:
            let value = select(key, of: container, at: site)
            if case .failure(let failure) = value {
                return failure.kind == .indexOutOfRange ? .optional(nil) : value
            }
            return arena.optional(value)
        default: break
        }
        switch lookUp(key, in: container) {
        case .found(let value):
            if case .optional = value { return value }
            return arena.optional(value)
        case .absent: return .optional(nil)
        case .noContainer: return failure(.noSuchKey, at: site, shown(key))
        }
    }

    /// `has(container.key)`: whether the key is there, be its value null or not.
    mutating func test(_ key: Value, of container: Value, at site: Int32) -> Value {
        switch container {
        case .failure: return container
        case .optional(let content):
            guard let content else { return .bool(false) }
            return test(key, of: content.pointee, at: site)
        default: break
        }
        switch lookUp(key, in: container) {
        case .found: return .bool(true)
        case .absent: return .bool(false)
        case .noContainer: return noContainer(key, container, at: site)
        }
    }
}
