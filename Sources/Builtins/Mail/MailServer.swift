import Diagnostics
import Notation
import PipelineSpec

/// Who takes mail: `smtps://mail.example.org`, `smtp://localhost:25`.
struct MailServer: ScalarValue, Hashable {
    /// Whether the connection is encrypted from its first byte.
    let isSecure: Bool
    /// In ASCII; IPv6 with its brackets.
    let host: String
    let port: Int

    /// Where mail is handed in (RFC 8314).
    private static let securePort = 465
    private static let plainPort = 587

    init(scalar: ScalarText) throws(ValueProblem) {
        guard let server = MailServer(scalar.text) else {
            throw .invalid(
                "it is no address of a mail server",
                suggestion: .advice("write `smtps://mail.example.org`, or `smtp://mail.example.org:587`"))
        }
        self = server
    }

    private init?(_ text: String) {
        let parts = URLParts(text)
        guard let scheme = parts.scheme?.lowercased(), scheme == "smtp" || scheme == "smtps",
            let place = parts.host, place.userInfo == nil, !place.host.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil,
            let host = HostName.ascii(place.host), host.utf8.allSatisfy(MailServer.isPartOfHost),
            host.hasPrefix("[") == host.hasSuffix("]"), host.hasPrefix("[") || !host.contains(":")
        else { return nil }
        isSecure = scheme == "smtps"
        self.host = host
        guard let digits = place.port, !digits.isEmpty else {
            port = isSecure ? MailServer.securePort : MailServer.plainPort
            return
        }
        guard let port = Int(digits), (1...65_535).contains(port) else { return nil }
        self.port = port
    }

    private static func isPartOfHost(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "-._[]:".utf8.contains(byte)
    }

    /// - Parameter name: what we call ourselves; nil for the machine's name.
    func url(callingOurselves name: String?) -> String {
        let path = name.map { "/" + PercentEncoding.encode($0.utf8) } ?? ""
        return "\(isSecure ? "smtps" : "smtp")://\(host):\(port)\(path)"
    }

    static var typeDescription: String { "an `smtp` or `smtps` address" }
    static var scalarSchema: JSONLiteral { String.scalarSchema }
    var literal: JSONLiteral? { .string(url(callingOurselves: nil)) }
}
