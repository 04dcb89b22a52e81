import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import Notation

/// Keeps a connection within bounds of time and size, and refuses what no route could answer.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        /// No request is under way.
        case waiting(isFirst: Bool)
        /// So many requests have no answer yet.
        case answering(requests: Int, closes: Bool)
        /// Nothing more is taken; what still comes is thrown away.
        case closing
    }

    private let limits: ServerLimits
    private let connections: OpenConnections
    private let now: @Sendable () -> Int64
    private var phase = Phase.waiting(isFirst: true)
    private var deadline: Scheduled<Void>?

    init(_ limits: ServerLimits, _ connections: OpenConnections, _ now: @escaping @Sendable () -> Int64) {
        self.limits = limits
        self.connections = connections
        self.now = now
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.opened(context.channel)
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        connections.closed(context.channel)
    }

    private func begin(_ context: ChannelHandlerContext) {
        if connections.count > limits.connections {
            refuse(.serviceUnavailable, "too many connections", context)
        } else {
            expect(within: limits.head, context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .closing = phase { return }
        if case .head(let head) = unwrapInboundIn(data) {
            if let (status, reason) = RequestGuard.refusal(of: head) {
                return refuse(status, reason, context)
            }
            began(closes: head.headerFields[.connection]?.lowercased() == "close", context)
        }
        context.fireChannelRead(data)
    }

    /// What no route takes: bodies, and methods that do something.
    private static func refusal(of head: HTTPRequest) -> (HTTPResponse.Status, String)? {
        if head.method != .get && head.method != .head {
            return (.methodNotAllowed, "\(head.method.rawValue) is not answered here; GET and HEAD are")
        }
        let length = head.headerFields[.contentLength]
        if head.headerFields[.transferEncoding] != nil || length != nil && length != "0" {
            return (.contentTooLarge, "no request here has a body")
        }
        return nil
    }

    private func began(closes: Bool, _ context: ChannelHandlerContext) {
        switch phase {
        case .waiting:
            phase = .answering(requests: 1, closes: closes)
            expect(within: limits.answer, context)
        case .answering(let requests, let closed):
            phase = .answering(requests: requests + 1, closes: closed || closes)
        case .closing: break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .closing = phase {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        let written = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenSuccess {
            let (guardian, context) = bound.value
            guardian.answered(context)
        }
        context.write(data, promise: written)
    }

    private func answered(_ context: ChannelHandlerContext) {
        guard case .answering(let requests, let closes) = phase else { return }
        if requests > 1 {
            phase = .answering(requests: requests - 1, closes: closes)
            expect(within: limits.answer, context)
        } else if closes {
            linger(context)
        } else {
            phase = .waiting(isFirst: false)
            expect(within: limits.idle, context)
        }
    }

    private func expect(within time: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in late(context) }
    }

    private func late(_ context: ChannelHandlerContext) {
        switch phase {
        case .waiting(isFirst: true):
            refuse(.requestTimeout, "the head of the request did not come in time", context)
        case .waiting, .answering, .closing:
            phase = .closing
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .closing: break
        case .answering:
            // An answer may be half written, so no other can follow.
            phase = .closing
            context.close(promise: nil)
        case .waiting:
            switch error as? HTTPParserError {
            case .headerOverflow:
                refuse(.requestHeaderFieldsTooLarge, "the head of the request is too large", context)
            case .invalidMethod: refuse(.notImplemented, "the method is not known", context)
            default:
                if error is ChannelError || error is IOError {
                    context.close(promise: nil)
                } else {
                    refuse(.badRequest, "the request is no HTTP/1.1", context)
                }
            }
        }
    }

    /// Answers in the place of a route, and closes the connection.
    private func refuse(_ status: HTTPResponse.Status, _ reason: String, _ context: ChannelHandlerContext) {
        if case .answering = phase {
            phase = .closing
            context.close(promise: nil)
            return
        }
        let text = "\(status.code) \(status.reasonPhrase): \(reason)\n"
        var head = HTTPResponse(
            status: status,
            headerFields: [
                .contentType: Reply.plainText, .contentLength: "\(text.utf8.count)", .connection: "close",
                .date: Timestamp(nanosecondsSince1970: now()).mailDate
            ])
        if status == .methodNotAllowed { head.headerFields[.allow] = "GET, HEAD" }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(context.channel.allocator.buffer(string: text))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
    }

    private func linger(_ context: ChannelHandlerContext) {
        phase = .closing
        context.close(mode: .output, promise: nil)
        expect(within: limits.linger, context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .closing = phase, event as? ChannelEvent == .inputClosed {
            context.close(promise: nil)
            return
        }
        context.fireUserInboundEventTriggered(event)
    }
}

@available(*, unavailable) extension RequestGuard: Sendable {}
