import Notation

/// A proxy as an environment variable names it.
package struct ProxyServer: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case http, socks
        /// A scheme that we do not speak; requests that need this proxy fail rather than go past it.
        case unsupported(String)
    }

    package let kind: Kind
    package let host: String
    package let port: Int
    package let credentials: Credentials?
}

/// Which requests go through which proxy, by the variables that every tool reads.
///
/// `http_proxy` counts in lower case only (in upper case a web server's client can set it); `https_proxy`,
/// `all_proxy` and `no_proxy` count in both. Loopback addresses are never sent to a proxy.
package struct ProxyRules: Sendable, Equatable {
    private let http: ProxyServer?
    private let https: ProxyServer?
    private let exceptions: [Exception]

    /// No proxies at all.
    package static let none = ProxyRules(environment: [:])

    package init(environment: [String: String]) {
        func value(_ name: String) -> String? {
            [environment[name], environment[name.uppercased()]].compactMap(\.self).first { !$0.isEmpty }
        }
        let all = value("all_proxy")
        http = (environment["http_proxy"].flatMap { $0.isEmpty ? nil : $0 } ?? all).flatMap(ProxyServer.init)
        https = (value("https_proxy") ?? all).flatMap(ProxyServer.init)
        exceptions = (value("no_proxy") ?? "").split { $0 == "," || $0 == " " }.compactMap(Exception.init)
    }

    /// The proxy for an address, or nil when it is called directly.
    package func proxy(for url: WebURL) -> ProxyServer? {
        let isLoopback = url.host == "localhost" || url.host.hasPrefix("127.") || url.host == "::1"
        guard !isLoopback, !exceptions.contains(where: { $0.covers(url) }) else { return nil }
        return url.scheme == .http ? http : https
    }
}

extension ProxyServer {
    /// Reads `http://user:password@host:port`, `socks5://host:port` or `host:port`; nil for what is no address.
    fileprivate init?(_ text: String) {
        let parts = text.firstRange(of: "://").map {
            (text[..<$0.lowerBound].lowercased(), text[$0.upperBound...])
        }
        let (scheme, authority) = parts ?? ("http", text[...])
        let isSOCKS = scheme.hasPrefix("socks")
        kind =
            scheme == "http"
            ? .http : ["socks", "socks5", "socks5h"].contains(scheme) ? .socks : .unsupported(scheme)
        guard let url = try? WebURL("http://" + authority) else { return nil }
        host = url.host
        port = isSOCKS && url.port == 80 ? 1080 : url.port
        credentials = url.credentials
    }
}

/// One element of `no_proxy`.
private enum Exception: Sendable, Equatable {
    case everything
    /// A name and all names below it, perhaps for one port only.
    case domain(String, port: Int?)
    case block(IPAddress, port: Int?)

    init?(_ text: Substring) {
        if text == "*" {
            self = .everything
            return
        }
        let lowered = text.lowercased()
        if let block = IPAddress(lowered) {
            self = .block(block, port: nil)
            return
        }
        let parts = lowered.split(separator: ":", omittingEmptySubsequences: false)
        let port = parts.count == 2 ? Int(parts[1]) : nil
        let name = parts.count == 2 ? String(parts[0]) : lowered
        let bare =
            name.hasPrefix("*.")
            ? String(name.dropFirst(2)) : name.hasPrefix(".") ? String(name.dropFirst()) : name
        guard !bare.isEmpty else { return nil }
        if let block = IPAddress(bare) {
            self = .block(block, port: port)
        } else {
            self = .domain(bare, port: port)
        }
    }

    func covers(_ url: WebURL) -> Bool {
        switch self {
        case .everything: true
        case .domain(let name, let port):
            (port == nil || port == url.port) && (url.host == name || url.host.hasSuffix("." + name))
        case .block(let block, let port):
            (port == nil || port == url.port) && IPAddress(address: url.host).map(block.contains) == true
        }
    }
}
