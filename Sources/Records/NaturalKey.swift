/// What a record's maker calls it.
package enum NaturalKey {
    /// Whether a key means the same wherever it comes from: it is a URI. A number, a word or a hash may stand for
    /// something else in another feed.
    package static func isUniversal(_ key: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let colon = key.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let isURN = colon == 3 && (begins(key, with: "urn") || begins(key, with: "tag"))
        return isURN || key[(colon + 1)...].starts(with: "//".utf8) && key[..<colon].allSatisfy(isSchemeByte)
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// - Parameter scheme: in lower case.
    private static func begins(_ key: UnsafeBufferPointer<UInt8>, with scheme: StaticString) -> Bool {
        UnsafeBufferPointer(start: scheme.utf8Start, count: scheme.utf8CodeUnitCount)
            .elementsEqual(key.prefix(scheme.utf8CodeUnitCount)) { $0 == $1 | 0x20 }
    }
}
