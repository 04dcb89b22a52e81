import Records

/// Looking into values.
extension Frame {
    /// The text of a string, unescaped into the arena if need be; nil for other kinds.
    @inline(__always)
    mutating func text(of value: Value) -> Text? {
        switch value {
        case .text(let text): text
        case .node(let node) where node.kind == .escapedString: unescaped(node)
        default: nil
        }
    }

    /// The text of a value that is known to be a string.
    package mutating func string(_ value: Value) -> Text {
        text(of: value) ?? Text(UnsafeBufferPointer(start: nil, count: 0))
    }

    @inline(never)
    private mutating func unescaped(_ node: Node) -> Text {
        _ = spend(bytes: node.text.count)
        return node.withUTF8 { arena.text($0) } ?? Text(UnsafeBufferPointer(start: nil, count: 0))
    }

    /// A new string value.
    package mutating func value(_ string: String) -> Value { .text(arena.text(string)) }

    /// A new list of strings.
    package mutating func value(_ strings: [String]) -> Value {
        .list(arena.list(strings.map { .text(arena.text($0)) }))
    }

    /// The elements of a list, loaded if they are still nodes; nil for other kinds.
    mutating func list(_ value: Value) -> Value.List? {
        switch value {
        case .list(let list): return list
        case .node(let node) where node.kind == .array:
            let start = arena.allocate(Value.self, count: node.count)
            _ = spend(node.count)
            var position = 0
            for element in node.elements {
                (start + position).initialize(to: Value(element))
                position += 1
            }
            return Value.List(start: start, count: position)
        default: return nil
        }
    }

    /// The number of elements or entries; nil for other kinds.
    mutating func count(_ value: Value) -> Int? {
        switch value {
        case .list(let list): list.count
        case .map(let map): map.count
        case .node(let node) where node.kind == .array: node.count
        case .node(let node) where node.kind == .object: map(value)?.count
        case .record, .meta: materialised(value).count
        default: nil
        }
    }

    /// The entries of a map, loaded if they are still nodes; nil for other kinds.
    mutating func map(_ value: Value) -> Value.Map? {
        switch value {
        case .map(let map): return map
        case .record, .meta: return materialised(value)
        case .node(let node) where node.kind == .object:
            _ = spend(node.count)
            var members: [(Text, Node)] = []
            for (key, member) in node.members {
                members.append((string(Value(key)), member))
            }
            let map = Value.Map.empty(capacity: members.count, in: &arena)
            for (key, member) in members where !map.insert(.text(key), Value(member)) {
                map.replace(.text(key), Value(member))
            }
            return map
        default: return nil
        }
    }

    /// What a lookup by key found.
    enum Lookup {
        case found(Value)
        case absent
        /// The value has no keys.
        case noContainer
    }

    /// The value of a key in a map of any kind.
    mutating func lookUp(_ key: Value, in container: Value) -> Lookup {
        switch container {
        case .map(let map):
            let key = normalised(key)
            _ = charge(key)
            return map.lookUp(key).map(Lookup.found) ?? .absent
        case .node(let node) where node.kind == .object:
            guard let name = text(of: key) else { return .absent }
            payForSearch(among: node.count)
            return node.member(named: name.utf8).map { .found(Value($0)) } ?? .absent
        case .record:
            guard let name = text(of: key) else { return .absent }
            payForSearch(among: base?.count ?? 0)
            return field(named: name.utf8).map { .found(Value($0)) } ?? .absent
        case .meta:
            guard let name = text(of: key) else { return .absent }
            return metaField(name).map(Lookup.found) ?? .absent
        default: return .noContainer
        }
    }

    /// A string with escapes as text, so that keys compare by bytes.
    mutating func normalised(_ key: Value) -> Value { text(of: key).map(Value.text) ?? key }

    /// Whether a failed lookup means a field of the data or a key of a map that the expression made.
    func absence(in container: Value) -> EvaluationError.Kind {
        if case .map = container { .noSuchKey } else { .missingField }
    }
}
