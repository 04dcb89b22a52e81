import Glibc

/// The four or sixteen bytes of an IP address.
struct IPAddress: Sendable, Equatable {
    let bytes: [UInt8]

    /// Reads the dotted or colon form; host names and shortened forms such as `127.1` are nil.
    init?(_ text: String) {
        let isV6 = text.utf8.contains(UInt8(ascii: ":"))
        let family = isV6 ? AF_INET6 : AF_INET
        // Safe because inet_pton writes exactly four or sixteen bytes, for the family that is asked for.
        let bytes = [UInt8](unsafeUninitializedCapacity: isV6 ? 16 : 4) { buffer, count in
            count = inet_pton(family, text, buffer.baseAddress) == 1 ? buffer.count : 0
        }
        guard !bytes.isEmpty else { return nil }
        self.bytes = bytes
    }

    private init(bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }

    /// Whether it is loopback, private, link-local or otherwise not of the public Internet.
    var isPrivate: Bool {
        if bytes.count == 4 { return IPAddress.privateBlocks.contains { $0.contains(self) } }
        if let embedded { return embedded.isPrivate }
        return bytes.dropLast().allSatisfy { $0 == 0 }
            || IPAddress.privateBlocks.contains { $0.contains(self) }
    }

    /// By RFC 6890 and its successors: this network, private, shared, loopback, link-local, protocol assignments,
    /// benchmarking, multicast and reserved; in IPv6 unique local, link-local, site-local and multicast.
    private static let privateBlocks = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3", "fc00::/7", "fe80::/10",
        "fec0::/10",
        "ff00::/8"
    ].compactMap(AddressBlock.init)

    /// The IPv4 address inside a mapped, compatible, translated (NAT64) or 6to4 one.
    private var embedded: IPAddress? {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        let prefix = Array(bytes.prefix(12))
        if prefix == mapped || prefix == translated { return IPAddress(bytes: bytes[12...]) }
        return bytes.starts(with: [0x20, 0x02]) ? IPAddress(bytes: bytes[2..<6]) : nil
    }
}

extension IPAddress {
    /// What a host in a URL says by itself: nil for a name that must be resolved to tell.
    static func isPrivate(host: String) -> Bool? {
        if host == "localhost" || host.hasSuffix(".localhost") { return true }
        return IPAddress(host)?.isPrivate
    }
}
