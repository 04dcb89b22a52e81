/// Where a text stands in a ``ByteStorage`` that holds many.
struct StoredText {
    let start: Int
    let count: Int

    var isEmpty: Bool { count == 0 }
}

extension ByteStorage {
    /// Keeps a copy of a text, or nothing of one that is beyond the limit; `bytes` are not in this storage, which may
    /// move.
    mutating func store(_ bytes: Bytes) -> StoredText {
        let start = count
        guard hasRoom(for: bytes.count) else { return StoredText(start: start, count: 0) }
        append(bytes)
        return StoredText(start: start, count: count - start)
    }

    /// Keeps a copy with ASCII letters in lower case.
    mutating func store(lowercased bytes: Bytes) -> StoredText {
        let start = count
        guard hasRoom(for: bytes.count) else { return StoredText(start: start, count: 0) }
        for byte in bytes { append(byte.lowercased) }
        return StoredText(start: start, count: count - start)
    }

    mutating func store(_ text: String) -> StoredText {
        var text = text
        return text.withUTF8 { store($0) }
    }

    mutating func store(_ text: String?) -> StoredText? { text.map { store($0) } }

    /// The bytes of a stored text; valid until the next mutation.
    func bytes(_ text: StoredText) -> Bytes { bytes(text.start..<(text.start + text.count)) }

    func string(_ text: StoredText) -> String { String(valid: bytes(text)) }

    func string(_ text: StoredText?) -> String? { text.map { string($0) } }

    /// Whether two texts have the same bytes.
    func areEqual(_ a: StoredText, _ b: StoredText) -> Bool {
        a.count == b.count && (a.start == b.start || bytes(a).equals(bytes(b)))
    }

    func areEqual(_ a: StoredText?, _ b: StoredText?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return areEqual(a, b)
    }
}
