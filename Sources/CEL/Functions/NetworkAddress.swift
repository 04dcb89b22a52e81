/// An IP address, or a network when it has a prefix length.
package struct NetworkAddress: Equatable, Sendable, BitwiseCopyable {
    /// The 128 bits of an IPv6 address, or the 32 of an IPv4 address in the lowest place.
    let high: UInt64
    let low: UInt64
    let isIPv4: Bool
    let prefix: UInt8?

    var bitCount: Int { isIPv4 ? 32 : 128 }

    /// The address without its prefix length.
    var address: NetworkAddress { NetworkAddress(high: high, low: low, isIPv4: isIPv4, prefix: nil) }

    /// The network's first address, with the prefix length.
    var masked: NetworkAddress {
        let (highMask, lowMask) = mask
        return NetworkAddress(high: high & highMask, low: low & lowMask, isIPv4: isIPv4, prefix: prefix)
    }

    /// The bits that belong to the network.
    private var mask: (UInt64, UInt64) {
        let length = Int(prefix ?? UInt8(bitCount)) + (isIPv4 ? 96 : 0)
        let high = length >= 64 ? UInt64.max : length == 0 ? 0 : UInt64.max << UInt64(64 - length)
        let low = length <= 64 ? 0 : length == 128 ? UInt64.max : UInt64.max << UInt64(128 - length)
        return (high, low)
    }

    /// Whether an address, or a whole network, lies in this network.
    func contains(_ other: NetworkAddress) -> Bool {
        guard isIPv4 == other.isIPv4, Int(other.prefix ?? UInt8(bitCount)) >= Int(prefix ?? UInt8(bitCount))
        else {
            return false
        }
        let (highMask, lowMask) = mask
        return high & highMask == other.high & highMask && low & lowMask == other.low & lowMask
    }

    // MARK: Properties

    var isUnspecified: Bool { high == 0 && low == 0 }

    var isLoopback: Bool { isIPv4 ? low >> 24 == 127 : high == 0 && low == 1 }

    var isMulticast: Bool { isIPv4 ? low >> 28 == 0xE : high >> 56 == 0xFF }

    var isLinkLocalMulticast: Bool {
        isIPv4 ? low >> 8 == 0xE00000 : high >> 56 == 0xFF && high >> 48 & 0xF == 2
    }

    var isLinkLocalUnicast: Bool { isIPv4 ? low >> 16 == 0xA9FE : high >> 54 == 0x3FA }

    var isGlobalUnicast: Bool {
        !(isIPv4 && low == 0xFFFF_FFFF) && !isUnspecified && !isLoopback && !isMulticast
            && !isLinkLocalUnicast
    }
}

// MARK: - Text

extension NetworkAddress {
    /// An address (`192.168.0.1`, `2001:db8::1`) or a network (`10.0.0.0/8`); no zones, no dotted IPv4 inside IPv6.
    package init?(parsing text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, text.utf8.count <= 64 else { return nil }
        var prefix: UInt8?
        if parts.count == 2 {
            guard let length = NetworkAddress.number(parts[1], maximum: 128) else { return nil }
            prefix = UInt8(length)
        }
        if let low = NetworkAddress.parseIPv4(parts[0]) {
            self.init(high: 0, low: low, isIPv4: true, prefix: prefix)
        } else if let (high, low) = NetworkAddress.parseIPv6(parts[0]) {
            self.init(high: high, low: low, isIPv4: false, prefix: prefix)
        } else {
            return nil
        }
        if let prefix, Int(prefix) > bitCount { return nil }
    }

    /// Decimal without sign and leading zeros.
    private static func number(_ text: Substring, maximum: Int) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 3, text.utf8.allSatisfy(\.isDigit),
            text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0"), let value = Int(text),
            value <= maximum
        else { return nil }
        return value
    }

    private static func parseIPv4(_ text: Substring) -> UInt64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: UInt64 = 0
        for part in parts {
            guard let byte = number(part, maximum: 255) else { return nil }
            result = result << 8 | UInt64(byte)
        }
        return result
    }

    private static func parseIPv6(_ text: Substring) -> (UInt64, UInt64)? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2, let head = groups(halves[0]),
            let tail = halves.count == 2 ? groups(halves[1]) : []
        else { return nil }
        let missing = 8 - head.count - tail.count
        guard halves.count == 2 ? missing >= 1 : missing == 0 else { return nil }
        let all = head + Array(repeating: 0, count: missing) + tail
        let high = all[..<4].reduce(0) { $0 << 16 | $1 }
        let low = all[4...].reduce(0) { $0 << 16 | $1 }
        return (high, low)
    }

    private static func groups(_ text: Substring) -> [UInt64]? {
        guard !text.isEmpty else { return [] }
        var result: [UInt64] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0.hexValue != nil }),
                let group = UInt64(part, radix: 16)
            else { return nil }
            result.append(group)
        }
        return result.count <= 8 ? result : nil
    }
}

extension NetworkAddress: CustomStringConvertible {
    /// The canonical form: of IPv6 in lower case, with the longest run of zeros shortened.
    package var description: String {
        let suffix = prefix.map { "/\($0)" } ?? ""
        guard !isIPv4 else {
            return [24, 16, 8, 0].map { String(low >> UInt64($0) & 0xFF) }.joined(separator: ".") + suffix
        }
        let groups = (0..<8).map { position -> UInt64 in
            let half = position < 4 ? high : low
            return half >> UInt64(48 - position % 4 * 16) & 0xFFFF
        }
        guard let run = NetworkAddress.longestZeroRun(groups) else {
            return groups.map { String($0, radix: 16) }.joined(separator: ":") + suffix
        }
        let head = groups[..<run.lowerBound].map { String($0, radix: 16) }.joined(separator: ":")
        let tail = groups[run.upperBound...].map { String($0, radix: 16) }.joined(separator: ":")
        return "\(head)::\(tail)\(suffix)"
    }

    /// The first of the longest runs of at least two zero groups.
    private static func longestZeroRun(_ groups: [UInt64]) -> Range<Int>? {
        var best: Range<Int>?
        var position = 0
        while position < groups.count {
            guard groups[position] == 0 else {
                position += 1
                continue
            }
            let end = groups[position...].firstIndex { $0 != 0 } ?? groups.count
            if end - position >= 2, end - position > best?.count ?? 0 { best = position..<end }
            position = end
        }
        return best
    }
}

extension Arena {
    mutating func address(_ address: NetworkAddress) -> Value {
        let place = allocate(NetworkAddress.self, count: 1)
        place.initialize(to: address)
        return .address(UnsafePointer(place))
    }
}
