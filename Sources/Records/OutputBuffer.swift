import Glibc

/// A growable run of bytes with one owner: what is read from outside, gathered, or written.
///
/// Reading and writing go through plain pointers, because texts are looked at byte by byte and an `Array` would check
/// its uniqueness and bounds each time. A ``Chunk`` can adopt the memory without a copy.
///
/// Safe because the type is not copyable (so nobody else holds the memory), every position is checked against `count`
/// where it enters, and pointers handed out are used before the next change.
package struct OutputBuffer: ~Copyable, @unchecked Sendable {
    private var memory: GrowableMemory
    package private(set) var count = 0

    package init(reserving bytes: Int = 0) {
        memory = GrowableMemory(capacity: bytes)
    }

    /// Bytes that fit without new memory.
    package var capacity: Int { memory.capacity }

    /// Safe because the memory is used for bytes alone.
    @inline(__always)
    private var base: UnsafeMutablePointer<UInt8> { memory.start.assumingMemoryBound(to: UInt8.self) }

    // MARK: What is there

    /// What was written; valid until the next change.
    @inline(__always)
    package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    /// The bytes from a position on; valid until the next change.
    package func bytes(from start: Int) -> UnsafeBufferPointer<UInt8> {
        let start = min(max(0, start), count)
        return UnsafeBufferPointer(start: base + start, count: count - start)
    }

    /// The bytes of a range; valid until the next change.
    package func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        let range = range.clamped(to: 0..<count)
        return UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    // MARK: Forgetting

    /// Forgets what was written and keeps the memory.
    package mutating func removeAll() { count = 0 }

    /// Forgets what was written, and returns the memory if it is more than so many bytes.
    package mutating func removeAll(keeping limit: Int) {
        count = 0
        if capacity > limit { memory = GrowableMemory(capacity: 0) }
    }

    /// Forgets the first bytes; the rest moves to the front.
    package mutating func removeFirst(_ bytes: Int) {
        precondition(bytes >= 0 && bytes <= count, "only written bytes can be removed")
        guard bytes > 0 else { return }
        memmove(base, base + bytes, count - bytes)
        count -= bytes
    }

    /// Forgets the last bytes.
    package mutating func removeLast(_ bytes: Int) {
        precondition(bytes >= 0 && bytes <= count, "only written bytes can be removed")
        count -= bytes
    }

    /// Forgets everything from a position on.
    package mutating func truncate(to length: Int) { count = min(count, max(0, length)) }

    /// Forgets everything from a position on, and the character that this would cut in two.
    package mutating func truncate(toCharactersWithin length: Int) {
        guard length < count else { return }
        var end = max(0, length)
        while end > 0, base[end] & 0xC0 == 0x80 { end -= 1 }
        count = end
    }

    // MARK: Writing

    /// Makes room for at least so many more bytes.
    @inline(__always)
    package mutating func reserve(_ additional: Int) {
        if count &+ additional > memory.capacity { memory.grow(used: count, additional: additional) }
    }

    @inline(__always)
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count &+= 1
    }

    /// Appends bytes that are not in this buffer, which may move.
    package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        Self.copy(bytes.count, from: source, to: base + count)
        count &+= bytes.count
    }

    /// Appends bytes with another before and after them.
    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, between byte: UInt8) {
        reserve(bytes.count &+ 2)
        let target = base + count
        target[0] = byte
        if let source = bytes.baseAddress { Self.copy(bytes.count, from: source, to: target + 1) }
        target[bytes.count &+ 1] = byte
        count &+= bytes.count &+ 2
    }

    /// Most texts are short, and a call takes longer than copying them in two halves that may overlap.
    @inline(__always)
    private static func copy(
        _ count: Int, from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) {
        switch count {
        case 8...16: copyEnds(UInt64.self, count, from: source, to: target)
        case 4..<8: copyEnds(UInt32.self, count, from: source, to: target)
        default: memcpy(target, source, count)
        }
    }

    /// Safe because a word is at most as long as the text.
    @inline(__always)
    private static func copyEnds<Word: BitwiseCopyable>(
        _: Word.Type, _ count: Int, from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) {
        let last = count - MemoryLayout<Word>.size
        let start = UnsafeRawPointer(source).loadUnaligned(as: Word.self)
        let end = UnsafeRawPointer(source + last).loadUnaligned(as: Word.self)
        UnsafeMutableRawPointer(target).storeBytes(of: start, as: Word.self)
        UnsafeMutableRawPointer(target + last).storeBytes(of: end, as: Word.self)
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// Lets `write` fill at least `space` free bytes; it answers how many it wrote.
    package mutating func append<E: Error>(
        space: Int, _ write: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        reserve(space)
        let written = try write(UnsafeMutableRawBufferPointer(start: base + count, count: capacity - count))
        precondition(written >= 0 && written <= capacity - count, "more was written than there was room")
        count += written
        return written
    }

    /// Hands over the memory, with ``Chunk/padding`` zero bytes after `count`; the receiver frees it.
    consuming func release() -> (memory: UnsafeMutablePointer<UInt8>, count: Int) {
        let count = self.count
        return (memory.release(used: count).assumingMemoryBound(to: UInt8.self), count)
    }
}
