import Glibc
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOPosix
import Notation

/// A small HTTP/1.1 server: GET and HEAD, bounded in time and memory whatever clients do.
///
/// It has a thread of its own and lives in the task that runs it; signals are none of its business.
package struct HTTPServer: Sendable {
    private let address: ListenAddress
    private let site: any Site
    private let access: AccessRule
    private let limits: ServerLimits
    private let executor: any TaskExecutor
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - token: what clients have to show; nil asks for none.
    ///   - executor: runs what the site does to answer, which may block.
    ///   - now: nanoseconds since 1970.
    package init(
        _ address: ListenAddress, token: BearerToken?, limits: ServerLimits = ServerLimits(), site: any Site,
        executor: any TaskExecutor, now: @escaping @Sendable () -> Int64
    ) {
        self.address = address
        self.site = site
        access = AccessRule(token: token, address: address)
        self.limits = limits
        self.executor = executor
        self.now = now
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter listening: called once, with the address that was bound.
    /// - Throws: ``ServerFailure`` when it cannot listen.
    package func run(listening: @escaping @Sendable (ListenAddress) async -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        // The library's own words would stand beside ours.
        var quiet = Logger(label: "feedspine.http") { _ in SwiftLogNoOpLogHandler() }
        quiet.logLevel = .critical
        let connections = OpenConnections()
        let server = Server(
            childChannelSetup: HTTP1Channel(
                responder: respond,
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [RequestGuard(limits, connections, now)],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.fieldBytes, maxHeaderListSize: limits.headBytes,
                        maxHeaderFieldCount: limits.fields))),
            configuration: ServerConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    limits.acceptedConnections, logger: quiet)),
            onServerRunning: { [address] channel in
                await listening(
                    ListenAddress(host: address.host, port: channel.localAddress?.port ?? address.port))
            },
            eventLoopGroup: group, logger: quiet)
        // A task of its own, though it is waited for here: cancelled, it would break off answers that are on their way.
        let serving = Task { try await server.run() }
        let result = await withTaskCancellationHandler {
            await serving.result
        } onCancel: { [grace = limits.grace] in
            Task { try? await server.shutdownGracefully() }
            // What clients do cannot keep the run from ending.
            group.any().scheduleTask(in: grace) { connections.closeAll() }
        }
        // Only when nobody waits for its thread any more: what is asked of one that has ended is never answered.
        try? await group.shutdownGracefully()
        if case .failure(let error) = result, !Task.isCancelled {
            throw ServerFailure(address: address, reason: error)
        }
    }

    @concurrent private func respond(
        to request: Request, with writer: consuming ResponseWriter, on channel: any Channel
    ) async throws {
        var reply = await withTaskExecutorPreference(executor) { answer(to: request.head) }
        reply.head.headerFields[.date] = Timestamp(nanosecondsSince1970: now()).mailDate
        let body = reply.takeBody(for: request.head.method)
        var bodyWriter = try await writer.writeHead(reply.head)
        for piece in body.pieces { try await bodyWriter.write(piece) }
        try await bodyWriter.finish(nil)
    }

    private func answer(to head: HTTPRequest) -> Reply {
        guard let path = RequestPath(head.path ?? "") else {
            return .text(.badRequest, "the path of the request cannot be read")
        }
        if let refusal = access.refusal(of: head, isOpen: site.isOpen(path)) { return refusal }
        return site.reply(to: path, accepting: head.headerFields[.accept]).fitted(to: head.headerFields)
    }
}

/// What a server has to show.
package protocol Site: Sendable {
    /// Whether a path is for everybody, also where a token is asked for.
    func isOpen(_ path: RequestPath) -> Bool

    /// Answers on a thread that may block.
    ///
    /// - Parameter formats: what the client says of formats.
    func reply(to path: RequestPath, accepting formats: String?) -> Reply
}

/// Why a server does not listen.
package struct ServerFailure: Error, CustomStringConvertible {
    package let address: ListenAddress
    let reason: any Error

    package var description: String {
        let code = (reason as? IOError)?.errnoCode
        let why =
            switch code {
            case EADDRINUSE: "the port is taken; give another, or 0 for any that is free"
            case EADDRNOTAVAIL: "this machine has no such address"
            case EACCES: "ports below 1024 are not for every user; give a higher one"
            default: "\(reason)"
            }
        return "cannot listen on \(address): \(why)"
    }
}
