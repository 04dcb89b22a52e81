import NIOCore
import NIOPosix

/// A port of 127.0.0.1 where connections are made by the kernel and never looked at.
package enum SilentListener {
    /// - Parameter body: gets the port.
    package static func run(_ body: (Int) async throws -> Void) async throws {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.autoRead, value: false)
            .listen(while: body)
    }
}

extension ServerBootstrap {
    /// Listens on a free port of 127.0.0.1 as long as `body` runs, which gets the port.
    func listen(while body: (Int) async throws -> Void) async throws {
        let listener = try await bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(listener.localAddress?.port ?? 0)
            try await listener.close()
        } catch {
            try? await listener.close()
            throw error
        }
    }
}
