import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import Serving

@Suite("Answers") struct ReplyTests {
    private static let second: Int64 = 1_000_000_000
    private static let made: Int64 = 1_790_000_000 * second + 5
    private static let bytes = Array(String(repeating: "an item, ", count: 1000).utf8)

    private func version(now: Int64 = made + second) -> ReplyVersion {
        ReplyVersion(hash: ReplyVersion.hash(of: Self.bytes), modified: Self.made, now: now)
    }

    private func fields(_ pairs: (HTTPField.Name, String)...) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in pairs { fields[name] = value }
        return fields
    }

    private func reply(_ fields: HTTPFields) -> Reply {
        Reply(type: "text/x", ReplyBody(Self.bytes), version: version()).fitted(to: fields)
    }

    @Test("a client that has the content hears so, whichever form it has")
    func known() {
        let plain = reply([:])
        let compressed = reply(fields((.acceptEncoding, "gzip")))
        let tags = [plain, compressed].compactMap { $0.head.headerFields[.eTag] }
        #expect(Set(tags).count == 2)
        #expect(tags.allSatisfy { $0.hasPrefix("\"") })
        for known in tags + ["*", "W/\(tags[0])", "\"x\" , \(tags[1])"] {
            var again = reply(fields((.ifNoneMatch, known)))
            #expect(again.head.status == .notModified, "\(known)")
            #expect(again.takeBody(for: .get).count == 0)
            #expect(again.head.headerFields[.contentLength] == nil)
            #expect(again.head.headerFields[.eTag] == tags[0])
        }
        #expect(reply(fields((.ifNoneMatch, "\"other\""))).head.status == .ok)
    }

    @Test("dates count only where no tag is given")
    func dates() throws {
        let date = try #require(reply([:]).head.headerFields[.lastModified])
        #expect(reply(fields((.ifModifiedSince, date))).head.status == .notModified)
        let older = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(reply(fields((.ifModifiedSince, older))).head.status == .ok)
        #expect(reply(fields((.ifModifiedSince, "nonsense"))).head.status == .ok)
        #expect(reply(fields((.ifModifiedSince, date), (.ifNoneMatch, "\"x\""))).head.status == .ok)
    }

    @Test("a date is told when its second is over: nothing else can have it then")
    func freshContent() {
        #expect(version(now: Self.made).lastModified == nil)
        #expect(version(now: Self.made + Self.second).lastModified != nil)
    }

    @Test(
        "gzip for who takes it",
        arguments: [
            ("gzip", true), ("br, gzip;q=0.5", true), ("*", true), ("gzip;q=0", false), ("", false),
            ("identity", false), ("GZIP", true), ("*;q=0", false), (";;,,q=", false)
        ])
    func compression(_ accepted: String, _ isCompressed: Bool) {
        var reply = reply(fields((.acceptEncoding, accepted)))
        let body = reply.takeBody(for: .get)
        #expect((reply.head.headerFields[.contentEncoding] == "gzip") == isCompressed)
        let bytes = body.pieces.flatMap { Array($0.readableBytesView) }
        #expect(reply.head.headerFields[.contentLength] == "\(bytes.count)")
        #expect(isCompressed ? bytes.count < 500 && bytes.starts(with: [0x1F, 0x8B]) : bytes == Self.bytes)
    }

    @Test("HEAD has the head of GET alone, and small or failed answers are never compressed")
    func heads() {
        var head = reply([:])
        #expect(head.takeBody(for: .head).count == 0)
        #expect(head.head.headerFields[.contentLength] == "9000")
        let small = Reply.text("short").fitted(to: fields((.acceptEncoding, "gzip")))
        #expect(small.head.headerFields[.contentEncoding] == nil)
        let failed = Reply.text(.notFound, String(repeating: "x", count: 5000))
        #expect(
            failed.fitted(to: fields((.acceptEncoding, "gzip"))).head.headerFields[.contentEncoding] == nil)
    }
}
