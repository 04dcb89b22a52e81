import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import Notation
import Synchronization

/// The clients under a ``Fetcher``, one for each way out, made when first needed.
final class ClientPool: Sendable {
    struct Route: Hashable {
        let proxy: ProxyServer?
        /// Whether whole addresses are sent to the proxy, rather than a tunnel opened through it.
        var isForwarded = false
        /// Whether connections to private addresses are refused. It is checked on the connection itself: between a
        /// look-up and the connection the name may have come to mean another address.
        let isGuarded: Bool
        /// Whether connections are closed as soon as they have been used.
        var isLetGo = false
    }

    /// Thrown by a guarded connection.
    struct PrivateAddressError: Error {}

    private enum State {
        case open([Route: HTTPClient])
        case closed
    }

    private let configuration: FetcherConfiguration
    private let open = OpenConnections()
    private let state = Mutex(State.open([:]))

    init(_ configuration: FetcherConfiguration) {
        self.configuration = configuration
    }

    /// Whether so many connections are open that no other is to be kept.
    var isCrowded: Bool { open.count >= configuration.connections.kept }

    /// What sends requests by a route.
    ///
    /// - Throws: ``FetchError/tls(host:reason:)`` when the extra certificates cannot be read,
    ///   ``FetchError/proxy(reason:)`` for a proxy that we cannot speak to, `CancellationError` after the end.
    func exchange(over route: Route) throws -> Exchange {
        let client = try client(for: route)
        return { ClientAnswer($0, by: client) }
    }

    private func client(for route: Route) throws -> HTTPClient {
        try state.withLock { state in
            guard case .open(var clients) = state else { throw CancellationError() }
            if let client = clients[route] { return client }
            let client = HTTPClient(
                eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: try settings(route))
            clients[route] = client
            state = .open(clients)
            return client
        }
    }

    func shutdown() async {
        let clients = state.withLock { state in
            defer { state = .closed }
            guard case .open(let clients) = state else { return [Route: HTTPClient]() }
            return clients
        }
        // A client that cannot close cleanly has closed its connections all the same.
        for client in clients.values { try? await client.shutdown() }
    }

    private func settings(_ route: Route) throws -> HTTPClient.Configuration {
        var settings = HTTPClient.Configuration(
            tlsConfiguration: try tls(),
            redirectConfiguration: .disallow,
            // The read timeout is ours: this one would also count while a slow reader pauses the connection.
            timeout: .init(connect: TimeAmount(configuration.timeouts.connect)),
            decompression: .disabled)
        // How many requests a host gets at once is for the gate to decide, which does not count those that hang.
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 10_000
        settings.connectionPool.idleTimeout = route.isLetGo ? .zero : .seconds(30)
        // Trying again is decided in one place, by the retry policy.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.dnsOverride = configuration.hostOverrides
        // Describing each request to a tracer that nobody has set costs a twentieth of it.
        settings.tracing.tracer = nil
        if !route.isForwarded { settings.proxy = try route.proxy.map(HTTPClient.Configuration.Proxy.init) }
        settings.http1_1ConnectionDebugInitializer = { [open] channel in
            open.add(channel)
            return ClientPool.prepare(channel, for: route)
        }
        settings.http2ConnectionDebugInitializer = { [open] channel in
            open.add(channel)
            return ClientPool.guardAddress(channel, for: route)
        }
        settings.http2StreamChannelDebugInitializer = {
            ResponseHeadCheck.install(on: $0, behind: HTTP2FramePayloadToHTTP1ClientCodec.self)
        }
        return settings
    }

    private static func prepare(_ channel: any Channel, for route: Route) -> EventLoopFuture<Void> {
        let checked = ResponseHeadCheck.install(
            on: channel, behind: ByteToMessageHandler<HTTPResponseDecoder>.self)
        return checked.flatMap { HeadLineEndsHandler.install(on: channel) }.flatMap {
            guard let proxy = route.proxy, route.isForwarded else {
                return guardAddress(channel, for: route)
            }
            return ForwardProxyHeads.install(on: channel, proxy)
        }
    }

    private func tls() throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        guard let file = configuration.extraAuthorities else { return tls }
        do {
            tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
        } catch {
            throw FetchError.tls(host: "", reason: "cannot read certificates from \(file)")
        }
        return tls
    }

    private static func guardAddress(_ channel: any Channel, for route: Route) -> EventLoopFuture<Void> {
        guard route.isGuarded && route.proxy == nil else {
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        guard let address = channel.remoteAddress, !address.isPrivate else {
            // Closed only after the pool has heard of the failure.
            channel.eventLoop.execute { channel.close(promise: nil) }
            return channel.eventLoop.makeFailedFuture(PrivateAddressError())
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }
}

/// Counts the connections that are open, whether something uses them or not.
private final class OpenConnections: Sendable {
    private let number = Atomic<Int>(0)

    var count: Int { number.load(ordering: .relaxed) }

    func add(_ channel: any Channel) {
        number.add(1, ordering: .relaxed)
        channel.closeFuture.whenComplete { _ in self.number.subtract(1, ordering: .relaxed) }
    }
}

extension HTTPClient.Configuration.Proxy {
    fileprivate init(_ proxy: ProxyServer) throws {
        switch (proxy.kind, proxy.credentials) {
        case (.http, nil): self = .server(host: proxy.host, port: proxy.port)
        case (.http, .basic(let user, let password)?):
            self = .server(
                host: proxy.host, port: proxy.port,
                authorization: .basic(username: user, password: password.revealed))
        case (.http, .bearer(let token)?):
            self = .server(host: proxy.host, port: proxy.port, authorization: .bearer(tokens: token.revealed))
        case (.socks, _): self = .socksServer(host: proxy.host, port: proxy.port)
        case (.unsupported(let scheme), _):
            throw FetchError.proxy(reason: "'\(scheme)' proxies are not supported")
        }
    }
}
