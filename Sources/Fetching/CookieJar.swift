import FoundationEssentials
import Notation

/// The cookies that the answers of one fetch set, for its further hops (RFC 6265). Pure.
///
/// Servers in front of feeds send a first visitor back with a cookie and answer only who brings it. Nothing is kept
/// beyond the fetch.
struct CookieJar: Sendable, Equatable {
    /// The bounds that the RFC asks programs to have at least.
    private static let mostCookies = 50
    private static let longestCookie = 4096

    private struct Cookie: Sendable, Hashable {
        let name: String
        let value: String
        let host: String
        /// Whether hosts below ``host`` get it as well.
        let isForSubdomains: Bool
        let path: String
        let isSecure: Bool

        func isSame(as other: Cookie) -> Bool {
            name == other.name && host == other.host && isForSubdomains == other.isForSubdomains
                && path == other.path
        }
    }

    private var cookies: [Cookie] = []

    /// Takes what an answer from `url` sets.
    mutating func take(_ headers: HeaderFields, from url: WebURL, now: Date) {
        for field in headers.all("set-cookie") {
            guard let (cookie, isExpired) = CookieJar.read(field, from: url, now: now) else { continue }
            // One that is set again keeps its place.
            let place = cookies.firstIndex { $0.isSame(as: cookie) }
            switch (place, isExpired) {
            case (let place?, true): cookies.remove(at: place)
            case (let place?, false): cookies[place] = cookie
            case (nil, false) where cookies.count < CookieJar.mostCookies: cookies.append(cookie)
            case (nil, _): break
            }
        }
    }

    /// The `Cookie` field of a request to `url`; nil without cookies for it.
    ///
    /// - Parameter given: what the user sends there; a cookie of the same name gives way to it.
    func field(for url: WebURL, beside given: String? = nil) -> String? {
        if cookies.isEmpty, given == nil { return nil }
        let own = given.map { CookieJar.pairs($0) } ?? []
        let names = Set(own.map { $0.prefix { $0 != "=" } })
        let path = CookieJar.path(of: url)
        let fitting = cookies.filter { cookie in
            CookieJar.host(url.host, isWithin: cookie) && CookieJar.path(path, isWithin: cookie.path)
                && (!cookie.isSecure || url.scheme == .https) && !names.contains(cookie.name[...])
        }
        // Longer paths first, as the RFC has it; a sort that keeps the order of equals.
        let ordered = fitting.enumerated().sorted {
            ($1.element.path.utf8.count, $0.offset) < ($0.element.path.utf8.count, $1.offset)
        }
        let all = own + ordered.map { $0.element.name + "=" + $0.element.value }
        return all.isEmpty ? nil : all.joined(separator: "; ")
    }

    private static func pairs(_ field: String) -> [String] {
        field.split(separator: ";").map { HeaderFields.trimmed($0) }.filter { !$0.isEmpty }
    }

    // MARK: Reading

    private static func read(
        _ field: String, from url: WebURL, now: Date
    ) -> (cookie: Cookie, isExpired: Bool)? {
        guard field.utf8.count <= longestCookie, field.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return nil
        }
        let parts = field.split(separator: ";", omittingEmptySubsequences: false)
        guard let equals = parts[0].firstIndex(of: "=") else { return nil }
        let name = HeaderFields.trimmed(parts[0][..<equals])
        guard !name.isEmpty else { return nil }
        let attributes = Dictionary(
            parts.dropFirst().map { part in
                let pair = part.split(separator: "=", maxSplits: 1).map { HeaderFields.trimmed($0) }
                return ((pair.first ?? "").lowercased(), pair.count > 1 ? pair[1] : "")
            }, uniquingKeysWith: { $1 })
        guard let scope = scope(attributes["domain"], from: url.host) else { return nil }
        let path = attributes["path"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let cookie = Cookie(
            name: name, value: HeaderFields.trimmed(parts[0][parts[0].index(after: equals)...]),
            host: scope.host, isForSubdomains: scope.isForSubdomains,
            path: path ?? folder(CookieJar.path(of: url)), isSecure: attributes["secure"] != nil)
        return (cookie, isOver(attributes, now: now))
    }

    /// The hosts that a `Domain` means; nil where it names others than the one that sets it.
    private static func scope(
        _ domain: String?, from host: String
    ) -> (host: String, isForSubdomains: Bool)? {
        guard var domain = domain?.lowercased(), !domain.isEmpty else { return (host, false) }
        if domain.hasPrefix(".") { domain.removeFirst() }
        if domain == host { return (host, IPAddress(address: host) == nil) }
        // A name without a dot is that of no site; nobody may speak for a whole top-level domain.
        guard domain.contains("."), host.hasSuffix("." + domain), IPAddress(address: host) == nil else {
            return nil
        }
        return (domain, true)
    }

    private static func isOver(_ attributes: [String: String], now: Date) -> Bool {
        if let age = attributes["max-age"], let seconds = Int(age) { return seconds <= 0 }
        guard let expires = attributes["expires"], let end = HTTPDate.parse(expires, now: now) else {
            return false
        }
        return end <= now
    }

    // MARK: Matching

    private static func host(_ host: String, isWithin cookie: Cookie) -> Bool {
        host == cookie.host || cookie.isForSubdomains && host.hasSuffix("." + cookie.host)
    }

    private static func path(_ path: String, isWithin cookie: String) -> Bool {
        guard path.hasPrefix(cookie) else { return false }
        return path.utf8.count == cookie.utf8.count || cookie.hasSuffix("/")
            || path.utf8.dropFirst(cookie.utf8.count).first == UInt8(ascii: "/")
    }

    private static func path(of url: WebURL) -> String { String(url.target.prefix { $0 != "?" }) }

    /// What stands before the last slash of a path.
    private static func folder(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
