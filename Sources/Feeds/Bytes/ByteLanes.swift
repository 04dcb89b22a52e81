/// Eight bytes looked at together in one word.
///
/// A mask has the top bit of each byte that meets a condition. Above the lowest such byte there may be wrong
/// bits (borrows run upwards), so only ``first(_:)`` of a mask counts, or that a mask is zero. Masks are for short runs;
/// longer ones are searched by the vectors of `CSIMD`.
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
        return mix(hash ^ rest(bytes, from: i))
    }

    /// The last eight bytes as a number, or as many as there are, the last of them lowest.
    @inline(__always) static func last(_ bytes: Bytes) -> UInt64 {
        bytes.count < 8 ? rest(bytes, from: 0) : load(bytes, at: bytes.count - 8).byteSwapped
    }

    /// The fewer than eight bytes from `start` on as a number, the last of them lowest.
    @inline(__always) private static func rest(_ bytes: Bytes, from start: Int) -> UInt64 {
        let bits = UInt64(truncatingIfNeeded: 8 * (bytes.count - start))
        guard bits > 0 else { return 0 }
        if start > 0 { return load(bytes, at: bytes.count - 8).byteSwapped & ~(.max << bits) }
        if bits >= 32 {
            return halfWord(bytes, at: 0) << (bits - 32) | halfWord(bytes, at: bytes.count - 4)
        }
        var rest: UInt64 = 0
        for byte in bytes { rest = rest << 8 | UInt64(byte) }
        return rest
    }

    /// Four bytes, the last of them lowest.
    @inline(__always) private static func halfWord(_ bytes: Bytes, at i: Int) -> UInt64 {
        // Safe because the only caller has at least four bytes, and asks for the first or the last.
        UInt64(
            UInt32(
                bigEndian: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + i).loadUnaligned(
                    as: UInt32.self)))
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
