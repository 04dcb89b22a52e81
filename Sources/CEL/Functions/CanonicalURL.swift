/// One form for the many addresses of one page.
///
/// Scheme and host become lower case; the default port, tracking parameters, an empty query and a fragment that only
/// tracks go away; an empty path becomes `/`. Everything else, the order of parameters and the case of the path included,
/// stays. A fragment stays because it names a part of the page (RFC 3986, 3.5): each entry of a change log has its own.
package enum CanonicalURL {
    /// The canonical form of an absolute http or https URL; other texts come back without white space at the ends.
    package static func canonical(_ url: String) -> String {
        let trimmed = trim(url)
        guard let parts = URLParts(trimmed), parts.isWeb else { return trimmed }
        var result = "\(parts.scheme)://\(parts.userInfo)\(parts.host)"
        if let port = parts.port, port != parts.defaultPort { result += ":\(port)" }
        result += parts.path.isEmpty ? "/" : parts.path
        let kept = parts.query.split(separator: "&").filter { !isTracking($0) }
        if !kept.isEmpty { result += "?" + kept.joined(separator: "&") }
        if let fragment = parts.fragment, !fragment.isEmpty, !onlyTracks(fragment) {
            result += "#" + fragment
        }
        return result
    }

    /// The host of an absolute URL in lower case; nil when there is none.
    package static func host(_ url: String) -> String? {
        URLParts(trim(url)).flatMap { $0.host.isEmpty ? nil : $0.host }
    }

    private static func isTracking(_ parameter: Substring) -> Bool {
        let name = parameter.prefix { $0 != "=" }.lowercased()
        return TrackingParameters.names.contains(name)
            || TrackingParameters.prefixes.contains { name.hasPrefix($0) }
    }

    /// `#utm_source=feed&utm_medium=rss`, `#xtor=RSS-1`: nothing but parameters that track.
    private static func onlyTracks(_ fragment: Substring) -> Bool {
        let parameters = fragment.drop { $0 == "?" || $0 == "!" }.split(separator: "&")
        return !parameters.isEmpty && parameters.allSatisfy { $0.contains("=") && isTracking($0) }
    }

    private static func trim(_ url: String) -> String {
        let scalars = url.unicodeScalars
        guard let first = scalars.firstIndex(where: { $0.value > 0x20 }),
            let last = scalars.lastIndex(where: { $0.value > 0x20 })
        else { return "" }
        return String(scalars[first...last])
    }
}

/// An absolute URL cut at its separators, nothing decoded.
private struct URLParts {
    let scheme: String
    /// With its `@`.
    let userInfo: Substring
    let host: String
    let port: Substring?
    let path: Substring
    let query: Substring
    /// Without its `#`.
    let fragment: Substring?

    init?(_ url: String) {
        guard let colon = url.range(of: "://") else { return nil }
        scheme = url[..<colon.lowerBound].lowercased()
        guard scheme.utf8.first?.isLetter == true,
            scheme.utf8.allSatisfy({ $0.isLetter || $0.isDigit || "+-.".utf8.contains($0) })
        else { return nil }
        let rest = url[colon.upperBound...]
        let withoutFragment = rest.prefix { $0 != "#" }
        fragment =
            withoutFragment.endIndex == rest.endIndex ? nil : rest[withoutFragment.endIndex...].dropFirst()
        let authority = withoutFragment.prefix { $0 != "/" && $0 != "?" && $0 != "\\" }
        let tail = withoutFragment[authority.endIndex...]
        path = tail.prefix { $0 != "?" }
        query = tail[path.endIndex...].dropFirst()
        let at = authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex
        userInfo = authority[..<at]
        let hostAndPort = authority[at...]
        if let mark = hostAndPort.lastIndex(of: ":"), hostAndPort.last != "]",
            hostAndPort[hostAndPort.index(after: mark)...].utf8.allSatisfy(\.isDigit)
        {
            host = hostAndPort[..<mark].lowercased()
            let digits = hostAndPort[hostAndPort.index(after: mark)...]
            port = digits.isEmpty ? nil : digits
        } else {
            host = hostAndPort.lowercased()
            port = nil
        }
    }

    var isWeb: Bool { (scheme == "http" || scheme == "https") && !host.isEmpty }

    var defaultPort: Substring { scheme == "https" ? "443" : "80" }
}

extension String {
    /// The first place of a text, by bytes.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        let wanted = Array(text.utf8)
        var start = utf8.startIndex
        while let first = utf8[start...].firstIndex(of: wanted[0]) {
            if utf8[first...].starts(with: wanted) {
                return first..<utf8.index(first, offsetBy: wanted.count)
            }
            start = utf8.index(after: first)
        }
        return nil
    }
}
