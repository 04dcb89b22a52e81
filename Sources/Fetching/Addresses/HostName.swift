/// What a name of a host can be (RFC 1035, 2.3.4).
enum HostName {
    private static let mostBytes = 253
    private static let mostLabelBytes = 63
    /// A name in other letters than ASCII is no shorter in its ASCII form, but for what normalising takes away.
    static let mostUnicodeBytes = 4 * mostBytes

    /// Whether an ASCII name, or an IP address without brackets, has no more bytes and no longer labels than it may.
    static func isPossible(_ name: String) -> Bool {
        // A name may end in the dot of the root.
        let labels = (name.hasSuffix(".") ? name.dropLast() : name[...]).utf8
        guard !labels.isEmpty, labels.count <= mostBytes else { return false }
        return labels.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
            $0.count <= mostLabelBytes
        }
    }
}
