/// Copying what is already JSON.
extension ChunkBuilder {
    /// A node with everything in it.
    package mutating func copy(_ node: Node) {
        guard hasRoom(for: node.text.count) else { return null() }
        beforeValue()
        appendWords(of: node)
        afterValue()
    }

    /// A record's object with its overlay applied.
    package mutating func copy(_ record: borrowing Record) {
        guard record.isChanged else { return copy(record.node) }
        beginObject()
        for (name, value) in record.fields {
            key(name)
            copy(value)
        }
        endObject()
    }

    /// A string's text and its word.
    mutating func appendWord(of string: Node) {
        guard hasRoom(for: string.text.count) else {
            return quoted(UnsafeBufferPointer(start: nil, count: 0))
        }
        let word = string.word
        tape.append(TapeWord(word.kind, length: word.length, offset: bytes.count + 1))
        bytes.append(string.text)
    }

    /// The text, and the words with their offsets and indexes moved to the new place.
    private mutating func appendWords(of node: Node) {
        let text = node.text
        guard let start = text.baseAddress else { return }
        let first = Int(node.index)
        let last = node.nextIndex
        let moved = bytes.count - (start - node.bytes)
        let shifted = tape.count - first
        bytes.append(text)
        tape.grow(used: tape.count, additional: last - first)
        var index = first
        while index < last {
            let word = TapeWord(bits: node.tape[index])
            tape.append(word.moved(by: moved))
            index += 1
            if word.kind == .array || word.kind == .object {
                let second = TapeWord(bits: node.tape[index])
                tape.append(TapeWord(next: second.next + shifted, byteCount: second.byteCount))
                index += 1
            }
        }
    }
}
