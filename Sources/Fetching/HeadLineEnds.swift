import NIOCore
import NIOHTTP1

/// Ends the lines of a head in CR LF where a server ends them in a bare LF, which a recipient may take for the end of a
/// line as well (RFC 9112, 2.2) and the decoder does not. Pure.
struct HeadLineEnds: Sendable {
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")
    /// As much of the first line as tells the status: `HTTP/1.1 200`.
    private static let statusEnd = 12

    private var start: [UInt8] = []
    private var lineLength = 0
    private var previous: UInt8 = 0
    /// Whether the blank line after the head has been met, so that what follows is no business of this.
    private(set) var isOver = false

    /// The bytes with each line end as it should be.
    mutating func mend(_ bytes: ByteBuffer) -> ByteBuffer {
        var result: ByteBuffer?
        var kept = bytes.readerIndex
        for (offset, byte) in bytes.readableBytesView.enumerated() {
            if byte == Self.lineFeed, previous != Self.carriageReturn {
                let index = bytes.readerIndex + offset
                if result == nil { result = ByteBuffer() }
                result?.writeImmutableBuffer(bytes.getSlice(at: kept, length: index - kept) ?? ByteBuffer())
                result?.writeInteger(Self.carriageReturn)
                kept = index
            }
            advance(over: byte)
            if isOver { break }
        }
        guard var result else { return bytes }
        let rest = bytes.getSlice(at: kept, length: bytes.writerIndex - kept)
        result.writeImmutableBuffer(rest ?? ByteBuffer())
        return result
    }

    private mutating func advance(over byte: UInt8) {
        previous = byte
        switch byte {
        case Self.lineFeed:
            // Blank lines before a head are passed over.
            if lineLength == 0, !start.isEmpty { end() }
            lineLength = 0
        case Self.carriageReturn: break
        default:
            lineLength += 1
            if start.count < Self.statusEnd { start.append(byte) }
        }
    }

    /// After an interim answer comes another head, unless the protocol is another one from here on.
    private mutating func end() {
        let status = String(decoding: start.suffix(3), as: UTF8.self)
        guard start.count == Self.statusEnd, status.hasPrefix("1"), status != "101" else {
            isOver = true
            return
        }
        start = []
    }
}

/// Mends the line ends of heads on their way to the decoder.
final class HeadLineEndsHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// The head that is expected or has begun; nil while a body comes.
    private var head: HeadLineEnds?

    /// What follows a request is the head of its answer.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = unwrapOutboundIn(data) { head = HeadLineEnds() }
        context.write(data, promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard var head else { return context.fireChannelRead(data) }
        let bytes = head.mend(unwrapInboundIn(data))
        self.head = head.isOver ? nil : head
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    /// Puts the handler right before the one that decodes heads.
    static func install(on channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(HeadLineEndsHandler(), position: .before(decoder))
        }
    }
}
