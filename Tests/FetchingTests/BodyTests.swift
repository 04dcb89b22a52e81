import Pacing
import TestSupport
import Testing

@testable import Fetching

@Suite struct BodyTests {
    /// Reads pieces until the body ends or fails.
    private func read(_ response: FetchResponse) async -> (text: String, error: (any Error)?) {
        var bytes: [UInt8] = []
        guard let body = response.body else { return ("", nil) }
        do {
            for try await piece in body { bytes += piece }
            return (String(decoding: bytes, as: UTF8.self), nil)
        } catch {
            return (String(decoding: bytes, as: UTF8.self), error)
        }
    }

    @Test func aSlowDripArrivesPieceByPiece() async throws {
        let gates = (0..<3).map { _ in Gate() }
        try await withServer { server, fetcher in
            server.on(
                "/feed",
                .head().text("a").gate(gates[0]).text("b").gate(gates[1]).text("c").gate(gates[2]).end())
            var pieces = try #require(try await fetcher.fetch(server.url("/feed")).body).makeAsyncIterator()
            for (index, expected) in ["a", "b", "c"].enumerated() {
                #expect(try await pieces.next() == Array(expected.utf8))
                gates[index].open()
            }
            #expect(try await pieces.next() == nil)
            #expect(try await pieces.next() == nil)
        }
    }

    @Test func compressedBodiesStreamToo() async throws {
        let gate = Gate()
        try await withServer { server, fetcher in
            let first = Deflated.gzip(Array("first".utf8))
            let second = Deflated.gzip(Array("second".utf8))
            server.on(
                "/feed",
                .head(200, [("Content-Encoding", "gzip")]).bytes(first).gate(gate).bytes(second).end())
            var pieces = try #require(try await fetcher.fetch(server.url("/feed")).body).makeAsyncIterator()
            #expect(try await pieces.next() == Array("first".utf8))
            gate.open()
            #expect(try await pieces.next() == Array("second".utf8))
            #expect(try await pieces.next() == nil)
            #expect(server.requests.first?["Accept-Encoding"] == "gzip, deflate, br")
        }
    }

