import Notation
import Records

/// Values that leave and enter an evaluation.
extension Frame {
    private static let maximumDepth = 100

    /// Pays for what writing a value makes, and answers why it must not be written: it is nested beyond what writing
    /// follows, or a part that occurs in it again and again makes it too large. Nodes of records are copied as they are.
    mutating func obstacleToWriting(_ value: Value) -> EvaluationError.Kind? {
        pay(for: value, depth: 0, followsNodes: false)
    }

    /// The same for ``owned(_:)``.
    mutating func obstacleToOwning(_ value: Value) -> EvaluationError.Kind? {
        pay(for: value, depth: 0, followsNodes: true)
    }

    private mutating func pay(for value: Value, depth: Int, followsNodes: Bool) -> EvaluationError.Kind? {
        guard depth < Frame.maximumDepth else { return .tooDeep }
        switch value {
        case .text(let text), .bytes(let text), .type(let text):
            return spend(bytes: text.count) ? nil : .costLimit
        case .list(let list):
            guard spend(list.count) else { return .costLimit }
            for position in 0..<list.count {
                let problem = pay(for: list[position], depth: depth + 1, followsNodes: followsNodes)
                if let problem { return problem }
            }
        case .map(let map):
            guard spend(map.count) else { return .costLimit }
            for position in 0..<map.count {
                guard charge(map.key(position)) else { return .costLimit }
                let problem = pay(for: map.value(position), depth: depth + 1, followsNodes: followsNodes)
                if let problem { return problem }
            }
        case .optional(let content?):
            return pay(for: content.pointee, depth: depth + 1, followsNodes: followsNodes)
        case .node(let node):
            guard spend(bytes: node.text.count) else { return .costLimit }
            return followsNodes ? pay(for: node, depth: depth) : nil
        case .record:
            guard let record else { return nil }
            guard spend(bytes: record.byteCount) else { return .costLimit }
            guard followsNodes else { return nil }
            for (_, field) in record.fields {
                if let problem = pay(for: field, depth: depth + 1) { return problem }
            }
        default: break
        }
        return nil
    }

    private mutating func pay(for node: Node, depth: Int) -> EvaluationError.Kind? {
        guard depth < Frame.maximumDepth else { return .tooDeep }
        guard spend(node.count) else { return .costLimit }
        for element in node.elements {
            if let problem = pay(for: element, depth: depth + 1) { return problem }
        }
        for (_, member) in node.members {
            if let problem = pay(for: member, depth: depth + 1) { return problem }
        }
        return nil
    }

    /// A copy that owns everything.
    mutating func owned(_ value: Value) -> OwnedValue {
        switch value {
        case .null, .failure: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .uint(let value): .uint(value)
        case .double(let value): .double(value)
        case .text(let text): .string(text.string)
        case .bytes(let text): .bytes(Array(text.utf8))
        case .timestamp(let value): .timestamp(value)
        case .duration(let value): .duration(value)
        case .type(let name): .type(name.string)
        case .optional(let content): .optional(content.map { owned($0.pointee) })
        case .address(let address): .address(address.pointee.description)
        case .list(let list): .list((0..<list.count).map { owned(list[$0]) })
        case .map, .record, .meta: ownedMap(value)
        case .node(let node):
            switch node.kind {
            case .array: .list(node.elements.map { owned(Value($0)) })
            case .object: ownedMap(value)
            default: .string(string(value).string)
            }
        }
    }

    private mutating func ownedMap(_ value: Value) -> OwnedValue {
        guard let map = map(value) else { return .null }
        return .map((0..<map.count).map { (owned(map.key($0)), owned(map.value($0))) })
    }

    /// Writes a value as JSON: bytes in base64, timestamps in RFC 3339, durations in seconds with an `s`, types by
    /// name, keys as strings. Empty optionals become null in lists and are left out of maps.
    mutating func write(_ value: Value, to builder: inout ChunkBuilder) {
        switch value {
        case .null, .failure: builder.null()
        case .bool(let value): builder.bool(value)
        case .int(let value): builder.int(value)
        case .uint(let value): builder.uint(value)
        case .double(let value): builder.double(value)
        case .text(let text), .type(let text): builder.string(utf8: text.utf8)
        case .bytes(let text): builder.string(Base64.encode(text.utf8))
        case .timestamp(let value): builder.string(value.rfc3339)
        case .duration(let value): builder.string(DurationText.format(value))
        case .address(let address): builder.string(address.pointee.description)
        case .optional(let content): write(content?.pointee ?? .null, to: &builder)
        case .node(let node): builder.copy(node)
        case .list(let list):
            builder.beginArray()
            for position in 0..<list.count { write(list[position], to: &builder) }
            builder.endArray()
        case .map, .record, .meta: writeMap(value, to: &builder)
        }
    }

    private mutating func writeMap(_ value: Value, to builder: inout ChunkBuilder) {
        if case .record = value, let record { return builder.copy(record) }
        builder.beginObject()
        if let map = map(value) {
            for position in 0..<map.count {
                if case .optional(nil) = map.value(position) { continue }
                let key = map.key(position)
                if let text = text(of: key) {
                    builder.key(utf8: text.utf8)
                } else {
                    builder.key(keyText(key))
                }
                write(map.value(position), to: &builder)
            }
        }
        builder.endObject()
    }

    private func keyText(_ key: Value) -> String {
        switch key {
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)"
        default: ""
        }
    }
}

extension Value {
    /// A value whose memory is in the arena.
    init(_ owned: OwnedValue, in arena: inout Arena) {
        switch owned {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = .uint(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .text(arena.text(value))
        case .bytes(let value): self = .bytes(arena.text(value))
        case .timestamp(let value): self = .timestamp(value)
        case .duration(let value): self = .duration(value)
        case .type(let name): self = .type(arena.text(name))
        case .list(let values): self = .list(arena.list(values.map { Value($0, in: &arena) }))
        case .optional(let content):
            self = content.map { arena.optional(Value($0, in: &arena)) } ?? .optional(nil)
        case .address(let text): self = IPAddress(text, dotted: false).map { arena.address($0) } ?? .null
        case .map(let entries):
            let map = Value.Map.empty(capacity: entries.count, in: &arena)
            for (key, value) in entries { _ = map.insert(Value(key, in: &arena), Value(value, in: &arena)) }
            self = .map(map)
        }
    }
}
