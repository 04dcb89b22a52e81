import Fetching
import Records
import TestSupport
import Testing

@testable import Builtins

/// Walks through pages that end early, vanish, come again, or are more than one run may read.
@Suite struct HTTPJSONPagingTests {
    private static let pageSize = 10

    /// What the server says to a page that is not there.
    enum Refusal: CaseIterable {
        case empty, noContent, blank, badRequest, notFound, gone, unprocessable

        var script: Script {
            switch self {
            case .empty: .reply(200, [], "[]")
            case .noContent: .head(204).end()
            case .blank: .reply(200, [("Content-Type", "text/html")], " \n")
            case .badRequest: .reply(400, [], #"{"code": "rest_post_invalid_page_number"}"#)
            case .notFound: .reply(404)
            case .gone: .reply(410)
            case .unprocessable: .reply(422)
            }
        }
    }

    /// Posts from a number down to 1, newest first, ten a page, by `p` and `since`.
    private func serve(
        _ server: ScriptedServer, beyond refusal: Refusal = .empty, newest: @escaping @Sendable () -> Int
    ) {
        server.otherwise { request in
            let since = Self.number("since", of: request) ?? 0
            let first = newest() - ((Self.number("p", of: request) ?? 1) - 1) * Self.pageSize
            let posts = Array(stride(from: first, to: max(since, first - Self.pageSize), by: -1))
            return posts.isEmpty ? refusal.script : .reply(200, [], Self.page(posts))
        }
    }

    private static func number(_ name: String, of request: LoggedRequest) -> Int? {
        let query = request.target.split(separator: "?").dropFirst().first?.split(separator: "&") ?? []
        return query.first { $0.hasPrefix(name + "=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
    }

    private static func page(_ ids: some Sequence<Int>) -> String {
        "[" + ids.map { #"{"id": \#($0)}"# }.joined(separator: ",") + "]"
    }

    private func source(_ server: ScriptedServer, _ options: String = "") -> String {
        "http_json: { url: \"\(server.url("/posts"))\" \(options) }"
    }

    private func ids(_ outcome: SourceHarness.Outcome) -> [Int] {
        outcome.items.compactMap { $0["id"]?.int.map { Int($0) } }
    }

    private func down(_ range: ClosedRange<Int>) -> [Int] { range.reversed() }

    @Test(arguments: Refusal.allCases)
    func countingEndsWhereThereIsNoPage(refusal: Refusal) async throws {
        try await SourceHarness.run { server, harness in
            let newest = Counter(20)
            serve(server, beyond: refusal) { newest.value }
            let first = try await harness.run(source(server, ", next: { page: p }, since: id"))
            #expect(ids(first) == down(1...20))
            #expect(first.failed.isEmpty)
            newest.value = 25
            let second = try await harness.run(source(server, ", next: { page: p }, since: id"))
            #expect(ids(second) == down(21...25))
            #expect(second.failed.isEmpty)
        }
    }

    @Test(arguments: [400, 404, 422])
    func aFirstPageThatIsNotThereIsAnError(status: Int) async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(status))
            let outcome = try await harness.run(source(server, ", next: { page: p }"))
            #expect(outcome.failed["http_json"]?.contains("\(status)") == true)
        }
    }

