import Notation

extension WebURL {
    /// An address that is in its normal form already, as most are; nil for any that takes more to read.
    ///
    /// Lists of feeds have thousands of addresses, and reading one with Foundation takes as long as a tenth of asking for it.
    init?(plain text: String) {
        let scheme: Scheme = text.utf8.starts(with: "https://".utf8) ? .https : .http
        let start = scheme.rawValue.utf8.count + 3
        guard text.utf8.starts(with: "\(scheme.rawValue)://".utf8), text.utf8.count <= 2048 else {
            return nil
        }
        let rest = text.utf8.dropFirst(start)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let authority = rest[..<slash]
        let host = authority.prefix { $0 != UInt8(ascii: ":") }
        guard let first = host.first, first.isLowercaseLetter || first.isDigit,
            host.allSatisfy({
                $0.isLowercaseLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            }),
            let port = WebURL.plainPort(authority[host.endIndex...], of: scheme),
            WebURL.isPlain(rest[slash...]), let name = String(host), HostName.isPossible(name)
        else { return nil }
        self.init(string: text, scheme: scheme, host: name, port: port, credentials: nil)
    }

    /// - Parameter text: with the colon; empty for that of the scheme.
    private static func plainPort(_ text: Substring.UTF8View, of scheme: Scheme) -> Int? {
        if text.isEmpty { return scheme.defaultPort }
        let digits = text.dropFirst()
        guard (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"), digits.allSatisfy(\.isDigit)
        else {
            return nil
        }
        let port = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return port <= 65_535 && port != scheme.defaultPort ? port : nil
    }

    /// Whether a path, with its query, has nothing that is written in more than one way: no escapes, no steps up, no empty
    /// parts.
    private static func isPlain(_ target: Substring.UTF8View) -> Bool {
        var previous: UInt8 = 0
        var isPath = true
        for byte in target {
            switch byte {
            case UInt8(ascii: "/"), UInt8(ascii: "."):
                // Parts that begin with a dot may be `.` or `..`.
                if isPath, previous == UInt8(ascii: "/") { return false }
            case UInt8(ascii: "?"):
                if !isPath { return false }
                isPath = false
            case UInt8(ascii: "="), UInt8(ascii: "&"):
                if isPath { return false }
            case UInt8(ascii: "-"), UInt8(ascii: "_"): break
            default:
                if !byte.isLetter, !byte.isDigit { return false }
            }
            previous = byte
        }
        return true
    }
}

extension UInt8 {
    fileprivate var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}
