import Glibc

/// A growable run of bytes with one owner: what is read, and the text that is being gathered.
///
/// Reading and writing go through plain pointers, because a feed is looked at byte by byte and an `Array`
/// would check its uniqueness and bounds each time.
///
/// Safe because the type is not copyable (so nobody else holds the memory), every index is checked against
/// `count` where it enters, and pointers handed out are used before the next mutation.
struct ByteStorage: ~Copyable, @unchecked Sendable {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    /// How many bytes are kept; only ``store(_:)`` keeps to it.
    var limit = Int.max
    /// Whether a text was left out because of the limit.
    private(set) var isFull = false
    private var capacity: Int

    init(capacity: Int = 256) {
        self.capacity = max(16, capacity)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// The bytes from `start` on; valid until the next mutation.
    func bytes(from start: Int = 0) -> Bytes {
        let start = min(max(0, start), count)
        return Bytes(start: base + start, count: count - start)
    }

    /// The bytes of a range; valid until the next mutation.
    func bytes(_ range: Range<Int>) -> Bytes {
        let range = range.clamped(to: 0..<count)
        return Bytes(start: base + range.lowerBound, count: range.count)
    }

    mutating func append(_ bytes: Bytes) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        Self.copy(bytes.count, from: source, to: base + count)
        count += bytes.count
    }

    /// Most texts are short, and a call takes longer than copying them in two halves that may overlap.
    @inline(__always)
    private static func copy(
        _ count: Int, from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) {
        switch count {
        case 8...16: copyEnds(UInt64.self, count, from: source, to: target)
        case 4..<8: copyEnds(UInt32.self, count, from: source, to: target)
        default: target.update(from: source, count: count)
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

    mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count += 1
    }

    mutating func append(_ text: StaticString) {
        append(Bytes(of: text))
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func append(_ scalar: Unicode.Scalar) {
        if scalar.isASCII { return append(UInt8(truncatingIfNeeded: scalar.value)) }
        for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(unit) }
    }

    /// Forgets everything from `length` on.
    mutating func truncate(to length: Int) { count = min(count, max(0, length)) }

    /// Forgets everything, and returns the memory if it is more than `limit` bytes.
    mutating func removeAll(keeping limit: Int) {
        count = 0
        isFull = false
        guard capacity > limit else { return }
        let ownLimit = self.limit
        self = ByteStorage()
        self.limit = ownLimit
    }

    /// Whether so many bytes more are within the limit; if not, that is remembered.
    mutating func hasRoom(for bytes: Int) -> Bool {
        if bytes <= limit - count { return true }
        isFull = true
        return false
    }

    /// Forgets everything from `length` on, and the character that this would cut in two.
    mutating func truncate(toCharactersWithin length: Int) {
        guard length < count else { return }
        var end = max(0, length)
        while end > 0, base[end] & 0xC0 == 0x80 { end -= 1 }
        count = end
    }

    /// Drops the first `length` bytes, moving the rest to the front.
    mutating func removeFirst(_ length: Int) {
        let length = min(count, max(0, length))
        guard length > 0 else { return }
        base.update(from: base + length, count: count - length)
        count -= length
    }

    /// Makes room for `extra` bytes and lets `fill` write them; it returns how many it wrote.
    mutating func appendUninitialized(_ extra: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        reserve(extra)
        count += min(extra, max(0, fill(UnsafeMutableBufferPointer(start: base + count, count: extra))))
    }

    private mutating func reserve(_ extra: Int) {
        guard count + extra > capacity else { return }
        capacity = max(capacity * 2, count + extra)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }
}
