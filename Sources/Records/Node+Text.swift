/// Text of strings and of whole nodes.
extension Node {
    /// The node's JSON text as it stands in the chunk, with its quotes or brackets.
    package var text: UnsafeBufferPointer<UInt8> {
        let word = word
        return switch word.kind {
        case .string, .escapedString:
            UnsafeBufferPointer(start: bytes + (word.offset - 1), count: word.length + 2)
        case .array, .object:
            UnsafeBufferPointer(
                start: bytes + word.offset, count: TapeWord(bits: tape[Int(index) + 1]).byteCount)
        default: UnsafeBufferPointer(start: bytes + word.offset, count: word.length)
        }
    }

    /// The text between the quotes of a string, escapes and all; the text itself for other kinds.
    var rawContent: UnsafeBufferPointer<UInt8> {
        let word = word
        return UnsafeBufferPointer(start: bytes + word.offset, count: word.length)
    }

    /// ``text`` as a string.
    package var json: String { String(decoding: text, as: UTF8.self) }

    /// The content of a string, and the JSON text of other kinds: how a value reads in a sentence.
    package var plainText: String { string ?? json }

    /// The content of a string, nil for other kinds.
    package var string: String? { withUTF8 { String(decoding: $0, as: UTF8.self) } }

    /// Calls `body` with the content of a string; it is copied only if there is an escape. Nil for other kinds.
    package func withUTF8<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R? {
        // Apart, as that looks up at run time what it answers with, and most strings have no escape.
        switch kind {
        case .string: try body(rawContent)
        case .escapedString: try withUnescaped(body)
        default: nil
        }
    }

    private func withUnescaped<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        let raw = rawContent
        return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: raw.count) { space in
            let count = unescape(raw, into: space)
            return try body(UnsafeBufferPointer(rebasing: space[..<count]))
        }
    }

    /// Whether this is a string with that content.
    package func equals(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool { equals(NamePattern(utf8)) }

    /// Whether this is a string whose content is the key's name; the way to compare with a constant.
    package func equals(_ key: Key) -> Bool { equals(key.pattern) }
}
