import Compression
import HTTPTypes
import NIOCore

/// An answer: its head, and what follows.
package struct Reply: Sendable {
    package static let plainText = "text/plain; charset=utf-8"

    var head: HTTPResponse
    private var body: ReplyBody
    /// Tells this content from every other one of its path; nil where nobody is to keep it.
    private var version: ReplyVersion?

    /// - Parameters:
    ///   - version: lets clients ask whether there is anything new.
    package init(type: String, _ body: ReplyBody, version: ReplyVersion? = nil) {
        self.init(.ok, type: type, body, version: version)
    }

    private init(
        _ status: HTTPResponse.Status, type: String, _ body: ReplyBody, version: ReplyVersion? = nil
    ) {
        head = HTTPResponse(
            status: status,
            headerFields: [
                .contentType: type, .cacheControl: version == nil ? "no-store" : "no-cache",
                .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "default-src 'none'"
            ])
        self.body = body
        self.version = version
    }

    /// A text and a line feed.
    package static func text(_ text: String) -> Reply { .text(.ok, text) }

    /// There is no such thing.
    package static func notFound(_ reason: String) -> Reply { .text(.notFound, reason) }

    /// Not now; the client is to come again soon.
    package static func notNow(_ reason: String) -> Reply {
        var reply = Reply.text(.serviceUnavailable, reason)
        reply.head.headerFields[.retryAfter] = "1"
        return reply
    }

    /// It cannot be shown, by no fault of the client's.
    package static func failed(_ reason: String) -> Reply { .text(.internalServerError, reason) }

    /// A line of text; for errors it says which, and why.
    static func text(_ status: HTTPResponse.Status, _ text: String) -> Reply {
        let line = status == .ok ? text : "\(status.code) \(status.reasonPhrase): \(text)"
        return Reply(status, type: plainText, ReplyBody(Array((line + "\n").utf8)))
    }

    /// The answer for a client that may have the content already, and may take it compressed.
    func fitted(to fields: HTTPFields) -> Reply {
        guard head.status == .ok else { return self }
        var reply = self
        reply.head.headerFields[.vary] = "Accept-Encoding, Accept"
        let takesGzip = AcceptedCoding.takesGzip(fields)
        if let version, version.isKnown(by: fields) {
            reply.head.status = .notModified
            reply.body = ReplyBody([])
            reply.head.headerFields[.contentType] = nil
            reply.describe(version, isCompressed: takesGzip)
            return reply
        }
        let compressed = takesGzip && body.count >= ReplyBody.leastCompressed ? body.compressed : nil
        if let compressed {
            reply.body = compressed
            reply.head.headerFields[.contentEncoding] = "gzip"
        }
        if let version { reply.describe(version, isCompressed: compressed != nil) }
        return reply
    }

    private mutating func describe(_ version: ReplyVersion, isCompressed: Bool) {
        head.headerFields[.eTag] = version.tag(isCompressed: isCompressed)
        head.headerFields[.lastModified] = version.lastModified
    }

    /// What follows the head, which tells its length.
    mutating func takeBody(for method: HTTPRequest.Method) -> ReplyBody {
        if head.status != .notModified { head.headerFields[.contentLength] = "\(body.count)" }
        return method == .head ? ReplyBody([]) : body
    }
}

/// What follows the head of an answer.
package struct ReplyBody: Sendable {
    /// Below this compressing gains nothing.
    static let leastCompressed = 1024
    /// What a connection holds at a time; a client that reads slowly has the rest wait.
    private static let pieceSize = 64 * 1024

    private let bytes: [UInt8]
    /// Keeps what the bytes belong to.
    private let owner: (any Sendable)?

    package init(_ bytes: [UInt8], owner: (any Sendable)? = nil) {
        self.bytes = bytes
        self.owner = owner
    }

    var count: Int { bytes.count }

    var compressed: ReplyBody? { Gzip.compress(bytes).map { ReplyBody($0, owner: owner) } }

    /// In pieces, each copied when it is its turn.
    var pieces: some Sequence<ByteBuffer> {
        stride(from: 0, to: bytes.count, by: ReplyBody.pieceSize).lazy.map {
            ByteBuffer(bytes: bytes[$0..<Swift.min($0 + ReplyBody.pieceSize, bytes.count)])
        }
    }
}
