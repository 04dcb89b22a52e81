import Foundation
import Notation

/// An absolute http or https address, normalised as far as it takes to compare and to send it.
///
/// Scheme and host are in lower case, international names in their ASCII form, characters that may not stand in a
/// URL percent-encoded. Fragment and user information are not part of it.
package struct WebURL: Sendable, Hashable {
    package enum Scheme: String, Sendable {
        case http, https

        package var defaultPort: Int { self == .http ? 80 : 443 }
    }

    /// The whole address as it is sent.
    package let string: String
    package let scheme: Scheme
    /// The host name, or an IP address without brackets.
    package let host: String
    package let port: Int
    /// The credentials that stood before the host.
    package let credentials: Credentials?

    /// Reads an address; `feed:` and surrounding white space are what people paste, and accepted.
    ///
    /// - Throws: ``FetchError/invalidURL(_:)``.
    package init(_ text: String) throws(FetchError) {
        if let plain = WebURL(plain: text) { self = plain } else { try self.init(anyhowWritten: text) }
    }

    /// - Throws: ``FetchError/invalidURL(_:)``.
    init(anyhowWritten text: String) throws(FetchError) {
        let cleaned = WebURL.cleaned(text)
        guard let url = WebURL.foundationURL(cleaned), let result = WebURL(url) else {
            throw .invalidURL(WebURL.redacted(text))
        }
        self = result
    }

    /// The address that a reference found at this address means, or nil when that is none of http or https.
    package func resolving(_ reference: String) -> WebURL? {
        if let plain = WebURL(plain: reference) { return plain }
        let cleaned = WebURL.cleaned(reference)
        guard let base = URL(string: string),
            let url = URL(string: WebURL.asciiHost(cleaned), relativeTo: base)
        else {
            return nil
        }
        return WebURL(url.absoluteURL)
    }

    /// Scheme, host and port: what credentials belong to.
    package var origin: String { "\(scheme.rawValue)://\(host):\(port)" }

    /// Whether what is meant for another address may be sent to this one, too: they are of one origin, or this is its
    /// secured twin.
    package func mayShareSecrets(of home: WebURL) -> Bool {
        RedirectTrail.mayCarryCredentials(from: home, to: self)
    }

    /// Host and port as they stand in the address.
    var authority: String {
        String(URLParts(string).authority ?? "")
    }

    /// Path and query.
    package var target: Substring { string.dropFirst(scheme.rawValue.count + 3 + authority.count) }

    init(string: String, scheme: Scheme, host: String, port: Int, credentials: Credentials?) {
        self.string = string
        self.scheme = scheme
        self.host = host
        self.port = port
        self.credentials = credentials
    }

    private init?(_ url: URL) {
        guard let scheme = url.scheme.flatMap({ Scheme(rawValue: $0.lowercased()) }),
            let host = url.host(percentEncoded: false).flatMap(WebURL.hostName),
            var parts = URLComponents(url: url, resolvingAgainstBaseURL: true)
        else { return nil }
        self.scheme = scheme
        self.host = host
        port = parts.port ?? scheme.defaultPort
        guard (1...65_535).contains(port) else { return nil }
        credentials = parts.user.map { .basic(user: $0, password: Secret(parts.password ?? "")) }
        parts.scheme = scheme.rawValue
        parts.encodedHost = host.contains(":") ? "[\(host)]" : host
        parts.port = port == scheme.defaultPort ? nil : port
        (parts.user, parts.password, parts.fragment) = (nil, nil, nil)
        if parts.percentEncodedPath.isEmpty { parts.percentEncodedPath = "/" }
        guard let string = parts.string, string.utf8.count <= WebURL.mostBytes else { return nil }
        self.string = string
    }

    /// More bytes than an address has in earnest; longer ones are none.
    private static let mostBytes = 1 << 16

    private static func cleaned(_ text: String) -> String {
        guard text.utf8.count <= mostBytes else { return "" }
        let bare = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        let trimmed = HeaderFields.trimmed(String(String.UnicodeScalarView(bare)))
        guard trimmed.lowercased().hasPrefix("feed:") else { return trimmed }
        let rest = trimmed.dropFirst("feed:".count)
        return rest.hasPrefix("//") ? "http:" + rest : String(rest)
    }

    private static func foundationURL(_ text: String) -> URL? {
        URL(string: asciiHost(text))
    }

    /// Turns an international host name into its ASCII form (UTS 46), which reading an address leaves to its callers on
    /// Linux; a name that has none is no better afterwards, and refused.
    private static func asciiHost(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }), let host = URLParts(text).host?.host,
            !host.utf8.allSatisfy({ $0 < 0x80 })
        else { return text }
        return text[..<host.startIndex] + (HostName.ascii(host) ?? "") + text[host.endIndex...]
    }

    private static func hostName(_ host: String) -> String? {
        let lowered = host.lowercased()
        let legal = lowered.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && !"/\\?#@<>\"%^`{|}".utf8.contains($0)
        }
        return legal && HostName.isPossible(lowered) ? lowered : nil
    }
}

extension WebURL: CustomStringConvertible {
    private static let longestShown = 1000

    /// The address without its query, which may hold a key.
    package var description: String { WebURL.redacted(string) }

    /// An address, or what should be one, without what may be secret in it.
    package static func redacted(_ text: String) -> String {
        // Nobody reads more of it.
        var text = text.utf8.count <= longestShown ? text[...] : text.prefix(longestShown) + "…"
        if let authority = URLParts(text).authority, let at = authority.lastIndex(of: "@") {
            text = text[..<authority.startIndex] + text[text.index(after: at)...]
        }
        guard let query = text.firstIndex(of: "?") else { return String(text) }
        return text[...query] + "…"
    }
}

extension WebURL: Codable {
    package init(from decoder: any Decoder) throws {
        self = try WebURL(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(string)
    }
}
