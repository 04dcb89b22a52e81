/// What a record's maker calls it.
package enum NaturalKey {
    /// Whether a key means the same wherever it comes from: it is a URI. A number, a word or a hash may stand for
    /// something else in another feed.
    package static func isUniversal(_ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let lowered = key.prefix(4).map { $0 | 0x20 }
        if lowered == Array("urn:".utf8) || lowered == Array("tag:".utf8) { return true }
        guard let colon = key.firstIndex(of: UInt8(ascii: ":")), colon + 2 < key.count else { return false }
        return key[colon + 1] == UInt8(ascii: "/") && key[colon + 2] == UInt8(ascii: "/")
    }
}
