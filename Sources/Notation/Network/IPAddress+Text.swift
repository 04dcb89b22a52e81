extension IPAddress {
    /// An address (`192.168.0.1`, `2001:db8::1`) or a network (`10.0.0.0/8`); no zones, and no short forms of IPv4
    /// such as `127.1`, which the RFCs do not have.
    ///
    /// - Parameter dotted: whether an IPv6 address may end in an IPv4 address (`::ffff:10.0.0.1`).
    package init?(_ text: some StringProtocol, dotted: Bool = true) {
        let text = Substring(text)
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, text.utf8.count <= 64 else { return nil }
        var prefix: UInt8?
        if parts.count == 2 {
            guard let length = IPAddress.number(parts[1], maximum: 128) else { return nil }
            prefix = UInt8(length)
        }
        if let low = IPAddress.parseIPv4(parts[0]) {
            self.init(high: 0, low: low, isIPv4: true, prefix: prefix)
        } else if let (high, low) = IPAddress.parseIPv6(parts[0], dotted: dotted) {
            self.init(high: high, low: low, isIPv4: false, prefix: prefix)
        } else {
            return nil
        }
        if let prefix, Int(prefix) > bitCount { return nil }
    }

    /// An address alone, not a network.
    package init?(address text: some StringProtocol) {
        self.init(text)
        if prefix != nil { return nil }
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

    private static func parseIPv6(_ text: Substring, dotted: Bool) -> (UInt64, UInt64)? {
        guard let text = dotted ? withGroups(text) : text else { return nil }
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

    /// The text with its IPv4 address at the end, if it has one, as two groups; nil when that is none.
    private static func withGroups(_ text: Substring) -> Substring? {
        guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
            let low = parseIPv4(text[text.index(after: colon)...])
        else { return nil }
        return text[...colon] + String(low >> 16, radix: 16) + ":" + String(low & 0xFFFF, radix: 16)
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

extension IPAddress: CustomStringConvertible {
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
        guard let run = IPAddress.longestZeroRun(groups) else {
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
