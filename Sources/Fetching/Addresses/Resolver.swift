import NIOCore
import NIOPosix
import Notation

extension SocketAddress {
    /// Whether it is no address of the public Internet.
    var isPrivate: Bool { ipAddress.flatMap { IPAddress(address: $0) }?.isPrivate ?? true }
}

/// Resolves host names, for deciding about redirects only; the connection does it for itself.
package struct Resolver: Sendable {
    /// Whether any address of a host is private; throws when the name cannot be resolved.
    package let isPrivate: @Sendable (_ host: String) async throws -> Bool

    package init(isPrivate: @escaping @Sendable (_ host: String) async throws -> Bool) {
        self.isPrivate = isPrivate
    }

    /// The system's resolver, on a thread that may block.
    package static let system = Resolver { host in
        try await NIOThreadPool.singleton.runIfActive {
            // The first address is the one that a connection would try first.
            try SocketAddress.makeAddressResolvingHost(host, port: 0).isPrivate
        }
    }
}
