import Notation
import Records

/// Where a text stands in a ``TextStore``.
struct StoredText: Equatable {
    let start: Int
    let count: Int

    var isEmpty: Bool { count == 0 }
}

/// Many texts, one after the other, up to a limit.
struct TextStore: ~Copyable {
    private var buffer: OutputBuffer
    /// How many bytes are kept.
    var limit = Int.max
    /// Whether a text was left out because of the limit.
    private(set) var isFull = false

    init(capacity: Int) { buffer = OutputBuffer(reserving: capacity) }

    /// Bytes of all texts.
    @inline(__always) var count: Int { buffer.count }

    /// Keeps a copy of a text, or nothing of one that is beyond the limit; `bytes` are not in this store, which may move.
    mutating func store(_ bytes: Bytes) -> StoredText {
        let start = count
        guard hasRoom(for: bytes.count) else { return StoredText(start: start, count: 0) }
        buffer.append(bytes)
        return StoredText(start: start, count: bytes.count)
    }

    /// Keeps a copy with ASCII letters in lower case.
    mutating func store(lowercased bytes: Bytes) -> StoredText {
        let start = count
        guard hasRoom(for: bytes.count) else { return StoredText(start: start, count: 0) }
        for byte in bytes { buffer.append(byte.lowercased) }
        return StoredText(start: start, count: bytes.count)
    }

    mutating func store(_ text: String) -> StoredText {
        var text = text
        return text.withUTF8 { store($0) }
    }

    mutating func store(_ text: String?) -> StoredText? { text.map { store($0) } }

    /// Keeps the beginning of a text, whole characters in at most `size` bytes, whatever the limit.
    mutating func store(_ text: String, upTo size: Int) -> StoredText {
        let start = count
        buffer.append(text)
        if count - start > size { buffer.truncate(toCharactersWithin: start + size) }
        return StoredText(start: start, count: count - start)
    }

    /// Keeps what `write` fills `length` bytes with, whatever the limit.
    mutating func store(
        length: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Int
    ) -> StoredText {
        let start = count
        _ = buffer.append(space: length) { write($0.bindMemory(to: UInt8.self)) }
        return StoredText(start: start, count: count - start)
    }

    /// Whether so many bytes more are within the limit; if not, that is remembered.
    private mutating func hasRoom(for bytes: Int) -> Bool {
        if bytes <= limit - count { return true }
        isFull = true
        return false
    }

    /// Forgets everything but the limit, and returns the memory if it is more than so many bytes.
    mutating func removeAll(keeping capacity: Int) {
        buffer.removeAll(keeping: capacity)
        isFull = false
    }

    /// The bytes of a stored text; valid until the next change.
    @inline(__always) func bytes(_ text: StoredText) -> Bytes {
        buffer.bytes(text.start..<(text.start + text.count))
    }

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
