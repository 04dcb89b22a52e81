/// A 64-bit hash of bytes that stand in a file (after wyhash by Wang Yi): it tells what this program wrote from what
/// others did, at the speed of memory. It is not meant to withstand anybody who forges.
enum FileHash {
    private static let first: UInt64 = 0xa076_1d64_78bd_642f
    private static let second: UInt64 = 0xe703_7ed1_a0b4_28db

    /// - Parameter seed: what came before, where a long run is hashed piece by piece.
    static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var state = seed ^ first
        var offset = 0
        while bytes.count - offset >= 16 {
            let low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let high = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
            state = mix(low ^ second, high ^ state)
            offset += 16
        }
        var low: UInt64 = 0
        var high: UInt64 = 0
        for (place, byte) in bytes[offset...].enumerated() {
            if place < 8 {
                low |= UInt64(byte) << (8 * UInt64(place))
            } else {
                high |= UInt64(byte) << (8 * UInt64(place - 8))
            }
        }
        state = mix(low ^ second, high ^ state)
        return mix(state ^ first, UInt64(bytes.count) ^ second)
    }

    private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (high, low) = a.multipliedFullWidth(by: b)
        return high ^ low
    }
}
