import Foundation

/// Names of hosts.
package enum HostName {
    /// RFC 1035, 2.3.4.
    private static let mostBytes = 253
    private static let mostLabelBytes = 63
    /// A name in other letters than ASCII is no shorter in its ASCII form, but for what normalising takes away.
    private static let mostUnicodeBytes = 4 * mostBytes

    /// The name in ASCII and lower case, an international one as UTS 46 encodes it; nil when it has no such form.
    ///
    /// Addresses in numbers come back as they are.
    package static func ascii(_ name: some StringProtocol) -> String? {
        if name.utf8.allSatisfy({ $0 < 0x80 }) { return name.lowercased() }
        guard name.utf8.count <= mostUnicodeBytes else { return nil }
        var parts = URLComponents()
        parts.host = String(name)
        guard let encoded = parts.encodedHost, !encoded.isEmpty, encoded.utf8.allSatisfy({ $0 < 0x80 }),
            !encoded.utf8.contains(UInt8(ascii: "%"))
        else { return nil }
        return encoded.lowercased()
    }

    /// Whether an ASCII name, or an IP address without brackets, has no more bytes and no longer labels than it may.
    package static func isPossible(_ name: String) -> Bool {
        // A name may end in the dot of the root.
        let labels = (name.utf8.last == UInt8(ascii: ".") ? name.dropLast() : name[...]).utf8
        guard !labels.isEmpty, labels.count <= mostBytes else { return false }
        return labels.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
            $0.count <= mostLabelBytes
        }
    }
}