    @Test(arguments: [401, 403, 500, 503])
    func otherFailuresOfAFurtherPageAreNoEnd(status: Int) async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/posts", .reply(200, [], Self.page([1])), .reply(status), .reply(200, [], Self.page([2])),
                .reply(200, [], "[]"))
            let first = try await harness.run(source(server, ", next: { page: p }"))
            #expect(ids(first) == [1])
            #expect(first.failed.count == 1)
            let second = try await harness.run(source(server, ", next: { page: p }"))
            #expect(ids(second) == [2])
        }
    }

    /// A cursor does not live for ever; what it led to is found again from the first page.
    @Test(arguments: [
        Script.reply(400), .reply(404), .reply(410), .reply(200, [], #"{"error": "invalid_cursor"}"#),
        .reply(200, [("Content-Type", "text/html")], "<html>")
    ])
    func aPageThatHasExpiredSinceTheLastRunIsFoundAgain(answer: Script) async throws {
        try await SourceHarness.run { server, harness in
            let generation = Counter(1)
            server.otherwise { request in
                if request.target.contains("cursor=\(generation.value)") {
                    return .reply(200, [], #"{"items": [{"id": 3, "at": 7}, {"id": 4, "at": 8}]}"#)
                }
                if request.target.contains("cursor") { return answer }
                let next = generation.value
                return .reply(
                    200, [],
                    #"{"items": [{"id": 1, "at": 5}, {"id": 2, "at": 6}], "next": "\#(next)"}"#)
            }
            let options = ", items: items, next: { cursor: next }, since: at"
            let broken = try await harness.run(source(server, options), limit: 3)
            #expect(ids(broken) == [1, 2, 3])
            generation.value = 2
            let rest = try await harness.run(source(server, options))
            #expect(ids(rest) == [1, 2, 3, 4])
            #expect(rest.failed.isEmpty)
            _ = try await harness.run(source(server, options))
            #expect(
                server.requests.map(\.target) == [
                    "/posts", "/posts?cursor=1", "/posts?cursor=1", "/posts", "/posts?cursor=2",
                    "/posts?since=8", "/posts?since=8&cursor=2"
                ])
        }
    }

    /// When the server does not let us in at all, the place is kept for better times.
    @Test func aServerThatRefusesEverythingTakesNoPlaceAway() async throws {
        try await SourceHarness.run { server, harness in
            let isOpen = Counter(1)
            server.otherwise { request in
                if isOpen.value == 0 { return .reply(401) }
                if request.path == "/more" { return .reply(200, [], Self.page([3, 4])) }
                return .reply(200, [("Link", "</more>; rel=next")], Self.page([1, 2]))
            }
            let first = try await harness.run(source(server), limit: 3)
            isOpen.value = 0
            let second = try await harness.run(source(server))
            #expect(second.failed.count == 1)
            isOpen.value = 1
            let third = try await harness.run(source(server))
            #expect(ids(first) + ids(third) == [1, 2, 3, 4])
        }
    }

    @Test(arguments: [1, 2, 3, 7])
    func whatOneRunDoesNotReachTheNextOnesRead(max: Int) async throws {
        try await SourceHarness.run { server, harness in
            let newest = Counter(5)
            serve(server) { newest.value }
            let posts = source(server, ", since: id, next: { page: p, max: \(max) }")
            for _ in 0..<2 { _ = try await harness.run(posts) }
            newest.value = 105
            var read: [Int] = []
            for _ in 0..<11 {
                let outcome = try await harness.run(posts)
                #expect(outcome.items.count <= max * Self.pageSize)
                read += ids(outcome)
            }
            #expect(read == down(6...105))
            newest.value = 106
            #expect(ids(try await harness.run(posts)) == [106])
        }
    }

    /// The validators of the first page count only once the last one was read.
    @Test func whatHasNotChangedIsReadToItsEndAllTheSame() async throws {
        try await SourceHarness.run { server, harness in
            server.otherwise { request in
                if request["If-None-Match"] != nil { return .reply(304) }
                let number = Self.number("p", of: request) ?? 1
                let ids = stride(from: 10 * number, to: 10 * number - 10, by: -1)
                return .reply(200, [("ETag", "\"\(number)\"")], number > 5 ? "[]" : Self.page(ids))
            }
            var read: [Int] = []
            for _ in 0..<4 {
                read += ids(try await harness.run(source(server, ", next: { page: p, max: 2 }")))
            }
            #expect(read.sorted() == Array(1...50))
            #expect(server.requests.compactMap { $0["If-None-Match"] } == ["\"1\""])
            #expect(server.requests.last?.target == "/posts?p=1")
        }
    }

    @Test func aServerThatIgnoresTheCountIsNotAskedForEver() async throws {
        try await SourceHarness.run { server, harness in
            let echo = Counter(0)
            server.otherwise { _ in
                echo.value += 1
                return .reply(200, [], #"{"page": \#(echo.value), "items": [{"id": 1}, {"id": 2}]}"#)
            }
            for _ in 0..<2 {
                let outcome = try await harness.run(source(server, ", items: items, next: { page: p }"))
                #expect(ids(outcome) == [1, 2])
                #expect(outcome.failed.isEmpty)
            }
            #expect(server.requests.count == 6)
        }
    }

    @Test(arguments: [2, 3, 5])
    func pagesThatGoRoundInCirclesAreReadOnce(length: Int) async throws {
        try await SourceHarness.run { server, harness in
            server.otherwise { request in
                let number = Self.number("p", of: request) ?? 0
                return .reply(
                    200, [("Link", "</posts?p=\((number + 1) % length)>; rel=next")], Self.page([number]))
            }
            let outcome = try await harness.run(source(server))
            #expect(ids(outcome) == Array(0..<length))
            #expect(outcome.failed.isEmpty)
            #expect(server.requests.count == length + 2)
        }
    }

    /// As many new posts as fit on a page push the one that was read to the next place.
    @Test func aPageThatComesAgainOnceIsNoCircle() async throws {
        try await SourceHarness.run { server, harness in
            let asked = Counter(0)
            serve(server) {
                asked.value += 1
                return asked.value == 1 ? 40 : 50
            }
            let outcome = try await harness.run(source(server, ", next: { page: p }, since: id"))
            #expect(ids(outcome) == down(1...40))
            let second = try await harness.run(source(server, ", next: { page: p }, since: id"))
            #expect(ids(second) == down(41...50))
        }
    }

    /// What cannot be followed is said, after the items that are there.
    @Test(arguments: ["http://localhost:1/posts?p=2", "https://127.0.0.1:1/x", "ftp://127.0.0.1/x", "//"])
    func aPageAtAnotherServerIsAnError(link: String) async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(200, [("Link", "<\(link)>; rel=next")], Self.page([1, 2])))
            let first = try await harness.run(source(server))
            #expect(ids(first) == [1, 2])
            #expect(first.failed["http_json"]?.contains("next page at the same server") == true)
            let second = try await harness.run(source(server))
            #expect(second.items.isEmpty)
            #expect(second.failed.count == 1)
        }
    }

    /// Servers behind a proxy name their pages without the encryption that they do not know of.
    @Test(
        arguments: [
            ("https://api.example.com/a", "http://api.example.com/b?p=2", "https://api.example.com/b?p=2"),
            ("http://api.example.com/a", "https://api.example.com/b", "https://api.example.com/b"),
            ("https://api.example.com:8443/a", "/b", "https://api.example.com:8443/b"),
            ("https://api.example.com/a", "http://api.example.com:8080/b", nil),
            ("https://api.example.com:8443/a", "http://api.example.com/b", nil),
            ("https://api.example.com/a", "http://example.com/b", nil)
        ] as [(String, String, String?)])
    func theNextPageIsAtTheSameServer(page: String, link: String, target: String?) throws {
        let url = try WebURL(page)
        if let target {
            #expect(try HTTPJSONPages.follow(link, from: url).string == target)
        } else {
            #expect(throws: WebAPIError.self) { try HTTPJSONPages.follow(link, from: url) }
        }
    }

    /// A first page that redirects does not take the token along, so the pages behind it must not get it, either.
    @Test func pagesBehindARedirectToAnotherServerGetNoSecrets() async throws {
        try await ScriptedServer.run { other in
            try await SourceHarness.run { server, harness in
                server.on("/posts", .redirect(302, to: other.url("/posts")))
                other.on("/posts", .reply(200, [("Link", "</more>; rel=next")], Self.page([1])))
                other.on("/more", .reply(200, [], Self.page([2])))
                let outcome = try await harness.run(
                    source(server, ", token: hunter2, headers: { X-Key: hunter2 }"))
                #expect(ids(outcome) == [1, 2])
                #expect(server.requests.map { $0["Authorization"] } == ["Bearer hunter2"])
                #expect(other.requests.count == 2)
                #expect(other.requests.allSatisfy { $0["Authorization"] == nil && $0["X-Key"] == nil })
            }
        }
    }

    @Test(arguments: [Refusal.noContent, .blank])
    func nothingIsNoItems(answer: Refusal) async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", answer.script, .reply(200, [], Self.page([1])))
            let first = try await harness.run(source(server, ", items: data"))
            #expect(first.items.isEmpty && first.failed.isEmpty)
            let second = try await harness.run(source(server))
            #expect(ids(second) == [1])
        }
    }

    @Test func twoWaysToTheNextPageAreReportedBeforeTheRun() async throws {
        try await SourceHarness.run { server, harness in
            await #expect(throws: SourceHarness.Unreadable.self) {
                try await harness.run(source(server, ", next: { page: p, cursor: next }"))
            }
        }
    }
}
