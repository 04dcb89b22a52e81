/// An IP address, or a network when it has a prefix length.
package struct IPAddress: Equatable, Sendable, BitwiseCopyable {
    /// The 128 bits of an IPv6 address, or the 32 of an IPv4 address in the lowest place.
    package let high: UInt64
    package let low: UInt64
    package let isIPv4: Bool
    package let prefix: UInt8?

    init(high: UInt64, low: UInt64, isIPv4: Bool, prefix: UInt8?) {
        self.high = high
        self.low = low
        self.isIPv4 = isIPv4
        self.prefix = prefix
    }

    /// An IPv4 address.
    package init(v4 bits: UInt32) { self.init(high: 0, low: UInt64(bits), isIPv4: true, prefix: nil) }

    package var bitCount: Int { isIPv4 ? 32 : 128 }

    /// The address without its prefix length.
    package var address: IPAddress { IPAddress(high: high, low: low, isIPv4: isIPv4, prefix: nil) }

    /// The network's first address, with the prefix length.
    package var masked: IPAddress {
        let (highMask, lowMask) = mask
        return IPAddress(high: high & highMask, low: low & lowMask, isIPv4: isIPv4, prefix: prefix)
    }

    /// The bits that belong to the network.
    private var mask: (UInt64, UInt64) {
        let length = Int(prefix ?? UInt8(bitCount)) + (isIPv4 ? 96 : 0)
        let high = length >= 64 ? UInt64.max : length == 0 ? 0 : UInt64.max << UInt64(64 - length)
        let low = length <= 64 ? 0 : length == 128 ? UInt64.max : UInt64.max << UInt64(128 - length)
        return (high, low)
    }

    /// Whether an address, or a whole network, lies in this network.
    package func contains(_ other: IPAddress) -> Bool {
        guard isIPv4 == other.isIPv4, Int(other.prefix ?? UInt8(bitCount)) >= Int(prefix ?? UInt8(bitCount))
        else {
            return false
        }
        let (highMask, lowMask) = mask
        return high & highMask == other.high & highMask && low & lowMask == other.low & lowMask
    }

    package var isUnspecified: Bool { high == 0 && low == 0 }

    package var isLoopback: Bool { isIPv4 ? low >> 24 == 127 : high == 0 && low == 1 }

    package var isMulticast: Bool { isIPv4 ? low >> 28 == 0xE : high >> 56 == 0xFF }

    package var isLinkLocalMulticast: Bool {
        isIPv4 ? low >> 8 == 0xE00000 : high >> 56 == 0xFF && high >> 48 & 0xF == 2
    }

    package var isLinkLocalUnicast: Bool { isIPv4 ? low >> 16 == 0xA9FE : high >> 54 == 0x3FA }

    package var isGlobalUnicast: Bool {
        !(isIPv4 && low == 0xFFFF_FFFF) && !isUnspecified && !isLoopback && !isMulticast
            && !isLinkLocalUnicast
    }
}
