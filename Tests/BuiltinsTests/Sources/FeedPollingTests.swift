import TestSupport
import Testing

/// How feeds are asked for again and again.
@Suite(.timeLimit(.minutes(10))) struct FeedPollingTests {
    private func source(_ server: ScriptedServer, _ path: String = "/feed", _ options: String = "") -> String
    {
        "rss: { url: \"\(server.url(path))\" \(options) }"
    }

    @Test func validatorsAreEchoedAndReplacedByThoseOfA304() async throws {
        try await SourceHarness.run { server, harness in
            let date = "Mon, 16 Nov 2026 10:00:00 +0000"
            server.on(
                "/feed", .reply(200, [("ETag", "W/\"a\""), ("Last-Modified", date)], FeedText.rss(1)),
                .reply(304), .reply(304, [("ETag", "b")]), .reply(304))
            let first = try await harness.run(source(server))
            #expect(first.ownIDs == ["1"])
            for _ in 0..<3 {
                let outcome = try await harness.run(source(server))
                #expect(outcome.items.isEmpty && outcome.failed.isEmpty)
            }
            #expect(server.requests.map { $0["If-None-Match"] } == [nil, "W/\"a\"", "W/\"a\"", "b"])
            #expect(server.requests.map { $0["If-Modified-Since"] } == [nil, date, date, date])
        }
    }

    @Test(arguments: 1...3)
    func validatorsCountOnceTheWholeDocumentWasDelivered(limit: Int) async throws {
        try await SourceHarness.run { server, harness in
            server.otherwise { request in
                if request["If-None-Match"] != nil { return .reply(304) }
                return .reply(200, [("ETag", "\"1\"")], FeedText.rss(1, 2, 3))
            }
            let broken = try await harness.run(source(server), limit: limit)
            let rest = try await harness.run(source(server))
            #expect(broken.ownIDs + rest.ownIDs == ["1", "2", "3"])
            let last = try await harness.run(source(server))
            #expect(last.items.isEmpty)
            #expect(server.requests.map { $0["If-None-Match"] } == [nil, nil, "\"1\""])
        }
    }

    /// While a new document breaks off, the validators of the last whole one stay.
    @Test func aBrokenDocumentDoesNotMakeTheOneBeforeItForgotten() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/feed", .reply(200, [("ETag", "\"1\"")], FeedText.rss(1)),
                .head(200, [("ETag", "\"2\"")]).text(FeedText.broken(after: 2, 3)).hangUp(), .reply(304),
                .reply(200, [("ETag", "\"2\"")], FeedText.rss(2, 3, 4)))
            var ids: [String?] = []
            for _ in 0..<4 { ids += try await harness.run(source(server)).ownIDs }
            #expect(ids == ["1", "2", "3", "4"])
            #expect(server.requests.map { $0["If-None-Match"] } == [nil, "\"1\"", "\"1\"", "\"1\""])
        }
    }

    @Test func whatIsGoneIsNotAskedForAgain() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/feed", .reply(200, [], FeedText.rss(1)), .reply(410, [], "gone"))
            for _ in 0..<4 {
                let outcome = try await harness.run(source(server))
                #expect(outcome.failed.isEmpty)
            }
            #expect(server.requests.count == 2)
            // Another address under the same name has no past.
            server.on("/new", .reply(200, [], FeedText.rss(2)))
            let new = try await harness.run(source(server, "/new"))
            #expect(new.ownIDs == ["2"])
        }
    }

    @Test func whatIsGoneBehindATemporaryRedirectIsAskedForAgain() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/feed", .redirect(302, to: "/elsewhere"), .reply(200, [], FeedText.rss(1)))
            server.on("/elsewhere", .reply(410))
            let gone = try await harness.run(source(server))
            #expect(gone.failed["rss"]?.contains("410") == true)
            let next = try await harness.run(source(server))
            #expect(next.ownIDs == ["1"])
        }
    }

    @Test(arguments: [(301, "/new"), (308, "/new"), (302, "/feed"), (303, "/feed"), (307, "/feed")])
    func onlyPermanentRedirectsAreRemembered(status: Int, second: String) async throws {
        try await SourceHarness.run { server, harness in
            server.on("/feed", .redirect(status, to: "/new"))
            server.on("/new", .reply(200, [("ETag", "\"1\"")], FeedText.rss(1)), .reply(304))
            let first = try await harness.run(source(server))
            #expect(first.ownIDs == ["1"])
            for _ in 0..<2 {
                let outcome = try await harness.run(source(server))
                #expect(outcome.failed.isEmpty)
            }
            #expect(server.requests.map(\.path)[2] == second)
            #expect(server.requests.count == (second == "/new" ? 4 : 6))
            let moves = harness.log.all.filter { $0.contains("has moved for good to \(server.url("/new"))") }
            #expect(moves.count == (second == "/new" ? 1 : 0), "\(harness.log.all)")
        }
    }

    @Test func aMoveCountsOnceAFeedWasThere() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/feed", .redirect(301, to: "/login"), .reply(200, [], FeedText.rss(1)))
            server.on("/login", .reply(200, [], "<html><body>Sign in</body></html>"))
            let moved = try await harness.run(source(server))
            #expect(moved.failed.count == 1)
            let next = try await harness.run(source(server))
            #expect(next.ownIDs == ["1"])
            #expect(server.requests.map(\.path) == ["/feed", "/login", "/feed"])
        }
    }

    @Test func anotherAddressHasNoPast() async throws {
        try await SourceHarness.run { server, harness in
            server.otherwise { request in
                if request.path == "/a" { return .redirect(301, to: "/moved") }
                return .reply(200, [("ETag", "\"1\"")], FeedText.rss(1))
            }
            for path in ["/a", "/b"] { _ = try await harness.run(source(server, path)) }
            #expect(server.requests.map(\.path) == ["/a", "/moved", "/b"])
            #expect(server.requests.last?["If-None-Match"] == nil)
        }
    }

    @Test func secretsStayWithTheirHost() async throws {
        try await SourceHarness.run { server, harness in
            try await ScriptedServer.run { other in
                server.on("/feed", .redirect(301, to: other.url("/new")))
                other.on("/new", .reply(200, [], FeedText.rss(1)))
                for _ in 0..<2 {
                    let options = ", token: hunter2, headers: { X-Key: hunter2 }"
                    let outcome = try await harness.run(source(server, "/feed", options))
                    #expect(outcome.ownIDs == ["1"])
                }
                #expect(server.requests.allSatisfy { $0["Authorization"] == "Bearer hunter2" })
                #expect(other.requests.count == 2)
                #expect(other.requests.allSatisfy { $0["Authorization"] == nil && $0["X-Key"] == nil })
            }
        }
    }

    @Test(arguments: [404, 401, 503])
    func aRefusalFailsTheSourceAndKeepsItsPosition(status: Int) async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/feed", .reply(200, [("ETag", "\"1\"")], FeedText.rss(1)), .reply(status), .reply(304))
            _ = try await harness.run(source(server))
            let refused = try await harness.run(source(server))
            #expect(refused.failed["rss"]?.contains("\(status)") == true)
            let next = try await harness.run(source(server))
            #expect(next.failed.isEmpty)
            #expect(server.requests.last?["If-None-Match"] == "\"1\"")
        }
    }

    @Test func aFeedThatHasMovedAgainIsLookedForAtItsOldAddress() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/feed", .redirect(301, to: "/new"), .redirect(301, to: "/newer"))
            server.on("/new", .reply(200, [("ETag", "\"1\"")], FeedText.rss(1)), .reply(404))
            server.on("/newer", .reply(200, [("ETag", "\"2\"")], FeedText.rss(2)), .reply(304))
            for ids in [["1"], ["2"], []] {
                let outcome = try await harness.run(source(server))
                #expect(outcome.ownIDs == ids)
                #expect(outcome.failed.isEmpty)
            }
            #expect(server.requests.map(\.path) == ["/feed", "/new", "/new", "/feed", "/newer", "/newer"])
            #expect(
                server.requests[3]["If-None-Match"] == nil, "the validators were those of the other address")
        }
    }
}

