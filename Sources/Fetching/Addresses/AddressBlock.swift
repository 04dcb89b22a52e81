/// A range of IP addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
struct AddressBlock: Sendable, Equatable {
    private let base: IPAddress
    private let bits: Int

    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let base = parts.first.flatMap({ IPAddress(String($0)) }) else { return nil }
        let all = base.bytes.count * 8
        guard let bits = parts.count == 2 ? Int(parts[1]) : all, (0...all).contains(bits) else { return nil }
        self.base = base
        self.bits = bits
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        return base.bytes.indices.allSatisfy { index in
            let covered = min(max(bits - index * 8, 0), 8)
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> covered)
            return base.bytes[index] & mask == address.bytes[index] & mask
        }
    }
}
