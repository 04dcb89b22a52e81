/// Reading through the overlay.
extension Record {
    /// The object as it was read, without the overlay.
    package var node: Node { chunk.node(at: root) }

    /// A top-level field: the changed value if there is one, else that of the object.
    package subscript(key: Key) -> Node? {
        if let overlay, let field = overlay[key] { return field.value?.node }
        return node[key]
    }

    /// The same for a name that is known only now.
    package subscript(name: String) -> Node? {
        if isChanged { return self[Key(name)] }
        return node[name]
    }

    /// The top-level fields with the overlay applied: those of the object at their places, then new ones. Names that
    /// the object has more than once appear as often unless the overlay sets them.
    package var fields: Fields { Fields(record: self) }

    /// Calls `body` with each of ``fields``; where nothing was changed, at no more cost than that of the members.
    @inline(__always)
    package borrowing func forEachField<Failure: Error>(
        _ body: (FieldName, Node) throws(Failure) -> Void
    ) throws(Failure) {
        if isChanged {
            for (name, value) in fields { try body(name, value) }
        } else {
            for (name, value) in node.members { try body(.node(name), value) }
        }
    }

    /// The name of a field, from the object or from the overlay.
    package enum FieldName {
        case node(Node)
        case key(Key)

        package var string: String {
            switch self {
            case .node(let node): node.string ?? ""
            case .key(let key): key.name
            }
        }
    }

    package struct Fields: Sequence, IteratorProtocol {
        private var members: Node.Members
        private let changes: [Overlay.Field]
        /// The names of the changes, which are compared without counting references.
        private let names: [NamePattern]
        /// Which changes have stood in the place of a member.
        private var used: [Bool]
        private var position = 0

        init(record: Record) {
            members = record.node.members
            changes = record.overlay?.fields ?? []
            names = changes.map { $0.key.pattern }
            used = Array(repeating: false, count: changes.count)
        }

        package mutating func next() -> (name: FieldName, value: Node)? {
            while let (name, value) = members.next() {
                guard let change = names.firstIndex(where: { name.equals($0) }) else {
                    return (.node(name), value)
                }
                if used[change] { continue }
                used[change] = true
                if let replacement = changes[change].value { return (.node(name), replacement.node) }
            }
            while position < changes.count {
                defer { position += 1 }
                if !used[position], let value = changes[position].value {
                    return (.key(changes[position].key), value.node)
                }
            }
            return nil
        }
    }
}

/// Changing top-level fields.
extension Record {
    package mutating func set(_ key: Key, to value: Overlay.Value) {
        change([Overlay.Field(key: key, value: value)])
    }

    package mutating func remove(_ key: Key) {
        change([Overlay.Field(key: key, value: nil)])
    }

    /// Applies several changes in their order, at the cost of one.
    package mutating func change(_ changes: [Overlay.Field]) {
        var fields = overlay?.fields ?? []
        var places = KeyPlaces(expecting: fields.count + changes.count)
        for (place, field) in fields.enumerated() { places.add(field.key, at: place) }
        for change in changes {
            if let place = places.place(
                of: change.key, search: { fields.firstIndex { $0.key == change.key } })
            {
                fields[place] = change
            } else {
                places.add(change.key, at: fields.count)
                fields.append(change)
            }
        }
        overlay = Overlay(fields: fields, attachment: attachment)
    }

    /// The bytes that writing takes; with an overlay an upper bound without escapes in new names.
    package var byteCount: Int {
        let base = TapeWord(bits: chunk.tape[Int(root) + 1]).byteCount
        return isChanged ? base + changedByteCount : base
    }

    @inline(never)
    private var changedByteCount: Int {
        overlay?.fields.reduce(0) { sum, field in
            guard let value = field.value else { return sum }
            return sum + field.key.utf8.count + value.node.text.count + 4
        } ?? 0
    }
}

extension Record {
    /// The memory that it keeps alive on its own, in bytes: its text, its tape, and its changes.
    package var memorySize: Int {
        let start = Int(root)
        let words = TapeWord(bits: chunk.tape[start + 1]).next - start
        return byteCount + words * 8 + MemoryLayout<Record>.stride
    }
}

extension Overlay {
    /// The change of a field, if there is one.
    package subscript(key: Key) -> Field? { fields.first { $0.key == key } }
}