/// When a polled source is read again; hours and days to skip are in the tests of the schedule itself.
@Suite(.timeLimit(.minutes(10))) struct FeedPaceTests {
    private func feed(ttl: Int) -> String {
        FeedText.beginning + "<ttl>\(ttl)</ttl>" + FeedText.item(1) + FeedText.end
    }

    private func poll(
        _ options: String, headers: [(name: String, value: String)] = [], ttl: Int? = nil
    ) async throws -> Duration? {
        var next: Duration?
        try await SourceHarness.run { server, harness in
            server.on("/feed", .reply(200, headers, ttl.map(feed) ?? FeedText.rss(1)))
            next = try await harness.nextPoll("{ rss: \"\(server.url("/feed"))\", \(options) }")
        }
        return next
    }

    @Test func whatServersAndFeedsSayLengthensThePause() async throws {
        #expect(try await poll("every: 15m") == .seconds(900))
        #expect(try await poll("every: 15m", headers: [("Cache-Control", "max-age=60")]) == .seconds(900))
        #expect(
            try await poll("every: 15m", headers: [("Cache-Control", "public, max-age=1800")])
                == .seconds(1800))
        #expect(try await poll("every: 15m", ttl: 60) == .seconds(3600))
        #expect(
            try await poll("every: 15m", headers: [("Cache-Control", "max-age=7200")], ttl: 60)
                == .seconds(7200))
        let expires = [
            ("Date", "Tue, 14 Nov 2023 22:13:20 GMT"), ("Expires", "Tue, 14 Nov 2023 23:13:20 GMT")
        ]
        #expect(try await poll("every: 15m", headers: expires.map { ($0.0, $0.1) }) == .seconds(3600))
    }

    @Test func itStaysWithinItsBounds() async throws {
        #expect(try await poll("every: 15m, max_every: 30m", ttl: 60) == .seconds(1800))
        #expect(
            try await poll("every: 15m", headers: [("Cache-Control", "max-age=9999999")]) == .seconds(86_400))
        #expect(try await poll("every: 48h", headers: [("Cache-Control", "max-age=60")]) == .seconds(172_800))
        #expect(try await poll("every: 1m, min_every: 5m") == .seconds(300))
        #expect(try await poll("min_every: 5m") == .seconds(300))
        #expect(try await poll("min_every: 5m", ttl: 10) == .seconds(600))
    }

    @Test func anAnswerNotModifiedKeepsWhatTheFeedSaid() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/feed", .reply(200, [("ETag", "\"1\"")], feed(ttl: 60)), .reply(304))
            for _ in 0..<2 {
                let next = try await harness.nextPoll("{ rss: \"\(server.url("/feed"))\", every: 15m }")
                #expect(next == .seconds(3600))
            }
            #expect(server.requests.last?["If-None-Match"] == "\"1\"")
        }
    }

    @Test func retryAfterIsObeyedBeyondThem() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/feed", .reply(503, [("Retry-After", "3600")]))
            let next = try await harness.nextPoll(
                "{ rss: \"\(server.url("/feed"))\", every: 1m, max_every: 5m }")
            #expect(next == .seconds(3600))
        }
    }

    @Test func otherSourcesOnTheWebObeyToo() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(200, [("Cache-Control", "max-age=600")], "[]"))
            let next = try await harness.nextPoll(
                "{ http_json: { url: \"\(server.url("/posts"))\" }, every: 1m }")
            #expect(next == .seconds(600))
        }
    }
}
