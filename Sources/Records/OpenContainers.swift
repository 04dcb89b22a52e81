/// The containers that have begun and not ended, kept in the tape itself: until it ends, a container's second word
/// is the tape index of the one around it, and its first word holds the count so far while an inner one is open.
///
/// Safe because `words` has room for whatever is put: the parser sees to that before each value.
struct OpenContainers {
    var words: UnsafeMutablePointer<UInt64>
    /// Words of the tape that are in use.
    var used: Int
    private(set) var depth = 0
    /// What ends the innermost container.
    private(set) var closingBracket: UInt8 = 0
    private var current = 0
    private var count = 0

    @inline(__always)
    init(words: UnsafeMutablePointer<UInt64>, used: Int) {
        self.words = words
        self.used = used
    }

    /// Whether the innermost container is an object.
    @inline(__always)
    var isObject: Bool { closingBracket == UInt8(ascii: "}") }

    @inline(__always)
    mutating func put(_ word: TapeWord) {
        words[used] = word.bits
        used &+= 1
    }

    /// Counts a finished value of the innermost container.
    @inline(__always)
    mutating func countValue() { count &+= 1 }

    @inline(__always)
    mutating func begin(_ kind: NodeKind, at offset: Int) {
        if depth > 0 { storeCount() }
        setClosingBracket(kind)
        put(TapeWord(kind, length: 0, offset: offset))
        put(TapeWord(bits: UInt64(truncatingIfNeeded: current)))
        current = used &- 2
        count = 0
        depth &+= 1
    }

    /// Ends the innermost container before the byte at `offset`.
    @inline(__always)
    mutating func end(at offset: Int) {
        let start = storeCount()
        let parent = Int(truncatingIfNeeded: words[current &+ 1])
        words[current &+ 1] = TapeWord(next: used, byteCount: offset &- start).bits
        depth &-= 1
        if depth == 0 { return }
        let outer = TapeWord(bits: words[parent])
        current = parent
        count = outer.length
        setClosingBracket(outer.kind)
    }

    @inline(__always)
    private mutating func setClosingBracket(_ kind: NodeKind) {
        closingBracket = kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")
    }

    /// Answers the offset of the innermost container.
    @discardableResult
    @inline(__always)
    private mutating func storeCount() -> Int {
        let word = TapeWord(bits: words[current])
        words[current] = TapeWord(word.kind, length: count, offset: word.offset).bits
        return word.offset
    }
}