    @Test func whatCameBeforeABreakIsDelivered() async throws {
        let gate = Gate()
        try await withServer { server, fetcher in
            server.on("/feed", .head().text("<item/><it").gate(gate).hangUp())
            var pieces = try #require(try await fetcher.fetch(server.url("/feed")).body).makeAsyncIterator()
            #expect(try await pieces.next() == Array("<item/><it".utf8))
            gate.open()
            await #expect(throws: FetchError.brokenOff(received: 10, expected: nil)) {
                try await pieces.next()
            }
            #expect(try await pieces.next() == nil)
        }
    }

    @Test func aBreakInACompressedBodyCostsNothingOfWhatWasWhole() async throws {
        let whole = Deflated.gzip(Array("whole".utf8))
        try await withServer { server, fetcher in
            server.on(
                "/feed",
                .head(200, [("Content-Encoding", "gzip"), ("Content-Length", "1000")]).bytes(whole).hangUp())
            let (text, error) = await read(try await fetcher.fetch(server.url("/feed")))
            #expect(text == "whole")
            #expect(error as? FetchError == .brokenOff(received: whole.count, expected: 1000))
        }
    }

    @Test func aLengthThatPromisesTooMuchIsABreak() async throws {
        try await withServer { server, fetcher in
            server.on("/feed", .head(200, [("Content-Length", "100")]).text("only this").hangUp())
            let (text, error) = await read(try await fetcher.fetch(server.url("/feed")))
            #expect(text == "only this")
            #expect(error as? FetchError == .brokenOff(received: 9, expected: 100))
        }
    }

    @Test func aLengthThatPromisesTooLittleEndsTheBody() async throws {
        try await withServer { server, fetcher in
            server.on(
                "/feed", .head(200, [("Content-Length", "4")]).text("only this").end(),
                .reply(200, [], "next"))
            let (text, _) = await read(try await fetcher.fetch(server.url("/feed")))
            #expect(text == "only")
            // What stands behind the body must not be taken for the next answer.
            let next = try await fetcher.fetch(server.url("/feed")) {
                $0.retry = RetryPolicy(attempts: 4, initial: .zero)
            }.text()
            #expect(next == "next")
        }
    }

    @Test func aGzipBombIsCutAtTheLimit() async throws {
        let bomb = Deflated.gzip([UInt8](repeating: 0x20, count: 30_000_000))
        #expect(bomb.count < 40_000)
        try await withServer { server, fetcher in
            server.on("/feed", .reply(200, [("Content-Encoding", "gzip")], bytes: bomb))
            let response = try await fetcher.fetch(server.url("/feed")) { $0.maxSize = 1_000_000 }
            let (text, error) = await read(response)
            #expect(text.utf8.count == 1_000_000)
            #expect(error as? FetchError == .tooLarge(limit: 1_000_000))
        }
    }

    @Test func aNeverEndingBodyIsCutAtTheLimit() async throws {
        try await withServer { server, fetcher in
            server.on("/feed", .head().endless([UInt8](repeating: 0x20, count: 10_000)))
            let response = try await fetcher.fetch(server.url("/feed")) { $0.maxSize = 1_000_000 }
            let (text, error) = await read(response)
            #expect(text.utf8.count == 1_000_000)
            #expect(error as? FetchError == .tooLarge(limit: 1_000_000))
        }
    }

    /// Empty gzip members without end decode to nothing at all.
    @Test func aNeverEndingBodyOfNothingIsCutToo() async throws {
        let nothing = Array(repeatElement(Deflated.gzip([]), count: 500).joined())
        try await withServer { server, fetcher in
            server.on("/feed", .head(200, [("Content-Encoding", "gzip")]).endless(nothing))
            let response = try await fetcher.fetch(server.url("/feed")) { $0.maxSize = 100_000 }
            let (text, error) = await read(response)
            #expect(text.isEmpty)
            #expect(error as? FetchError == .tooLarge(limit: 100_000))
        }
    }

    @Test func aBodyOfExactlyTheLimitIsWhole() async throws {
        try await withServer { server, fetcher in
            let body = Deflated.gzip([UInt8](repeating: 0x20, count: 100_000))
            server.on("/feed", .reply(200, [("Content-Encoding", "gzip")], bytes: body))
            let (text, error) = await read(
                try await fetcher.fetch(server.url("/feed")) { $0.maxSize = 100_000 })
            #expect(text.utf8.count == 100_000)
            #expect(error == nil)
        }
    }

    @Test func aReaderThatStopsStopsTheServer() async throws {
        try await withServer { server, fetcher in
            server.on("/endless", .head().endless([UInt8](repeating: 0x20, count: 10_000)))
            server.on("/feed", .reply(200, [], "next"))
            do {
                var pieces = try #require(try await fetcher.fetch(server.url("/endless")).body)
                    .makeAsyncIterator()
                #expect(try await pieces.next() != nil)
            }
            let text = try await fetcher.fetch(server.url("/feed")).text()
            #expect(text == "next")
        }
    }

    @Test func headersAndTheirErrorsReachTheReader() async throws {
        try await withServer { server, fetcher in
            let login = "<html><form>Log in</form></html>"
            server.on("/login", .reply(200, [("Content-Type", "text/html; charset=utf-8")], login))
            server.on(
                "/feed", .reply(200, [("Content-Type", "application/rss+xml; charset=\"latin-9\"")], "ü"))
            let page = try await fetcher.fetch(server.url("/login"))
            #expect(page.mediaType?.isHTML == true)
            #expect(try await page.text() == login)
            let feed = try await fetcher.fetch(server.url("/feed"))
            #expect(feed.mediaType?.charset == "latin-9")
            #expect(try await feed.text() == "ü")
        }
    }
}
