import Glibc

/// A tape that is being written: words in memory from `malloc`, as ``Chunk`` adopts them.
///
/// Safe because it is not copyable, so that one owner at a time reads and writes the words, and `deinit` frees them
/// unless `release` handed them on.
struct TapeBuffer: ~Copyable {
    private(set) var words: UnsafeMutablePointer<UInt64>
    private(set) var capacity: Int
    var count = 0

    init(capacity: Int) {
        self.capacity = max(16, capacity)
        words = allocate(UInt64.self, count: self.capacity)
    }

    deinit { free(words) }

    /// Makes room for at least `additional` words after the first `used`.
    mutating func grow(used: Int, additional: Int) {
        guard used + additional > capacity else { return }
        capacity = max(capacity * 2, used + additional)
        words = reallocate(words, count: capacity)
    }

    @inline(__always)
    mutating func append(_ word: TapeWord) {
        if count == capacity { grow(used: count, additional: 1) }
        words[count] = word.bits
        count &+= 1
    }

    /// Hands over the words in memory of the right size.
    consuming func release() -> (words: UnsafeMutablePointer<UInt64>, count: Int) {
        let count = self.count
        let words =
            count < capacity - capacity / 8 ? reallocate(self.words, count: max(1, count)) : self.words
        discard self
        return (words, count)
    }
}

/// Memory from `malloc`; the process ends when there is none, as it does for Swift's own objects.
func allocate<T: BitwiseCopyable>(_: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    guard let memory = malloc(count * MemoryLayout<T>.stride) else { abort() }
    return memory.bindMemory(to: T.self, capacity: count)
}

/// The same memory with room for `count` values, perhaps elsewhere.
func reallocate<T: BitwiseCopyable>(_ old: UnsafeMutablePointer<T>, count: Int) -> UnsafeMutablePointer<T> {
    guard let memory = realloc(old, count * MemoryLayout<T>.stride) else { abort() }
    return memory.bindMemory(to: T.self, capacity: count)
}
