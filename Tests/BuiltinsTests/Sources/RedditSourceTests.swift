import Foundation
import Records
import Synchronization
import TestSupport
import Testing

@Suite struct RedditSourceTests {
    /// The posts that a test has deleted.
    private final class Deleted: Sendable {
        private let state = Mutex<Set<Int>>([])

        func insert(_ number: Int) { state.withLock { _ = $0.insert(number) } }
        func contains(_ number: Int) -> Bool { state.withLock { $0.contains(number) } }
    }

    /// Posts by their numbers, as a page of a listing.
    private func page(_ numbers: [Int], after: String? = nil, title: String = "Post") -> String {
        let children = numbers.map { number in
            let id = String(number, radix: 36)
            return """
                {"kind": "t3", "data": {"name": "t3_\(id)", "id": "\(id)", "title": "\(title) \(number)",
                "url": "https://example.com/\(number)", "permalink": "/r/swift/comments/\(id)/x/", "is_self": false,
                "author": "ann", "created_utc": 1700000000.0, "score": \(number), "num_comments": 3, "subreddit": "swift"}}
                """
        }
        return """
            {"kind": "Listing", "data": {"after": \(after.map { "\"\($0)\"" } ?? "null"),
            "children": [\(children.joined(separator: ","))]}}
            """
    }

    private func source(_ server: ScriptedServer, _ options: String = "") -> String {
        "reddit: { subreddit: swift, api: \"\(server.url(""))\" \(options) }"
    }

    private func name(_ number: Int) -> String { "t3_" + String(number, radix: 36) }

