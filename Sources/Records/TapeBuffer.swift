/// A tape that is being written, in memory as ``Chunk`` adopts it.
struct TapeBuffer: ~Copyable {
    private static let wordSize = MemoryLayout<UInt64>.size

    private var memory: GrowableMemory
    private(set) var words: UnsafeMutablePointer<UInt64>
    private(set) var capacity: Int
    var count = 0

    init(capacity: Int) {
        memory = GrowableMemory(capacity: capacity * Self.wordSize)
        (words, self.capacity) = Self.words(in: memory)
    }

    /// Makes room for at least `additional` words after the first `used`.
    mutating func grow(used: Int, additional: Int) {
        guard used + additional > capacity else { return }
        memory.grow(used: used * Self.wordSize, additional: additional * Self.wordSize)
        (words, capacity) = Self.words(in: memory)
    }

    @inline(__always)
    mutating func append(_ word: TapeWord) {
        if count == capacity { grow(used: count, additional: 1) }
        words[count] = word.bits
        count &+= 1
    }

    /// Hands over the words in memory of the right size; the receiver frees it.
    consuming func release() -> (words: UnsafeMutablePointer<UInt64>, count: Int) {
        let count = self.count
        let words = memory.release(used: count * Self.wordSize)
        return (words.assumingMemoryBound(to: UInt64.self), count)
    }

    /// Safe because the memory is used for words alone.
    private static func words(
        in memory: borrowing GrowableMemory
    ) -> (UnsafeMutablePointer<UInt64>, capacity: Int) {
        let capacity = memory.capacity / wordSize
        return (memory.start.bindMemory(to: UInt64.self, capacity: capacity), capacity)
    }
}
