/// The outer form of web addresses, as far as a spec can be wrong about it without anybody asking a server.
package enum HTTPAddress {
    /// What stands before `://`, in lower case; nil for a text without.
    static func scheme(of text: String) -> String? {
        guard let end = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<end.lowerBound].lowercased()
        return scheme.utf8.allSatisfy { (0x61...0x7A).contains($0) || "+.-0123456789".utf8.contains($0) }
            ? scheme : nil
    }

    /// Whether a text that may also be the path of a file stands for an address.
    package static func isWeb(_ text: String) -> Bool {
        let start = text.prefix(8).lowercased()
        return ["http://", "https://", "feed:"].contains { start.hasPrefix($0) }
    }

    /// Whether a text is an `http` or `https` address with a host, and a port that there is.
    static func isValid(_ text: String) -> Bool {
        guard let scheme = scheme(of: text), ["http", "https"].contains(scheme) else { return false }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { !"/?#".contains($0) }
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        if place.first == "[" {
            guard let end = place.firstIndex(of: "]") else { return false }
            return isPort(place[place.index(after: end)...])
        }
        let host = place.prefix { $0 != ":" }
        let isHost =
            !host.isEmpty
            && !host.unicodeScalars.contains { $0.value <= 0x20 || "\"<>\\^`{|}".unicodeScalars.contains($0) }
        return isHost && isPort(place.dropFirst(host.count))
    }

    /// Nothing, or a colon and a number.
    private static func isPort(_ text: Substring) -> Bool {
        guard text.first == ":" else { return text.isEmpty }
        let digits = text.dropFirst()
        return digits.isEmpty
            || digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
                && (1...65_535).contains(Int(digits) ?? 0)
    }
}
