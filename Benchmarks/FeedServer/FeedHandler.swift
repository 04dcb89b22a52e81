import NIOCore
import NIOHTTP1

/// Answers the requests of one connection.
///
/// | request | answer |
/// | --- | --- |
/// | `GET /feeds/00000042.xml` | a feed with its validators, or 304 when the request has them already |
/// | `GET /feeds.opml` | the addresses of all feeds |
/// | `GET /stats`, `DELETE /stats` | what was answered so far, as JSON; the same, and counting from zero again |
final class FeedHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private struct Answer {
        var status = HTTPResponseStatus.ok
        var headers = HTTPHeaders()
        var body = ByteBuffer()
    }

    private let feeds: FeedCollection
    private let counts: RequestCounts
    private var request: HTTPRequestHead?

    init(feeds: FeedCollection, counts: RequestCounts) {
        self.feeds = feeds
        self.counts = counts
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = head
        case .body: break
        case .end:
            guard let head = request else { return }
            request = nil
            let port = context.channel.localAddress?.port ?? 0
            send(answer(head, port: port), to: head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ request: HTTPRequestHead, port: Int) -> Answer {
        switch (request.method, request.uri) {
        case (.GET, "/feeds.opml"): return text(feeds.opml(port: port), type: "text/x-opml")
        case (.GET, "/stats"): return text(counts.json, type: "application/json")
        case (.DELETE, "/stats"):
            defer { counts.reset() }
            return text(counts.json, type: "application/json")
        case (.GET, let path):
            guard let feed = feeds.feed(at: path) else { return refusal(.notFound) }
            return answer(feed, request.headers)
        default: return refusal(.methodNotAllowed)
        }
    }

    private func answer(_ feed: FeedNumber, _ request: HTTPHeaders) -> Answer {
        var answer = Answer()
        let etag = feeds.etag(feed)
        let lastModified = feeds.lastModified(feed)
        answer.headers.add(name: "ETag", value: etag)
        answer.headers.add(name: "Last-Modified", value: lastModified)
        // The date counts only without a tag, and is compared as text: only this server's own comes back.
        let tag = request.first(name: "If-None-Match")
        if tag == nil ? request.first(name: "If-Modified-Since") == lastModified : tag == etag {
            answer.status = .notModified
            counts.add(\.notModified)
        } else {
            answer.headers.add(name: "Content-Type", value: "application/rss+xml; charset=utf-8")
            answer.body = feeds.body(feed)
            counts.add(\.full)
        }
        return answer
    }

    private func text(_ text: String, type: String) -> Answer {
        Answer(headers: ["Content-Type": type], body: ByteBuffer(string: text))
    }

    private func refusal(_ status: HTTPResponseStatus) -> Answer {
        counts.add(\.refused)
        return Answer(status: status)
    }

    private func send(_ answer: Answer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        var head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: answer.headers)
        if answer.status != .notModified {
            head.headers.add(name: "Content-Length", value: "\(answer.body.readableBytes)")
        }
        let staysOpen = request.isKeepAlive
        if !staysOpen { head.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if answer.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !staysOpen { written.assumeIsolated().whenComplete { _ in context.close(promise: nil) } }
    }
}
