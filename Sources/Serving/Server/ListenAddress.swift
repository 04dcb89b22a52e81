import Notation

/// Where a server listens: an address of this machine, and a port.
package struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    /// An IP address without brackets.
    package let host: String
    /// 0 takes any that is free.
    package let port: Int

    package static let loopback = "127.0.0.1"

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `9464`, `:9464` (this machine alone), `0.0.0.0:9464`, `[::1]:9464` or `localhost:9464`.
    ///
    /// Names other than `localhost` are not looked up: what they stand for could change who can reach the server.
    package init(_ text: String) throws(ListenAddressProblem) {
        let colon = text.lastIndex(of: ":")
        let port = colon.map { text[text.index(after: $0)...] } ?? text[...]
        guard !port.isEmpty, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(port)
        else { throw .port(text) }
        let name = colon.map { text[..<$0] } ?? ""
        if name.isEmpty || name == "localhost" {
            self.init(host: ListenAddress.loopback, port: Int(number))
            return
        }
        let isBracketed = name.hasPrefix("[") && name.hasSuffix("]")
        let address = isBracketed ? name.dropFirst().dropLast() : name
        guard let parsed = IPAddress(address: address), parsed.isIPv4 != isBracketed else {
            throw .host(text)
        }
        self.init(host: String(address), port: Int(number))
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool { IPAddress(address: host)?.isLoopback == true }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// What is wrong with an address to listen on.
package enum ListenAddressProblem: Error, Equatable, CustomStringConvertible {
    case port(String)
    case host(String)

    package var description: String {
        let examples = "write 9464 or :9464 (this machine alone), 0.0.0.0:9464 or [::]:9464"
        return switch self {
        case .port(let text): "'\(text)' has no port from 0 to 65535; \(examples)"
        case .host(let text): "'\(text)' does not begin with an IP address (IPv6 in brackets); \(examples)"
        }
    }
}
