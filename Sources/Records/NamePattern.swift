import Glibc

/// A text prepared for comparison with the strings of a tape: most differ already in the half of the tape word that
/// holds kind and length, and names of up to sixteen bytes need two loads and no call.
///
/// Safe because it lives as long as the bytes it was made of, which its maker sees to; on the other side up to
/// eight bytes are read, of which ``Chunk/padding`` has more.
struct NamePattern {
    /// The upper half of the word of an equal string without escapes.
    let signature: UInt32
    /// The first eight bytes, those beyond the end cleared by the mask.
    private let head: UInt64
    private let headMask: UInt64
    /// The last eight bytes of a text of at least eight.
    private let tail: UInt64
    private let utf8: UnsafeBufferPointer<UInt8>

    init(_ utf8: UnsafeBufferPointer<UInt8>) {
        self.utf8 = utf8
        let isTooLong = utf8.count > TapeWord.maximumLength
        signature =
            isTooLong
            ? .max : UInt32(truncatingIfNeeded: TapeWord(.string, length: utf8.count, offset: 0).bits >> 32)
        headMask = utf8.count < 8 ? (1 << (8 * UInt64(utf8.count))) - 1 : .max
        head = utf8.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        tail = utf8.count < 8 ? 0 : utf8.suffix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Whether two loads tell everything.
    @inline(__always)
    var isShort: Bool { utf8.count <= 16 }

    /// Whether a word stands for a string without escapes that has this content, of which at most the first and the
    /// last eight bytes are compared.
    @inline(__always)
    func matchesEnds(_ word: TapeWord, in bytes: UnsafePointer<UInt8>) -> Bool {
        guard UInt32(truncatingIfNeeded: word.bits >> 32) == signature else { return false }
        let text = UnsafeRawPointer(bytes + word.offset)
        guard eightBytes(text) & headMask == head else { return false }
        return utf8.count <= 8 || eightBytes(text + (utf8.count &- 8)) == tail
    }

    /// Whether a word stands for a string without escapes that has this content.
    @inline(__always)
    func matches(_ word: TapeWord, in bytes: UnsafePointer<UInt8>) -> Bool {
        matchesEnds(word, in: bytes) && (isShort || matchesInside(bytes + word.offset))
    }

    @inline(__always)
    private func eightBytes(_ place: UnsafeRawPointer) -> UInt64 {
        UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))
    }

    @inline(never)
    private func matchesInside(_ text: UnsafePointer<UInt8>) -> Bool {
        guard let own = utf8.baseAddress else { return true }
        return memcmp(text, own, utf8.count) == 0
    }

    /// Whether a string with escapes has this content.
    @inline(never)
    func matchesUnescaped(_ node: Node) -> Bool {
        // An escape is longer than what it stands for.
        guard node.word.length > utf8.count else { return false }
        return node.withUTF8 { $0.count == utf8.count && $0.elementsEqual(utf8) } ?? false
    }
}

extension Node {
    /// The value of the last member with a name.
    func member(_ pattern: NamePattern) -> Node? {
        guard kind == .object else { return nil }
        guard pattern.isShort else { return memberByContent(pattern) }
        let tape = tape
        let bytes = bytes
        var position = Int(index) &+ 2
        let end = TapeWord(bits: tape[Int(index) &+ 1]).next
        var found = 0
        while position < end {
            let name = TapeWord(bits: tape[position])
            if pattern.matchesEnds(name, in: bytes) {
                found = position &+ 1
            } else if name.kind != .string {
                // Without a call in it the loop needs no registers saved.
                return memberByContent(pattern)
            }
            let isContainer = TapeWord(bits: tape[position &+ 1]).kind.rawValue >= NodeKind.array.rawValue
            position = isContainer ? TapeWord(bits: tape[position &+ 2]).next : position &+ 2
        }
        // Index 0 is never a member's value.
        return found == 0 ? nil : Node(bytes: bytes, tape: tape, index: UInt32(truncatingIfNeeded: found))
    }

    /// The same for long names and for objects that have names with escapes.
    @inline(never)
    private func memberByContent(_ pattern: NamePattern) -> Node? {
        var found: Node?
        for (name, value) in members where name.equals(pattern) { found = value }
        return found
    }

    /// Whether this is a string with that content.
    @inline(__always)
    func equals(_ pattern: NamePattern) -> Bool {
        let word = word
        if word.kind == .string { return pattern.matches(word, in: bytes) }
        return word.kind == .escapedString && pattern.matchesUnescaped(self)
    }
}
