/// Members and elements.
extension Node {
    /// The number of elements of an array or members of an object, duplicates included; 0 for other kinds.
    package var count: Int {
        let word = word
        return word.kind == .object || word.kind == .array ? word.length : 0
    }

    /// The tape index after this node's last word.
    @inlinable var nextIndex: Int {
        kind.rawValue >= NodeKind.array.rawValue ? TapeWord(bits: tape[Int(index) + 1]).next : Int(index) + 1
    }

    /// The value of a member; of several with one name the last, as in JavaScript, Python and jq.
    package subscript(key: Key) -> Node? { member(key.pattern) }

    /// The value of a member whose name is known only now.
    package subscript(name: String) -> Node? {
        var name = name
        return name.withUTF8 { member(named: $0) }
    }

    /// The value of a member by the UTF-8 of its name.
    package func member(named name: UnsafeBufferPointer<UInt8>) -> Node? { member(NamePattern(name)) }

    /// An element of an array, nil when there is none at the position.
    package subscript(position: Int) -> Node? {
        guard kind == .array, position >= 0, position < count else { return nil }
        var element = Node(bytes: bytes, tape: tape, index: index + 2)
        for _ in 0..<position { element = Node(bytes: bytes, tape: tape, index: UInt32(element.nextIndex)) }
        return element
    }

    /// The elements of an array in their order; none for other kinds.
    package var elements: Elements {
        Elements(
            next: Node(bytes: bytes, tape: tape, index: index &+ 2), remaining: kind == .array ? count : 0)
    }

    /// The members of an object in their order, duplicates included; none for other kinds.
    package var members: Members {
        Members(
            next: Node(bytes: bytes, tape: tape, index: index &+ 2), remaining: kind == .object ? count : 0)
    }

    package struct Elements: Sequence, IteratorProtocol {
        private var following: Node
        private var remaining: Int

        init(next: Node, remaining: Int) {
            following = next
            self.remaining = remaining
        }

        package var underestimatedCount: Int { remaining }

        package mutating func next() -> Node? {
            guard remaining > 0 else { return nil }
            remaining &-= 1
            let element = following
            following = Node(
                bytes: element.bytes, tape: element.tape, index: UInt32(truncatingIfNeeded: element.nextIndex)
            )
            return element
        }
    }

    package struct Members: Sequence, IteratorProtocol {
        private var following: Node
        private var remaining: Int

        init(next: Node, remaining: Int) {
            following = next
            self.remaining = remaining
        }

        package var underestimatedCount: Int { remaining }

        package mutating func next() -> (key: Node, value: Node)? {
            guard remaining > 0 else { return nil }
            remaining &-= 1
            let key = following
            let value = Node(bytes: key.bytes, tape: key.tape, index: key.index &+ 1)
            following = Node(
                bytes: key.bytes, tape: key.tape, index: UInt32(truncatingIfNeeded: value.nextIndex))
            return (key, value)
        }
    }
}
