import Notation

/// References and their bases, as RFC 3986 section 5 relates them, forgiving what people write.
package enum URLReference {
    /// Longer ones are not looked at.
    private static let mostBytes = 1 << 16

    /// The absolute form of `reference` seen from `base`; the reference itself when there is no usable base.
    package static func resolve(_ reference: String, in base: String) -> String {
        var written = reference
        if written.withUTF8({ isPlainlyAbsolute($0) }) { return reference }
        let reference = withoutExtraSlashes(withoutLineBreaks(reference.trimmed))
        if base.isEmpty { return reference }
        guard base.utf8.count < mostBytes, reference.utf8.count < mostBytes else { return reference }
        let (parsed, relative) = (URLParts(base), URLParts(reference))
        guard let ownScheme = parsed.scheme else { return reference }
        if let scheme = relative.scheme, scheme.lowercased() != ownScheme.lowercased() { return reference }
        return relative.resolved(against: parsed).text
    }

    /// A base given inside a document, seen from the base around it; the latter when the former is no safe
    /// address.
    static func safeBase(_ written: String, in base: String) -> String {
        let resolved = resolve(written, in: base)
        guard !base.isEmpty || hasScheme(resolved) else { return resolved }
        return isSafe(resolved) ? resolved : base
    }

    /// Whether the address has a scheme that leads to something to fetch or write to, not to code.
    package static func isSafe(_ address: String) -> Bool {
        guard let scheme = scheme(of: address) else { return true }
        guard scheme == "feed", let colon = address.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return HTMLAllowList.schemes.contains(scheme)
        }
        // A whole address may stand behind it, which some programs then open.
        let inner = String(address[address.utf8.index(after: colon)...])
        return Self.scheme(of: inner) == nil || isWeb(inner)
    }

    /// Whether this is an address on the web.
    package static func isWeb(_ address: String) -> Bool {
        let scheme = scheme(of: address)
        return scheme == "http" || scheme == "https"
    }

    /// The scheme in lower case; nil for a relative reference.
    ///
    /// Control characters and white space before the colon do not hide a scheme: browsers leave them out.
    package static func scheme(of address: String) -> String? {
        var scheme: [UInt8] = []
        for byte in address.utf8 {
            if byte == UInt8(ascii: ":") {
                return scheme.isEmpty ? nil : String(decoding: scheme, as: UTF8.self)
            }
            if byte <= 0x20 || byte == 0x7F { continue }
            if byte == .slash || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { return nil }
            scheme.append(byte.lowercased)
        }
        return nil
    }

    private static func hasScheme(_ address: String) -> Bool { scheme(of: address) != nil }

    /// `http://` or `https://` and a host, with nothing to mend.
    static func isPlainlyAbsolute(_ reference: Bytes) -> Bool {
        let isSecure = reference.count > 8 && reference[4] == UInt8(ascii: "s")
        let start = isSecure ? 8 : 7
        guard reference.count > start, reference.part(0..<4).equals("http"), reference[start] != .slash else {
            return false
        }
        return reference.part((start - 3)..<start).equals("://") && !reference[start].isSpace
            && !reference[reference.count - 1].isSpace && !reference.hasControls
    }

    /// Tabs and line breaks mean nothing in an address, nor does the white space that goes with a line break.
    private static func withoutLineBreaks(_ reference: String) -> String {
        guard reference.utf8.contains(where: { $0 < 0x20 }) else { return reference }
        var kept: [UInt8] = []
        var spaces = 0
        var breaks = false
        for byte in reference.utf8 {
            if byte.isSpace {
                spaces += byte == .space ? 1 : 0
                breaks = breaks || byte != .space
                continue
            }
            if !breaks { kept.append(contentsOf: repeatElement(.space, count: spaces)) }
            (spaces, breaks) = (0, false)
            kept.append(byte)
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// `http:///example.com` is meant to be `http://example.com`.
    private static func withoutExtraSlashes(_ reference: String) -> String {
        guard let range = reference.utf8.firstIndex(of: UInt8(ascii: ":")) else { return reference }
        let after = reference.utf8[reference.utf8.index(after: range)...]
        guard after.starts(with: "///".utf8), scheme(of: reference) != "file" else { return reference }
        return String(reference[..<range]) + "://"
            + String(decoding: after.drop { $0 == .slash }, as: UTF8.self)
    }
}
