/// A URL, or a reference to one, cut at its separators (RFC 3986, appendix B).
///
/// Every text can be cut, nothing is decoded or checked, and the parts put together give the text again: what people
/// write is for those to judge who use it. `URL` of Foundation refuses much of what feeds have, and changes the rest.
package struct URLParts: Sendable, Equatable {
    /// Letters, digits, `+`, `-` and `.` before the first colon, as they stand; nil for a relative reference.
    package var scheme: Substring?
    /// What follows `//`.
    package var authority: Substring?
    package var path: Substring
    /// Without its `?`.
    package var query: Substring?
    /// Without its `#`.
    package var fragment: Substring?

    @inlinable
    package init(_ text: String) { self.init(text[...]) }

    package init(_ text: Substring) {
        var rest = text
        if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "#")) {
            fragment = rest[rest.utf8.index(after: mark)...]
            rest = rest[..<mark]
        }
        if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
            query = rest[rest.utf8.index(after: mark)...]
            rest = rest[..<mark]
        }
        if let colon = rest.utf8.firstIndex(of: UInt8(ascii: ":")), URLParts.isScheme(rest[..<colon]) {
            scheme = rest[..<colon]
            rest = rest[rest.utf8.index(after: colon)...]
        }
        if rest.utf8.starts(with: "//".utf8) {
            let start = rest.utf8.index(rest.startIndex, offsetBy: 2)
            // No authority has a backslash; browsers take it for a slash.
            let end = rest[start...].utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
            authority = rest[start..<(end ?? rest.endIndex)]
            rest = rest[(end ?? rest.endIndex)...]
        }
        path = rest
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first.isLetter else { return false }
        return text.utf8.allSatisfy {
            $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: ".")
        }
    }

    /// The parts put together.
    package var text: String {
        var text = ""
        if let scheme { text += "\(scheme):" }
        if let authority { text += "//\(authority)" }
        text += path
        if let query { text += "?\(query)" }
        if let fragment { text += "#\(fragment)" }
        return text
    }

    /// Scheme and host say that this is an address on the web.
    package var isWeb: Bool {
        guard let scheme = scheme?.lowercased(), scheme == "http" || scheme == "https" else { return false }
        return host.map { !$0.host.isEmpty } ?? false
    }
}

// MARK: - The authority

extension URLParts {
    /// An authority cut at its own separators.
    package struct Host: Sendable, Equatable {
        /// User and password, without the `@`.
        package var userInfo: Substring?
        /// A name or an address, IPv6 with its brackets.
        package var host: Substring
        /// Without its colon; nil also where what follows a colon is no number.
        package var port: Substring?

        package init(_ authority: Substring) {
            var rest = authority
            if let at = rest.utf8.lastIndex(of: UInt8(ascii: "@")) {
                userInfo = rest[..<at]
                rest = rest[rest.utf8.index(after: at)...]
            }
            host = rest
            guard let colon = rest.utf8.lastIndex(of: UInt8(ascii: ":")) else { return }
            let digits = rest[rest.utf8.index(after: colon)...]
            guard digits.utf8.allSatisfy(\.isDigit) else { return }
            // Within brackets a colon is part of the address.
            let name = rest[..<colon]
            guard name.utf8.first != UInt8(ascii: "[") || name.utf8.last == UInt8(ascii: "]") else { return }
            (host, port) = (name, digits)
        }
    }

    /// The authority's parts.
    package var host: Host? { authority.map(Host.init) }
}

// MARK: - Relative references

extension URLParts {
    /// RFC 3986, 5.2.2. A reference with the base's own scheme but no authority counts as relative, as in browsers.
    package func resolved(against base: URLParts) -> URLParts {
        var result = self
        result.scheme = base.scheme
        if authority != nil { return result }
        result.authority = base.authority
        if path.isEmpty {
            result.path = base.path
            if query == nil { result.query = base.query }
        } else if path.utf8.first == UInt8(ascii: "/") {
            result.path = URLParts.withoutDots(path)
        } else {
            result.path = URLParts.withoutDots(URLParts.merged(path, base))
        }
        return result
    }

    /// RFC 3986, 5.2.3.
    private static func merged(_ path: Substring, _ base: URLParts) -> Substring {
        if base.authority != nil, base.path.isEmpty { return "/" + path }
        guard let slash = base.path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return base.path[...slash] + path
    }

    /// RFC 3986, 5.2.4.
    private static func withoutDots(_ path: Substring) -> Substring {
        guard path.utf8.contains(UInt8(ascii: ".")) else { return path }
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for (i, segment) in segments.enumerated() {
            let isLast = i == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                if kept.count > 1 { kept.removeLast() }
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return Substring(kept.joined(separator: "/"))
    }
}
