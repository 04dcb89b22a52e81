import NIOCore
import NIOHTTP1

/// Speaks to a proxy the way it expects plain requests: with the whole address in the request line.
///
/// AsyncHTTPClient opens a tunnel for plain requests too, which many proxies allow for port 443 only. So for them
/// it takes the proxy for the server, and this handler completes the heads of its requests.
final class ForwardProxyHeads: ChannelOutboundHandler, Sendable {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let authorization: String?

    init(_ proxy: ProxyServer) {
        authorization = proxy.credentials?.authorization
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), let host = head.headers.first(name: "Host")
        else {
            return context.write(data, promise: promise)
        }
        head.uri = "http://\(host)\(head.uri)"
        if let authorization { head.headers.add(name: "Proxy-Authorization", value: authorization) }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    /// Puts the handler where it sees heads before they are encoded.
    static func install(on channel: any Channel, _ proxy: ProxyServer) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
            try pipeline.addHandler(ForwardProxyHeads(proxy), position: .after(encoder))
        }
    }
}
