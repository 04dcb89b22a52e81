/// Eight bytes looked at together in one word.
///
/// A mask has the top bit of each byte that meets a condition. Above the lowest such byte there may be wrong
/// bits (borrows run upwards), so only ``first(_:)`` of a mask counts, or that a mask is zero. Swift's own
/// vectors have no cheap way from a comparison to a position.
enum ByteLanes {
    @inline(__always) static func load(_ bytes: Bytes, at i: Int) -> UInt64 {
        // Safe because every caller has checked that eight bytes from i on are inside.
        UInt64(
            littleEndian: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + i).loadUnaligned(
                as: UInt64.self))
    }

    /// Goes over all bytes, eight at a time and the rest of them in one word, for hashes.
    @inline(__always) static func fold(_ bytes: Bytes, into seed: UInt64, _ mix: (UInt64) -> UInt64) -> UInt64
    {
        var hash = seed
        var i = 0
        while i + 8 <= bytes.count {
            hash = mix(hash ^ load(bytes, at: i))
            i += 8
        }
        var rest: UInt64 = 0
        while i < bytes.count {
            rest = rest << 8 | UInt64(bytes[i])
            i += 1
        }
        return mix(hash ^ rest)
    }

    @inline(__always) static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ (ones &* UInt64(byte))
        return (difference &- ones) & ~difference & tops
    }

    /// Bytes less than a bound of at most 128.
    @inline(__always) static func less(_ word: UInt64, than bound: UInt8) -> UInt64 {
        (word &- ones &* UInt64(bound)) & ~word & tops
    }

    /// Bytes that are not ASCII.
    @inline(__always) static func high(_ word: UInt64) -> UInt64 { word & tops }

    /// The position of the lowest byte in a mask that is not zero.
    @inline(__always) static func first(_ mask: UInt64) -> Int { mask.trailingZeroBitCount >> 3 }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080
}
