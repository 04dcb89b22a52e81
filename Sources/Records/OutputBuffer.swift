public import Glibc

/// A growable run of bytes with one owner: what is read from outside, gathered, or written.
///
/// Reading and writing go through plain pointers, because texts are looked at byte by byte and an `Array` would check
/// its uniqueness and bounds each time. A ``Chunk`` can adopt the memory without a copy.
///
/// Public for the compiler's sake alone: what is `package` cannot be inlined into another module, and is part of no
/// product's interface.
///
/// Safe because the type is not copyable (so nobody else holds the memory), every position is checked against `count`
/// where it enters, and pointers handed out are used before the next change.
public struct OutputBuffer: ~Copyable, @unchecked Sendable {
    @usableFromInline var memory: GrowableMemory
    @usableFromInline var length = 0

    package init(reserving bytes: Int = 0) {
        memory = GrowableMemory(capacity: bytes)
    }

    /// Bytes written so far.
    @inlinable public var count: Int { length }

    /// Bytes that fit without new memory.
    @inlinable public var capacity: Int { memory.capacity }

    // What is inlinable is called for each tag and text of a document, from other modules.

    /// Safe because the memory is used for bytes alone.
    @inlinable @inline(__always)
    var base: UnsafeMutablePointer<UInt8> { memory.start.assumingMemoryBound(to: UInt8.self) }

    // MARK: What is there

    /// What was written; valid until the next change.
    @inlinable @inline(__always)
    public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    /// The bytes from a position on; valid until the next change.
    @inlinable
    public func bytes(from start: Int) -> UnsafeBufferPointer<UInt8> {
        let start = min(max(0, start), count)
        return UnsafeBufferPointer(start: base + start, count: count - start)
    }

    /// The bytes of a range; valid until the next change.
    @inlinable @inline(__always)
    public func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        let range = range.clamped(to: 0..<count)
        return UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    // MARK: Forgetting

    /// Forgets what was written and keeps the memory.
    package mutating func removeAll() { length = 0 }

    /// Forgets what was written, and returns the memory if it is more than so many bytes.
    package mutating func removeAll(keeping limit: Int) {
        length = 0
        if capacity > limit { memory = GrowableMemory(capacity: 0) }
    }

    /// Forgets the first bytes; the rest moves to the front.
    package mutating func removeFirst(_ bytes: Int) {
        precondition(bytes >= 0 && bytes <= count, "only written bytes can be removed")
        guard bytes > 0 else { return }
        memmove(base, base + bytes, count - bytes)
        length -= bytes
    }

    /// Forgets the last bytes.
    package mutating func removeLast(_ bytes: Int) {
        precondition(bytes >= 0 && bytes <= count, "only written bytes can be removed")
        length -= bytes
    }

    /// Forgets everything from a position on.
    @inlinable @inline(__always)
    public mutating func truncate(to count: Int) { length = min(length, max(0, count)) }

    /// Forgets everything from a position on, and the character that this would cut in two.
    package mutating func truncate(toCharactersWithin size: Int) {
        guard size < count else { return }
        var end = max(0, size)
        while end > 0, base[end] & 0xC0 == 0x80 { end -= 1 }
        length = end
    }

    // MARK: Writing

    /// Makes room for at least so many more bytes.
    @inlinable @inline(__always)
    public mutating func reserve(_ additional: Int) {
        if count &+ additional > memory.capacity { memory.grow(used: count, additional: additional) }
    }

    /// Appends one byte.
    @inlinable @inline(__always)
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        length &+= 1
    }

    /// Appends bytes that are not in this buffer, which may move.
    @inlinable
    public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        Self.copy(bytes.count, from: source, to: base + count)
        length &+= bytes.count
    }

    /// Appends a part of another buffer.
    ///
    /// Up to 32 bytes are copied with what stands behind them, without asking how many there are. Safe because in both
    /// buffers ``Chunk/padding`` bytes follow those that count.
    @inlinable @inline(__always)
    public mutating func append(_ range: Range<Int>, of other: borrowing OutputBuffer) {
        let range = range.clamped(to: 0..<other.count)
        reserve(range.count)
        let (source, target) = (other.base + range.lowerBound, base + count)
        if range.count <= 32 {
            let words = UnsafeRawPointer(source).loadUnaligned(as: SIMD32<UInt8>.self)
            UnsafeMutableRawPointer(target).storeBytes(of: words, as: SIMD32<UInt8>.self)
        } else {
            memcpy(target, source, range.count)
        }
        length &+= range.count
    }

    /// Most texts are short, and a call takes longer than copying them in two halves that may overlap.
    @inlinable @inline(__always)
    static func copy(
        _ count: Int, from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) {
        switch count {
        case 17...32: copyEnds(SIMD16<UInt8>.self, count, from: source, to: target)
        case 8...16: copyEnds(UInt64.self, count, from: source, to: target)
        case 4..<8: copyEnds(UInt32.self, count, from: source, to: target)
        default: memcpy(target, source, count)
        }
    }

    /// Safe because a word is at most as long as the text.
    @inlinable @inline(__always)
    static func copyEnds<Word: BitwiseCopyable>(
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
    @inline(__always)
    package mutating func append<E: Error>(
        space: Int, _ write: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        reserve(space)
        let written = try write(UnsafeMutableRawBufferPointer(start: base + count, count: capacity - count))
        precondition(written >= 0 && written <= capacity - count, "more was written than there was room")
        length += written
        return written
    }

    /// Hands over the memory, with ``Chunk/padding`` zero bytes after `count`; the receiver frees it.
    consuming func release() -> (memory: UnsafeMutablePointer<UInt8>, count: Int) {
        let count = length
        return (memory.release(used: count).assumingMemoryBound(to: UInt8.self), count)
    }
}
