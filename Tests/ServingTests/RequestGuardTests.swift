import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Testing

@testable import Serving

/// A connection's guard on a channel whose time the test moves.
@Suite("The guard of a connection") struct RequestGuardTests {
    private let limits = ServerLimits()
    private let connections = OpenConnections()
    private let channel = EmbeddedChannel()

    private func open() throws {
        try channel.pipeline.syncOperations.addHandler(RequestGuard(limits, connections) { 0 })
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
    }

    private func request(
        _ method: HTTPRequest.Method = .get, _ fields: HTTPFields = [:]
    ) throws {
        try channel.writeInbound(
            HTTPRequestPart.head(
                HTTPRequest(method: method, scheme: nil, authority: nil, path: "/", headerFields: fields)))
        try channel.writeInbound(HTTPRequestPart.end(nil))
    }

    private func answer() throws {
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    /// The statuses that were sent since the last time.
    private func statuses() throws -> [Int] {
        var statuses: [Int] = []
        while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
            if case .head(let head) = part { statuses.append(head.status.code) }
        }
        return statuses
    }

    private func isRead() throws -> Bool {
        var count = 0
        while try channel.readInbound(as: HTTPRequestPart.self) != nil { count += 1 }
        return count > 0
    }

    private func wait(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

    @Test("a head that does not come in time is told so, and the connection is closed")
    func slowHead() throws {
        try open()
        wait(limits.head - .milliseconds(1))
        #expect(try statuses() == [])
        wait(.milliseconds(1))
        #expect(try statuses() == [408])
        wait(limits.linger)
        #expect(!channel.isActive)
    }

    @Test("a client that does not read its answer is cut off; one that is idle for long, too")
    func slowReader() throws {
        try open()
        try request()
        wait(limits.answer - .milliseconds(1))
        #expect(channel.isActive)
        try answer()
        #expect(try statuses() == [200])
        wait(limits.idle - .milliseconds(1))
        try request()
        #expect(channel.isActive)
        wait(limits.answer)
        #expect(!channel.isActive)

    }

    @Test("an idle connection is closed without a word")
    func idle() throws {
        try open()
        try request()
        try answer()
        _ = try statuses()
        wait(limits.idle)
        #expect(try statuses() == [])
        #expect(!channel.isActive)
    }

    @Test("bodies and methods that do something reach no route")
    func refused() throws {
        let refused: [(HTTPRequest.Method, HTTPFields, Int)] = [
            (.post, [:], 405), (.put, [.contentLength: "5"], 405), (.init("PURGE")!, [:], 405),
            (.get, [.contentLength: "1"], 413), (.get, [.contentLength: "99999999999999999999"], 413),
            (.get, [.transferEncoding: "chunked"], 413), (.head, [.transferEncoding: "chunked"], 413)
        ]
        for (method, fields, status) in refused {
            let test = RequestGuardTests()
            try test.open()
            try test.request(method, fields)
            #expect(try test.statuses() == [status])
            // What still comes is thrown away, however much it is, and only for so long.
            try test.channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 1 << 20)))
            #expect(try !test.isRead())
            test.wait(limits.linger)
            #expect(!test.channel.isActive)
        }
    }

    @Test("a length of zero is no body")
    func emptyBody() throws {
        try open()
        try request(.get, [.contentLength: "0"])
        #expect(try isRead())
    }

    @Test("what the parser refuses has its status")
    func broken() throws {
        for (error, status) in [
            (HTTPParserError.headerOverflow, 431), (.invalidMethod, 501), (.invalidVersion, 400)
        ] {
            let test = RequestGuardTests()
            try test.open()
            test.channel.pipeline.fireErrorCaught(error)
            #expect(try test.statuses() == [status])
        }
    }

    @Test("an error behind a request whose answer is under way closes the connection alone")
    func brokenLater() throws {
        try open()
        try request()
        channel.pipeline.fireErrorCaught(HTTPParserError.invalidMethod)
        #expect(try statuses() == [])
        #expect(!channel.isActive)
    }

    @Test("a connection above the limit is told so; one that goes makes room")
    func tooMany() throws {
        let others = (0..<limits.connections).map { _ in EmbeddedChannel() }
        for other in others { connections.opened(other) }
        try open()
        #expect(try statuses() == [503])
        wait(limits.linger)
        #expect(!channel.isActive)
        connections.closed(others[0])
        #expect(connections.count == limits.connections - 1)
    }

    @Test("when the server ends, all connections are closed, and those that come then")
    func closeAll() throws {
        try open()
        try request()
        connections.closeAll()
        #expect(!channel.isActive)
        let late = EmbeddedChannel()
        try late.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
        connections.opened(late)
        #expect(!late.isActive)
    }

    @Test("a client that asks for the end has it after its answer, in time")
    func closing() throws {
        try open()
        try request(.get, [.connection: "close"])
        try answer()
        wait(limits.linger)
        #expect(!channel.isActive)
    }
}
