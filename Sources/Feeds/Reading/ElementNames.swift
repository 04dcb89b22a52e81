/// Resolves element names, remembering those it has seen under the present namespace declarations.
struct ElementNames {
    struct Resolved {
        var kind: ElementKind
        var prefix: String
        /// The local name as written.
        var name: String
        fileprivate var hash: UInt64
        fileprivate var epoch: UInt32
    }

    var scope = NamespaceScope()
    private var seen = [Resolved](
        repeating: Resolved(kind: .other, prefix: "", name: "", hash: 0, epoch: 0), count: 128)

    /// A number that stands for a qualified name as written (FNV-1a).
    @inline(__always) static func hash(_ name: Bytes) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    /// What the name with this hash means here.
    mutating func resolve(_ name: Bytes, hash: UInt64) -> Int {
        let slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (seen.count - 1)
        if seen[slot].hash == hash, seen[slot].epoch == scope.epoch { return slot }
        let colon = name.position(of: UInt8(ascii: ":"), from: 0)
        let prefix = colon.map { scope.usualPrefix(String(name.part(0..<$0))) } ?? scope.usualPrefix("")
        let local = String(name.part((colon.map { $0 + 1 } ?? 0)..<name.count))
        let kind = ElementKind.of(prefix: prefix, name: local.asciiLowercased)
        seen[slot] = Resolved(kind: kind, prefix: prefix, name: local, hash: hash, epoch: scope.epoch)
        return slot
    }

    subscript(slot: Int) -> Resolved { seen[slot] }
    func kind(_ slot: Int) -> ElementKind { seen[slot].kind }
}
