extension URLReference {
    /// A reference taken apart.
    struct Parts {
        var scheme: String?
        var authority: String?
        var path: String
        var query: String?
        var fragment: String?

        init?(_ text: String) {
            guard text.utf8.count < 1 << 16 else { return nil }
            var rest = Substring(text)
            if let hash = rest.firstIndex(of: "#") {
                fragment = String(rest[rest.index(after: hash)...])
                rest = rest[..<hash]
            }
            if let question = rest.firstIndex(of: "?") {
                query = String(rest[rest.index(after: question)...])
                rest = rest[..<question]
            }
            if let colon = rest.firstIndex(of: ":"), Self.isScheme(rest[..<colon]) {
                scheme = String(rest[..<colon])
                rest = rest[rest.index(after: colon)...]
            }
            if rest.hasPrefix("//") {
                let start = rest.index(rest.startIndex, offsetBy: 2)
                let end = rest[start...].firstIndex(of: "/") ?? rest.endIndex
                authority = String(rest[start..<end])
                rest = rest[end...]
            }
            path = String(rest)
        }

        private static func isScheme(_ text: Substring) -> Bool {
            guard let first = text.utf8.first, first.isLetter else { return false }
            return text.utf8.allSatisfy {
                $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }
        }

        var text: String {
            var text = scheme.map { $0 + ":" } ?? ""
            if let authority { text += "//" + authority }
            text += path
            if let query { text += "?" + query }
            if let fragment { text += "#" + fragment }
            return text
        }

        /// RFC 3986, 5.2.2; a reference with the base's own scheme but no authority counts as relative.
        func resolved(against base: Parts) -> Parts {
            var result = self
            result.scheme = base.scheme
            if authority != nil { return result }
            result.authority = base.authority
            if path.isEmpty {
                result.path = base.path
                if query == nil { result.query = base.query }
            } else if path.hasPrefix("/") {
                result.path = Self.withoutDots(path)
            } else {
                result.path = Self.withoutDots(Self.merged(path, base))
            }
            return result
        }

        private static func merged(_ path: String, _ base: Parts) -> String {
            if base.authority != nil, base.path.isEmpty { return "/" + path }
            guard let slash = base.path.lastIndex(of: "/") else { return path }
            return base.path[...slash] + path
        }

        private static func withoutDots(_ path: String) -> String {
            guard path.contains(".") else { return path }
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
            return kept.joined(separator: "/")
        }
    }
}
