import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Refuses heads whose status is below 100.
///
/// The decoder lets them pass and AsyncHTTPClient takes them for interim answers; the body that follows then finds
/// it in a state that it believes impossible, and it ends the process.
final class ResponseHeadCheck: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private var isBroken = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data), head.status.code < 100 {
            isBroken = true
            context.fireErrorCaught(HTTPParserError.invalidStatus)
            context.close(promise: nil)
        }
        if !isBroken { context.fireChannelRead(data) }
    }

    /// Puts the handler right behind the one that decodes heads.
    static func install<Decoder: ChannelHandler>(
        on channel: any Channel, behind decoder: Decoder.Type
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(
                ResponseHeadCheck(), position: .after(try pipeline.handler(type: Decoder.self)))
        }
    }
}
