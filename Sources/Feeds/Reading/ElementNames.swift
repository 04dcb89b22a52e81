/// Resolves element names, remembering those it has seen under the present namespace declarations.
struct ElementNames {
    struct Resolved {
        var kind: ElementKind
        var prefix: String
        /// The local name as written.
        var name: String
        /// The length of the prefix as written, if that is the usual one; nil if it is another.
        fileprivate var writtenPrefix: Int?
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

    /// Where the name with this hash stands, if it is where it would stand alone.
    @inline(__always) func known(_ hash: UInt64) -> Int? {
        let place = Int(truncatingIfNeeded: hash >> 32) & (seen.count - 1)
        return seen[place].hash == hash && seen[place].epoch == scope.epoch ? place : nil
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
        let written = colon ?? 0
        let isUsual = name.part(0..<written).elementsEqual(prefix.utf8) && colon != 0
        seen[slot] = Resolved(
            kind: kind, prefix: prefix, name: local, writtenPrefix: isUsual ? written : nil, hash: hash,
            epoch: scope.epoch)
        return slot
    }

    /// Whether the name may be that of an element of HTML without content, which are short and have no prefix.
    func mayBeVoid(_ slot: Int) -> Bool { seen[slot].prefix.isEmpty && seen[slot].name.utf8.count <= 4 }

    /// The length of the prefix in the name as written, if that is the one to know the element by.
    func lengthOfWrittenPrefix(_ slot: Int) -> Int? { seen[slot].writtenPrefix }

    subscript(slot: Int) -> Resolved { seen[slot] }
    func kind(_ slot: Int) -> ElementKind { seen[slot].kind }
}
