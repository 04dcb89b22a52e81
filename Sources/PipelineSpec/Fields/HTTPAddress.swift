import Notation

/// The outer form of web addresses, as far as a spec can be wrong about it without anybody asking a server.
package enum HTTPAddress {
    /// What stands before `://`, in lower case; nil for a text without.
    static func scheme(of text: String) -> String? {
        let parts = URLParts(text)
        return parts.authority == nil ? nil : parts.scheme?.lowercased()
    }

    /// Whether a text that may also be the path of a file stands for an address.
    package static func isWeb(_ text: String) -> Bool {
        let start = text.prefix(8).lowercased()
        return ["http://", "https://", "feed:"].contains { start.hasPrefix($0) }
    }

    /// Whether a text is an `http` or `https` address with a host, and a port that there is.
    static func isValid(_ text: String) -> Bool {
        let parts = URLParts(text)
        guard parts.isWeb, let place = parts.host else { return false }
        // A colon that is left in a name is that of a port that is no number.
        let isHost =
            place.host.utf8.first == UInt8(ascii: "[")
            ? place.host.utf8.last == UInt8(ascii: "]")
            : !place.host.unicodeScalars.contains {
                $0.value <= 0x20 || ":\"<>\\^`{|}".unicodeScalars.contains($0)
            }
        guard isHost, let port = place.port, !port.isEmpty else { return isHost }
        return (1...65_535).contains(Int(port) ?? 0)
    }
}
