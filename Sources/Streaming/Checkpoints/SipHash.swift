/// The 128-bit key of a ``SipHash128``.
package struct SipHashKey: Hashable, Sendable {
    package let first: UInt64
    package let second: UInt64

    package init(_ first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
    }
}

/// SipHash-2-4 with 128 bits of result, incremental (Aumasson and Bernstein, 2012).
///
/// Dedup identities are stored, so the hash must be the same in every process, which Swift's `Hasher` is not; and
/// feeds are written by strangers, so it must be keyed, or somebody could make items that suppress other items.
/// None of the packages that the project uses offers it.
package struct SipHash128 {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    /// Bytes that do not fill a word yet, the first in the lowest eight bits.
    private var tail: UInt64 = 0
    private var count: UInt64 = 0

    package init(key: SipHashKey) {
        v0 = key.first ^ 0x736f_6d65_7073_6575
        v1 = key.second ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = key.first ^ 0x6c79_6765_6e65_7261
        v3 = key.second ^ 0x7465_6462_7974_6573
    }

    /// Adds bytes.
    package mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
        let bytes = UnsafeRawBufferPointer(bytes)
        let end = bytes.count & ~7
        for start in stride(from: 0, to: end, by: 8) {
            let word = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            add(UInt64(littleEndian: word), byteCount: 8)
        }
        if end < bytes.count {
            let rest = bytes[end...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
            add(rest, byteCount: UInt64(bytes.count - end))
        }
    }

    /// Adds the eight bytes of a number, the lowest first.
    package mutating func update(number: UInt64) { add(number, byteCount: 8) }

    /// Adds one byte.
    package mutating func update(_ byte: UInt8) { add(UInt64(byte), byteCount: 1) }

    /// Adds the low bytes of a word, whose others are zero.
    @inline(__always)
    private mutating func add(_ word: UInt64, byteCount: UInt64) {
        let waiting = count & 7
        tail |= word << (waiting * 8)
        count &+= byteCount
        if waiting &+ byteCount >= 8 {
            compress(tail)
            tail = word >> ((8 - waiting) * 8)
        }
    }

    /// The hash of all that was added.
    package consuming func finish() -> (high: UInt64, low: UInt64) {
        compress(tail | count << 56)
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let low = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return (v0 ^ v1 ^ v2 ^ v3, low)
    }

    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func round() {
        func rotate(_ x: UInt64, _ n: UInt64) -> UInt64 { x << n | x >> (64 - n) }
        v0 &+= v1
        v1 = rotate(v1, 13) ^ v0
        v0 = rotate(v0, 32)
        v2 &+= v3
        v3 = rotate(v3, 16) ^ v2
        v0 &+= v3
        v3 = rotate(v3, 21) ^ v0
        v2 &+= v1
        v1 = rotate(v1, 17) ^ v2
        v2 = rotate(v2, 32)
    }
}
