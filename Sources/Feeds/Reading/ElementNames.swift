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
    /// A table of a power of two places; a name stands at most ``reach`` after the place that its hash gives.
    private var seen = [Resolved](
        repeating: Resolved(kind: .other, prefix: "", name: "", hash: 0, epoch: 0), count: 256)
    private static let reach = 4

    /// A number that stands for a qualified name as written: each step can be undone, so that names of up to
    /// eight bytes never share one.
    @inline(__always) static func hash(_ name: Bytes) -> UInt64 {
        ByteLanes.fold(name, into: UInt64(truncatingIfNeeded: name.count), mixed)
    }

    @inline(__always) private static func mixed(_ hash: UInt64) -> UInt64 {
        let product = hash &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 32
    }

    /// What the name with this hash means here.
    mutating func resolve(_ name: Bytes, hash: UInt64) -> Int {
        let first = Int(truncatingIfNeeded: hash >> 32)
        var slot = first & (seen.count - 1)
        for step in 0..<Self.reach {
            let place = (first + step) & (seen.count - 1)
            guard seen[place].epoch == scope.epoch else {
                slot = place
                break
            }
            if seen[place].hash == hash { return place }
        }
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
