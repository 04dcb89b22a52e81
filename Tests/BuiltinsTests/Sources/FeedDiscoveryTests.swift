import TestSupport
import Testing

/// Pages that name a feed (`discover: true`).
@Suite(.timeLimit(.minutes(10))) struct FeedDiscoveryTests {
    private func source(_ address: String, _ options: String = "") -> String {
        "rss: { url: \"\(address)\", discover: true \(options) }"
    }

    private static func page(_ links: String...) -> Script {
        let tags = links.map { "<link rel=alternate type=application/rss+xml href=\"\($0)\">" }
        return .reply(
            200, [("Content-Type", "text/html")],
            "<!DOCTYPE html><html><head><title>A page</title>\(tags.joined())</head><body>Text</body></html>")
    }

    @Test func theFeedOfAPageIsReadAndThePageIsNotAskedAgain() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/", FeedDiscoveryTests.page("feeds/news.xml"))
            server.on(
                "/feeds/news.xml", .reply(200, [("ETag", "\"1\"")], FeedText.rss(1, 2)), .reply(304),
                .reply(200, [("ETag", "\"2\"")], FeedText.rss(3)))
            var ids: [String?] = []
            for _ in 0..<3 {
                let outcome = try await harness.run(source(server.url("/")))
                #expect(outcome.failed.isEmpty)
                ids += outcome.ownIDs
            }
            #expect(ids == ["1", "2", "3"])
            #expect(
                server.requests.map(\.path) == ["/", "/feeds/news.xml", "/feeds/news.xml", "/feeds/news.xml"])
            #expect(server.requests.map { $0["If-None-Match"] } == [nil, nil, "\"1\"", "\"1\""])
        }
    }

    @Test func anAddressThatIsAFeedIsReadAsOne() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/feed", .reply(200, [("Content-Type", "text/html")], FeedText.rss(1)))
            let outcome = try await harness.run(source(server.url("/feed")))
            #expect(outcome.ownIDs == ["1"])
            #expect(server.requests.count == 1)
        }
    }

    @Test func ofSeveralAddressesTheFirstThatIsAFeedCounts() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/", FeedDiscoveryTests.page("/gone", "/login", "/feed", "/other"))
            server.on("/gone", .reply(404))
            server.on("/login", .reply(200, [], "<html><body>Sign in</body></html>"))
            server.on("/feed", .reply(200, [], FeedText.rss(1)))
            let outcome = try await harness.run(source(server.url("/")))
            #expect(outcome.ownIDs == ["1"])
            #expect(server.requests.map(\.path) == ["/", "/gone", "/login", "/feed"])
        }
    }

    /// The second address may be that of the comments.
    @Test func anAddressThatFailsForNowIsNotGivenUpForTheNext() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/", FeedDiscoveryTests.page("/feed", "/other"), FeedDiscoveryTests.page("/feed", "/other"))
            server.on("/feed", .reply(503), .reply(200, [], FeedText.rss(1)))
            let failed = try await harness.run(source(server.url("/")))
            #expect(failed.failed["rss"]?.contains("503") == true)
            let outcome = try await harness.run(source(server.url("/")))
            #expect(outcome.ownIDs == ["1"])
        }
    }

    @Test(arguments: [404, 410, 200])
    func whenTheFeedIsGoneThePageIsAskedAgain(status: Int) async throws {
        try await SourceHarness.run { server, harness in
            server.on("/", FeedDiscoveryTests.page("/old"), FeedDiscoveryTests.page("/new"))
            server.on(
                "/old", .reply(200, [("ETag", "\"1\"")], FeedText.rss(1)),
                .reply(status, [], "<html>nothing here</html>"))
            server.on("/new", .reply(200, [("ETag", "\"1\"")], FeedText.rss(2)), .reply(304))
            var ids: [String?] = []
            for _ in 0..<3 {
                let outcome = try await harness.run(source(server.url("/")))
                #expect(outcome.failed.isEmpty)
                ids += outcome.ownIDs
            }
            #expect(ids == ["1", "2"])
            #expect(server.requests.map(\.path) == ["/", "/old", "/old", "/", "/new", "/new"])
            #expect(server.requests[4]["If-None-Match"] == nil, "the validators were those of the old feed")
        }
    }

    @Test func aPageWithoutFeedSaysSo() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/", FeedDiscoveryTests.page())
            server.on("/broken", FeedDiscoveryTests.page("/missing"))
            let none = try await harness.run(source(server.url("/")))
            #expect(none.failed["rss"]?.hasSuffix("this is an HTML page, and it names no feed") == true)
            let missing = try await harness.run(source(server.url("/broken")))
            #expect(missing.failed["rss"]?.contains("the feed that it names cannot be read") == true)
            #expect(missing.failed["rss"]?.contains("404") == true)
        }
    }

    @Test func whatWasGivenForThePageStaysOnItsServer() async throws {
        try await SourceHarness.run { server, harness in
            try await ScriptedServer.run { other in
                server.on("/", FeedDiscoveryTests.page(other.url("/feed")))
                server.on("/own", FeedDiscoveryTests.page("/feed"))
                server.on("/feed", .reply(200, [], FeedText.rss(1)), .reply(200, [], FeedText.rss(1)))
                other.on("/feed", .reply(200, [], FeedText.rss(2)), .reply(200, [], FeedText.rss(2)))
                let options = ", token: hunter2, headers: { X-Key: hunter2, User-Agent: me/1 }"
                for _ in 0..<2 {
                    for path in ["/", "/own"] {
                        let outcome = try await harness.run(source(server.url(path), options))
                        #expect(outcome.failed.isEmpty)
                    }
                }
                #expect(server.requests.allSatisfy { $0["Authorization"] == "Bearer hunter2" })
                #expect(server.requests.allSatisfy { $0["X-Key"] == "hunter2" })
                #expect(other.requests.allSatisfy { $0["Authorization"] == nil && $0["X-Key"] == nil })
                #expect((server.requests + other.requests).allSatisfy { $0["User-Agent"] == "me/1" })
            }
        }
    }

    @Test func withoutTheOptionAPageIsAFailure() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/", FeedDiscoveryTests.page("/feed"))
            let outcome = try await harness.run("rss: \"\(server.url("/"))\"")
            #expect(outcome.failed["rss"]?.contains("this is an HTML page, not a feed") == true)
        }
    }

    @Test func aFeedThatBreaksOffGoesOnWhereItWas() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/", FeedDiscoveryTests.page("/feed"))
            server.on(
                "/feed",
                .head(200, [("ETag", "\"1\"")]).text(FeedText.broken(after: 1, 2)).hangUp(),
                .reply(200, [("ETag", "\"1\"")], FeedText.rss(1, 2, 3)))
            let broken = try await harness.run(source(server.url("/")))
            #expect(broken.ownIDs == ["1", "2"])
            #expect(broken.failed.count == 1)
            let rest = try await harness.run(source(server.url("/")))
            #expect(rest.ownIDs == ["3"])
        }
    }
}
