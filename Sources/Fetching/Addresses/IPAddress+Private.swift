import Notation

extension IPAddress {
    /// Whether it is loopback, private, link-local or otherwise not of the public Internet.
    var isPrivate: Bool {
        if let embedded { return embedded.isPrivate }
        return !isIPv4 && high == 0 && low < 0x100 || IPAddress.privateBlocks.contains { $0.contains(self) }
    }

    /// By RFC 6890 and its successors: this network, private, shared, loopback, link-local, protocol assignments,
    /// benchmarking, multicast and reserved; in IPv6 unique local, link-local, site-local and multicast.
    private static let privateBlocks = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8"
    ].compactMap { IPAddress($0) }

    /// The IPv4 address inside a mapped, translated (NAT64) or 6to4 one.
    private var embedded: IPAddress? {
        guard !isIPv4 else { return nil }
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        let isTranslated = high == 0x0064_FF9B_0000_0000 && low >> 32 == 0
        if isMapped || isTranslated { return IPAddress(v4: UInt32(truncatingIfNeeded: low)) }
        return high >> 48 == 0x2002 ? IPAddress(v4: UInt32(truncatingIfNeeded: high >> 16)) : nil
    }

    /// What a host in a URL says by itself: nil for a name that must be resolved to tell.
    static func isPrivate(host: String) -> Bool? {
        if host == "localhost" || host.hasSuffix(".localhost") { return true }
        return IPAddress(address: host)?.isPrivate
    }
}