    @Test func pagesAreFollowedToTheirEnd() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/r/swift/new.json", .reply(200, [], page([50, 49], after: "t3_1d")),
                .reply(200, [], page([48])))
            let outcome = try await harness.run(source(server))
            #expect(outcome.values("title") == ["Post 50", "Post 49", "Post 48"])
            #expect(
                server.requests.map(\.target) == [
                    "/r/swift/new.json?limit=100&raw_json=1",
                    "/r/swift/new.json?limit=98&raw_json=1&after=t3_1d"
                ])
        }
    }

    @Test func theNextRunReadsOnlyWhatIsNew() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/r/swift/new.json", .reply(200, [], page([50, 49])),
                .reply(200, [], page([52, 51, 50, 49], after: "t3_x")))
            _ = try await harness.run(source(server))
            let second = try await harness.run(source(server))
            #expect(second.values("id") == [name(52), name(51)])
            let third = try await harness.run(source(server))
            #expect(third.items.isEmpty)
            #expect(server.requests.count == 3)
        }
    }

    /// Only the first run is bounded: what is new must not depend on how much it is.
    @Test func moreNewPostsThanTheLimitLeaveNoGap() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/r/swift/new.json", .reply(200, [], page([50, 49])),
                .reply(200, [], page([55, 54, 53], after: name(53))),
                .reply(200, [], page([52, 51, 50, 49])))
            let first = try await harness.run(source(server, ", limit: 2"))
            #expect(first.values("id") == [name(50), name(49)])
            let second = try await harness.run(source(server, ", limit: 2"))
            #expect(second.values("id") == [55, 54, 53, 52, 51].map(name))
        }
    }

    @Test func aRunThatWasBrokenOffGoesOnBehindTheLastPost() async throws {
        try await SourceHarness.run { server, harness in
            server.otherwise { request in
                if request.target.contains("after=t3_1d") { return .reply(200, [], page([48, 47])) }
                return .reply(200, [], page([50, 49, 48, 47]))
            }
            let first = try await harness.run(source(server), limit: 2)
            #expect(first.values("id") == [name(50), name(49)])
            let second = try await harness.run(source(server))
            #expect(second.values("id") == [name(48), name(47)])
            let third = try await harness.run(source(server))
            #expect(third.items.isEmpty)
        }
    }

    /// A listing as Reddit serves it, newest first: nothing follows a post that is not there.
    private func serve(
        _ server: ScriptedServer, sort: String = "new", _ posts: @escaping @Sendable () -> [Int]
    ) {
        server.otherwise { request in
            guard request.path == "/r/swift/\(sort).json" else { return .reply(404) }
            let query = request.target.split(separator: "?").last?.split(separator: "&") ?? []
            func value(_ name: String) -> String? {
                query.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
            }
            var rest = posts()[...]
            if let after = value("after") {
                rest = rest.firstIndex { name($0) == after }.map { rest[($0 + 1)...] } ?? []
            }
            let shown = Array(rest.prefix(min(value("limit").flatMap { Int($0) } ?? 25, 10)))
            return .reply(200, [], page(shown, after: rest.count > shown.count ? shown.last.map(name) : nil))
        }
    }

    private func names(_ numbers: some Sequence<Int>) -> [String?] { numbers.map(name) }

    @Test(arguments: [1, 9, 10, 11, 25])
    func aPostThatWasDeletedSinceTheBreakLeavesNoGap(limit: Int) async throws {
        try await SourceHarness.run { server, harness in
            let gone = Counter(0)
            let newest = Counter(60)
            serve(server) { (1...newest.value).reversed().filter { $0 != gone.value } }
            let first = try await harness.run(source(server, ", limit: 50"), limit: limit)
            gone.value = 61 - limit
            newest.value = 75
            let second = try await harness.run(source(server, ", limit: 50"))
            // The limit of the first run counts what it has read in both.
            let fresh = names((61...75).reversed())
            let rest = names((1...(60 - limit)).reversed()).prefix(50 - limit - 15)
            #expect(first.values("id") == names((61 - limit...60).reversed()))
            #expect(second.values("id") == fresh + rest)
            let third = try await harness.run(source(server, ", limit: 50"))
            #expect(third.items.isEmpty)
        }
    }

    /// Between two runs that are broken off, the post to go on after is deleted, and others are posted.
    @Test(arguments: 1...12)
    func aWalkThatBeginsAtTheTopAgainAndAgainSendsNothingTwice(limit: Int) async throws {
        try await SourceHarness.run { server, harness in
            let newest = Counter(30)
            let deleted = Deleted()
            serve(server) { (1...newest.value).reversed().filter { !deleted.contains($0) } }
            _ = try await harness.run(source(server))
            newest.value = 90
            var sent: [String?] = []
            for _ in 0..<3 {
                let broken = try await harness.run(source(server), limit: limit)
                sent += broken.values("id")
                if let last = broken.values("id").last.flatMap({ $0 }) {
                    deleted.insert((31...newest.value).first { name($0) == last } ?? 0)
                }
                newest.value += 3
            }
            sent += try await harness.run(source(server)).values("id")
            #expect(sent.count == Set(sent).count)
            #expect(Set(sent) == Set(names(31...99)))
            let last = try await harness.run(source(server))
            #expect(last.items.isEmpty)
        }
    }

    @Test(arguments: [[], [102, 101]])
    func postsThatAppearLateAreDelivered(first: [Int]) async throws {
        try await SourceHarness.run { server, harness in
            let lists = [first, [103, 7, 102, 101], [104, 103, 9, 7, 102, 101]]
            let round = Counter(0)
            server.otherwise { _ in .reply(200, [], page(lists[round.value])) }
            _ = try await harness.run(source(server, ", limit: 2"))
            round.value = 1
            let second = try await harness.run(source(server, ", limit: 2"))
            #expect(second.values("id") == names([103, 7] + (first.isEmpty ? [102, 101] : [])))
            round.value = 2
            let third = try await harness.run(source(server, ", limit: 2"))
            #expect(third.values("id") == names([104, 9]))
        }
    }

    /// They were there before the first run, which took the newest only.
    @Test func olderPostsStayWhereTheyAreWhenKnownOnesAreDeleted() async throws {
        try await SourceHarness.run { server, harness in
            let lists = [[50, 49, 48, 47], [51, 48, 47], [52, 48, 47]]
            let round = Counter(0)
            server.otherwise { _ in .reply(200, [], page(lists[round.value])) }
            for ids in [[50, 49], [51], [52]] {
                let outcome = try await harness.run(source(server, ", limit: 2"))
                #expect(outcome.values("id") == names(ids))
                round.value = min(round.value + 1, 2)
            }
        }
    }

    /// Reddit escapes `&`, `<` and `>` in all texts unless it is asked for `raw_json`; a saved listing may be either.
    @Test(arguments: [
        (
            #""title": "Q&amp;A: 1 &lt; 2", "url": "https://a.example/?b=1&amp;c=2""#, "Q&A: 1 < 2",
            "https://a.example/?b=1&c=2"
        ),
        (
            #""title": "Q&amp;A", "url": "https://a.example/?b=1&c=2""#, "Q&amp;A",
            "https://a.example/?b=1&c=2"
        ),
        (#""title": "&amp;amp;", "url": "https://a.example/""#, "&amp;", "https://a.example/"),
        (
            #""title": "a &amp; b", "selftext_html": "<p>x</p>", "url": "https://a.example/""#, "a &amp; b",
            "https://a.example/"
        ),
        (
            #""title": "a", "selftext_html": "&lt;p&gt;x&lt;/p&gt;", "url": "https://a.example/?b&amp;c""#,
            "a", "https://a.example/?b&c"
        )
    ])
    func textsOfSavedListingsAreDecodedOnce(members: String, title: String, url: String) async throws {
        let folder = try TemporaryFolder()
        let post = #"{"kind": "t3", "data": {"name": "t3_1", \#(members)}}"#
        try folder.write(#"{"data": {"children": [\#(post), {"kind": "t1", "data": {}}]}}"#, to: "saved.json")
        try await SourceHarness.run { _, harness in
            let outcome = try await harness.run("reddit: { file: saved.json }", directory: folder.path)
            #expect(outcome.values("title") == [title])
            #expect(outcome.values("url") == [url])
            #expect(outcome.rejected == 1, "a comment is no post")
        }
    }

    @Test func otherOrdersBeginAnewWhenTheirPlaceIsGone() async throws {
        try await SourceHarness.run { server, harness in
            let gone = Counter(0)
            serve(server, sort: "hot") { [3, 9, 5, 8].filter { $0 != gone.value } }
            _ = try await harness.run(source(server, ", sort: hot"), limit: 2)
            gone.value = 9
            let rest = try await harness.run(source(server, ", sort: hot"))
            #expect(rest.values("id") == names([3, 5, 8]))
        }
    }

    @Test func anotherSubredditHasNoPast() async throws {
        try await SourceHarness.run { server, harness in
            server.otherwise { _ in .reply(200, [], page([7, 6])) }
            _ = try await harness.run(source(server))
            let other = try await harness.run("reddit: { subreddit: cats, api: \"\(server.url(""))\" }")
            #expect(other.items.count == 2)
        }
    }

    @Test func otherOrdersAreReadAnew() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/r/swift/hot.json", .reply(200, [], page([3, 9, 5])))
            for _ in 0..<2 {
                let outcome = try await harness.run(source(server, ", sort: hot, limit: 2"))
                #expect(outcome.values("id") == [name(3), name(9)])
            }
        }
    }

    @Test func clientCredentialsGetAToken() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/token",
                .reply(200, [], #"{"access_token": "abc", "token_type": "bearer", "expires_in": 3600}"#))
            server.on("/r/swift/new", .reply(200, [], page([1])))
            let options =
                ", client_id: id, client_secret: word, username: ann, token_url: \"\(server.url("/token"))\""
            let outcome = try await harness.run(source(server, options))
            #expect(outcome.items.count == 1)
            #expect(server.requests.map(\.method) == ["POST", "GET"])
            #expect(server.requests.map { $0["Authorization"] } == ["Basic aWQ6d29yZA==", "Bearer abc"])
            #expect(
                server.requests.map { $0["User-Agent"] }
                    == Array(repeating: "linux:feedspine:v1.2.3 (by /u/ann)", count: 2))
            #expect(
                server.requests.first.map { String(decoding: $0.body, as: UTF8.self) }
                    == "grant_type=client_credentials")
        }
    }

    @Test func theLimitsOfTheAPIAreObeyed() async throws {
        let clock = ManualClock()
        try await SourceHarness.run(clock: clock) { server, harness in
            let limits = [("X-Ratelimit-Remaining", "0.0"), ("X-Ratelimit-Reset", "42")]
            server.on(
                "/r/swift/new.json", .reply(200, limits, page([50], after: "t3_1d")),
                .reply(200, [], page([49])))
            async let outcome = harness.run(source(server))
            await clock.sleeping(for: .seconds(42))
            #expect(server.requests.count == 1)
            clock.advance(by: .seconds(42))
            let items = try await outcome.items
            #expect(items.count == 2)
        }
    }

    @Test func postsBecomeItems() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/r/swift/new.json", .reply(200, [], page([50])))
            let item = try #require(try await harness.run(source(server)).items.first)
            #expect(item["url"] == "https://example.com/50")
            #expect(item["author"] == "ann")
            #expect(item["published"] == "2023-11-14T22:13:20Z")
            #expect(item["score"] == 50)
            #expect(item["comments"] == 3)
            #expect(item["feed"]?["title"] == "r/swift")
            #expect(item["source"]?.string?.hasPrefix("reddit:swift,api=") == true)
            #expect(
                item["extensions"]?["reddit"]?["discussion"]
                    == "https://www.reddit.com/r/swift/comments/1e/x/")
        }
    }

    @Test func filesAreReadLikeAnswers() async throws {
        let folder = try TemporaryFolder()
        try folder.write(page([2, 1]), to: "saved.json")
        try await SourceHarness.run { _, harness in
            let outcome = try await harness.run("reddit: { file: saved.json }", directory: folder.path)
            #expect(outcome.values("title") == ["Post 2", "Post 1"])
        }
    }

    @Test(arguments: [
        ("<html>Log in</html>", "text/html", "HTML page"),
        ("{\"data\": 1}", "application/json", "Reddit listing"),
        ("{\"data\": {\"children\": [", "application/json", "no valid JSON"),
        ("null", "application/json", "Reddit listing")
    ])
    func answersOfAnotherKindFailTheSource(body: String, type: String, reason: String) async throws {
        try await SourceHarness.run { server, harness in
            server.on("/r/swift/new.json", .reply(200, [("Content-Type", type)], body))
            let outcome = try await harness.run(source(server))
            #expect(outcome.failed["reddit"]?.contains(reason) == true)
        }
    }

    @Test func postsWithOddFieldsHurtNobody() async throws {
        try await SourceHarness.run { server, harness in
            let odd =
                #"{"kind": "t3", "data": {"name": 7, "title": [], "created_utc": "x", "edited": false, "score": 1.5}}"#
            server.on(
                "/r/swift/new.json",
                .reply(200, [], #"{"data": {"after": 5, "children": [7, null, {"kind": "t1"}, \#(odd)]}}"#))
            let outcome = try await harness.run(source(server))
            #expect(outcome.failed.isEmpty)
            #expect(outcome.items.count == 1)
        }
    }
}
