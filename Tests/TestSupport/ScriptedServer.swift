import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP server on a free port of 127.0.0.1 that does to each request what a script says.
///
/// ```swift
/// try await ScriptedServer.run { server in
///     server.on("/feed", .reply(503), .reply(200, [], "<rss/>"))      // the first request, all others
///     ...
///     #expect(server.requests.map(\.path) == ["/feed", "/feed"])
/// }
/// ```
package final class ScriptedServer: Sendable {
    /// Whether and how connections are secured, with ``TestCertificates``.
    package enum Security: Sendable {
        case plain, tls
    }

    fileprivate struct State {
        var scripts: [String: [Script]] = [:]
        var fallback: (@Sendable (LoggedRequest) -> Script)?
        var requests: [LoggedRequest] = []
        var port = 0
        var connections = 0
        /// One for each connection, since those that are made while the listener closes must be served, too.
        var tasks: [Task<Void, Never>] = []
        var isClosed = false
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let security: Security
    private let state = Mutex(State())

    private init(_ security: Security) { self.security = security }

    /// Runs a server for as long as the body takes.
    ///
    /// - Parameter address: where it listens; `0.0.0.0` has the machine's 127.0.0.2, 127.0.0.3, …, too.
    package static func run<Value: Sendable>(
        _ security: Security = .plain, at address: String = "127.0.0.1",
        _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = ScriptedServer(security)
        let listener = try await server.listen(at: address)
        server.state.withLock { $0.port = listener.localAddress?.port ?? 0 }
        do {
            let value = try await body(server)
            await server.close(listener)
            return value
        } catch {
            await server.close(listener)
            throw error
        }
    }

    package var port: Int { state.withLock(\.port) }

    /// The address of a path at this server.
    package func url(_ path: String, host: String = "127.0.0.1") -> String {
        "\(security == .tls ? "https" : "http")://\(host):\(port)\(path)"
    }

    /// What happens to requests for a path, one script for each; the last one stays.
    package func on(_ path: String, _ scripts: Script...) {
        state.withLock { $0.scripts[path] = scripts }
    }

    /// What happens to requests for all other paths; without this they get a 404.
    package func otherwise(_ answer: @escaping @Sendable (LoggedRequest) -> Script) {
        state.withLock { $0.fallback = answer }
    }

    /// All requests so far.
    package var requests: [LoggedRequest] { state.withLock(\.requests) }

    /// How many connections have been opened so far.
    package var connections: Int { state.withLock(\.connections) }

    /// Waits until so many requests have come in all.
    package func received(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.requests.count < count { state.watchers.append((count, continuation)) }
                return state.requests.count >= count
            }
            if isThere { continuation.resume() }
        }
    }
}

extension ScriptedServer {
    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>

    private func listen(at address: String) async throws -> any Channel {
        let context = security == .tls ? try ScriptedServer.tlsContext() : nil
        return try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(ByteBufferResponses())
                    self.accept(try Connection(wrappingChannelSynchronously: channel))
                }
            }
            .bind(host: address, port: 0).get()
    }

    private func accept(_ connection: Connection) {
        // A client that goes away is what many tests are about.
        let task = Task { _ = try? await self.serve(connection) }
        let isClosed = state.withLock { state in
            state.connections += 1
            state.tasks.append(task)
            return state.isClosed
        }
        if isClosed { task.cancel() }
    }

    private func close(_ listener: any Channel) async {
        try? await listener.close()
        let tasks = state.withLock { state in
            state.isClosed = true
            return state.tasks
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private static func tlsContext() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(TestCertificates.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificates.privateKey.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    }

    private func serve(_ connection: Connection) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            while let request = try await ScriptedServer.readRequest(&parts) {
                for step in log(request).steps {
                    switch step {
                    case .head(let status, let headers):
                        let head = HTTPResponseHead(
                            version: .http1_1, status: .init(statusCode: status),
                            headers: HTTPHeaders(headers.map { ($0.name, $0.value) }))
                        try await outbound.write(.head(head))
                    case .bytes(let bytes): try await outbound.write(.body(ByteBuffer(bytes: bytes)))
                    case .gate(let gate): await gate.pass()
                    case .endless(let bytes):
                        while true { try await outbound.write(.body(ByteBuffer(bytes: bytes))) }
                    case .end: try await outbound.write(.end(nil))
                    case .hangUp: return
                    case .silence: _ = try await parts.next(isolation: #isolation)
                    }
                }
            }
        }
    }

    private static func readRequest(
        _ parts: inout NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator
    ) async throws -> LoggedRequest? {
        var head: HTTPRequestHead?
        var body: [UInt8] = []
        while let part = try await parts.next(isolation: #isolation) {
            switch part {
            case .head(let received): head = received
            case .body(let buffer): body += buffer.readableBytesView
            case .end:
                guard let head else { return nil }
                return LoggedRequest(
                    method: head.method.rawValue, target: head.uri,
                    headers: head.headers.map { ($0.name, $0.value) }, body: body)
            }
        }
        return nil
    }

    private func log(_ request: LoggedRequest) -> Script {
        let (script, watchers) = state.withLock { state in
            state.requests.append(request)
            let count = state.requests.count
            let ready = state.watchers.filter { $0.count <= count }
            state.watchers.removeAll { $0.count <= count }
            return (state.next(for: request), ready)
        }
        for watcher in watchers { watcher.continuation.resume() }
        return script
    }
}

extension ScriptedServer.State {
    fileprivate mutating func next(for request: LoggedRequest) -> Script {
        guard let scripts = scripts[request.path], let first = scripts.first else {
            return fallback?(request) ?? .reply(404, [], "nothing at \(request.path)")
        }
        if scripts.count > 1 { self.scripts[request.path]?.removeFirst() }
        return first
    }
}
