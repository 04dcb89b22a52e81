import NIOCore
import NIOPosix

/// A port of 127.0.0.1 that answers whatever is said first with the same bytes, be they HTTP or not, and then closes.
package enum CannedListener {
    private final class Answer: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let text: String

        init(_ text: String) { self.text = text }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            context.close(promise: nil)
        }
    }

    /// - Parameter body: gets the port.
    package static func run(_ text: String, _ body: (Int) async throws -> Void) async throws {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { $0.pipeline.addHandler(Answer(text)) }
            .listen(while: body)
    }
}
