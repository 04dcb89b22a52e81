import Records
import TestSupport
import Testing

@Suite struct MastodonSourceTests {
    /// Statuses by their numbers, in the order given.
    private func page(_ ids: [Int]) -> String {
        let statuses = ids.map { id in
            """
            {"id": "\(id)", "uri": "https://m.example/s/\(id)", "url": "https://m.example/@ann/\(id)",
            "created_at": "2026-11-20T08:01:12.000Z", "content": "<p>Number \(id)</p>", "language": "en",
            "account": {"display_name": "Ann", "acct": "ann", "url": "https://m.example/@ann"}, "tags": [{"name": "ai"}],
            "favourites_count": 7, "replies_count": 2, "reblog": null}
            """
        }
        return "[\(statuses.joined(separator: ","))]"
    }

    /// A timeline that answers as Mastodon does, from 1 up to what the closure says.
    ///
    /// - Parameters:
    ///   - most: the largest page.
    ///   - isShown: which statuses of a page are left in it.
    private func serve(
        _ server: ScriptedServer, most: Int = 40, isShown: @escaping @Sendable (Int) -> Bool = { _ in true },
        newest: @escaping @Sendable () -> Int
    ) {
        let port = server.port
        server.otherwise { request in
            let query = request.target.split(separator: "?").dropFirst().first?.split(separator: "&") ?? []
            func number(_ name: String) -> Int? {
                query.first { $0.hasPrefix(name + "=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
            }
            let limit = min(number("limit") ?? 20, most)
            var ids = Array((1...newest()).reversed())
            if let after = number("min_id") { ids = Array(ids.filter { $0 > after }.suffix(limit)) }
            if let before = number("max_id") { ids = ids.filter { $0 < before } }
            ids = Array(ids.prefix(limit))
            guard let first = ids.first, let last = ids.last else { return .reply(200, [], "[]") }
            let base = "http://127.0.0.1:\(port)\(request.path)?limit=\(limit)"
            let link = "<\(base)&max_id=\(last)>; rel=\"next\", <\(base)&min_id=\(first)>; rel=\"prev\""
            return .reply(200, [("Link", link)], page(ids.filter(isShown)))
        }
    }

    private func source(_ server: ScriptedServer, _ options: String = "") -> String {
        "mastodon: { instance: \"\(server.url("/"))\" \(options) }"
    }

    private func titles(_ ids: ClosedRange<Int>) -> [String?] { ids.map { "Number \($0)" } }

    @Test func theFirstRunReadsTheNewestAndTheNextOnesEverythingSince() async throws {
        try await SourceHarness.run { server, harness in
            let newest = Counter(100)
            serve(server) { newest.value }
            let first = try await harness.run(source(server, ", limit: 10"))
            #expect(first.values("title") == titles(91...100))
            newest.value = 250
            let second = try await harness.run(source(server, ", limit: 10"))
            #expect(second.values("title") == titles(101...250))
            let third = try await harness.run(source(server, ", limit: 10"))
            #expect(third.items.isEmpty && third.failed.isEmpty)
        }
    }

    @Test func theFirstRunTakesSeveralPagesWhenItIsAskedTo() async throws {
        try await SourceHarness.run { server, harness in
            serve(server) { 200 }
            let outcome = try await harness.run(source(server, ", limit: 90"))
            #expect(outcome.values("title") == titles(111...200))
        }
    }

    @Test(arguments: [1, 15, 19, 20])
    func shortPagesAreFollowedToThePresent(most: Int) async throws {
        try await SourceHarness.run { server, harness in
            let newest = Counter(10)
            serve(server, most: most) { newest.value }
            _ = try await harness.run(source(server, ", limit: 1"))
            newest.value = 60
            let second = try await harness.run(source(server))
            #expect(second.values("title") == titles(11...60))
        }
    }

    /// Instances leave out what the reader may not see, up to whole pages.
    @Test func pagesThatAreLargelyHiddenAreFollowedToThePresent() async throws {
        try await SourceHarness.run { server, harness in
            let newest = Counter(10)
            serve(server, isShown: { $0 <= 15 || $0 % 40 == 7 || $0 > 180 }) { newest.value }
            _ = try await harness.run(source(server, ", limit: 1"))
            newest.value = 200
            let second = try await harness.run(source(server))
            let shown = Array(11...15) + [47, 87, 127, 167] + Array(181...200)
            #expect(second.values("title") == shown.map { "Number \($0)" })
        }
    }

    /// An instance that names the same page for ever is asked once more than it has statuses.
    @Test func aPageThatLeadsNowhereIsTheEnd() async throws {
        try await SourceHarness.run { server, harness in
            let link = ("Link", "<\(server.url("/api/v1/timelines/public?min_id=3"))>; rel=\"prev\"")
            server.on(
                "/api/v1/timelines/public", .reply(200, [], page([3])), .reply(200, [link], "[]"),
                .reply(200, [link], page([3])))
            for count in 1...3 {
                _ = try await harness.run(source(server))
                #expect(server.requests.count == 2 * count - 1)
            }
        }
    }

    /// The number of a status from another server tells when it was written, not when it came.
    @Test(arguments: [1, 10, 39, 40, 90])
    func statusesThatComeLateAreDeliveredToo(count: Int) async throws {
        try await SourceHarness.run { server, harness in
            let round = Counter(0)
            serve(server, isShown: { round.value > 0 || $0 != count - 1 }) { count + 2 * round.value }
            _ = try await harness.run(source(server, ", limit: 100"))
            round.value = 1
            let second = try await harness.run(source(server))
            let late = count > 1 ? [count - 1] : []
            #expect(second.values("title") == (late + [count + 1, count + 2]).map { "Number \($0)" })
            let third = try await harness.run(source(server))
            #expect(third.items.isEmpty)
        }
    }

    @Test func afterAFirstRunThatFindsNothingAllIsNew() async throws {
        try await SourceHarness.run { server, harness in
            let isThere = Counter(0)
            serve(server, isShown: { _ in isThere.value > 0 }) { isThere.value > 0 ? 100 : 1 }
            server.on("/api/v1/timelines/public", .reply(200, [], "[]"))
            let first = try await harness.run(source(server, ", tag: a, limit: 5"))
            #expect(first.items.isEmpty && first.failed.isEmpty)
            isThere.value = 1
            let second = try await harness.run(source(server, ", tag: a, limit: 5"))
            #expect(second.values("title") == titles(2...100))
        }
    }

    @Test func idsMayBeNumbersAndWhatHasNoneIsCounted() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            #"[{"id": 18446744073709551617, "content": "<p>a</p>"}, {"content": "b"}, null, {"id": "2", "content": "c"}]"#,
            to: "saved.json")
        try await SourceHarness.run { _, harness in
            let outcome = try await harness.run("mastodon: { file: saved.json }", directory: folder.path)
            #expect(outcome.values("id") == ["18446744073709551617", "2"])
            #expect(outcome.rejected == 2)
        }
    }

    @Test(arguments: [1, 39, 40, 41, 77])
    func aRunThatWasBrokenOffLeavesNoGapAndRepeatsNothing(limit: Int) async throws {
        try await SourceHarness.run { server, harness in
            let newest = Counter(10)
            serve(server) { newest.value }
            _ = try await harness.run(source(server, ", limit: 10"))
            newest.value = 120
            let broken = try await harness.run(source(server), limit: limit)
            newest.value = 125
            let rest = try await harness.run(source(server))
            #expect(broken.values("title") + rest.values("title") == titles(11...125))
        }
    }

    @Test func anotherServerIsNeverSentTheToken() async throws {
        try await ScriptedServer.run { other in
            try await SourceHarness.run { server, harness in
                let ids = Array((1...40).reversed())
                server.on(
                    "/api/v1/timelines/public", .reply(200, [], page([0])),
                    .reply(200, [("Link", "<\(other.url("/steal"))>; rel=\"prev\"")], page(ids)),
                    .reply(200, [], "[]"))
                _ = try await harness.run(source(server, ", token: secret"))
                let outcome = try await harness.run(source(server, ", token: secret"))
                #expect(outcome.values("title") == titles(1...40))
                #expect(other.requests.isEmpty)
                #expect(server.requests.allSatisfy { $0["Authorization"] == "Bearer secret" })
            }
        }
    }

    @Test(arguments: [
        (", tag: \"#ai\"", "/api/v1/timelines/tag/ai?limit=40"),
        (", tag: künste", "/api/v1/timelines/tag/k%C3%BCnste?limit=40"),
        (", local: true", "/api/v1/timelines/public?local=true&limit=40"),
        (", account: 17", "/api/v1/accounts/17/statuses?limit=40"),
        (
            ", account: 17, boosts: false, limit: 5",
            "/api/v1/accounts/17/statuses?exclude_reblogs=true&limit=5"
        )
    ])
    func eachTimelineHasItsAddress(options: String, target: String) async throws {
        try await SourceHarness.run { server, harness in
            serve(server) { 3 }
            _ = try await harness.run(source(server, options))
            #expect(server.requests.first?.target == target)
        }
    }

    @Test func anAccountIsLookedUpOnce() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/api/v1/accounts/lookup", .reply(200, [], #"{"id": "17"}"#))
            serve(server) { 3 }
            let account = source(server, ", limit: 3, account: \"@ann@m.example\"")
            for _ in 0..<2 { _ = try await harness.run(account) }
            #expect(
                server.requests.map(\.path) == [
                    "/api/v1/accounts/lookup", "/api/v1/accounts/17/statuses",
                    "/api/v1/accounts/17/statuses", "/api/v1/accounts/17/statuses"
                ])
            #expect(server.requests.first?.target.hasSuffix("acct=ann%40m.example") == true)
        }
    }

    @Test func anotherTimelineStartsFromItsNewest() async throws {
        try await SourceHarness.run { server, harness in
            serve(server) { 50 }
            _ = try await harness.run(source(server, ", limit: 2, tag: a"))
            let other = try await harness.run(source(server, ", limit: 2, tag: b"))
            #expect(other.values("title") == titles(49...50))
        }
    }

    @Test func statusesBecomeItems() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/api/v1/timelines/tag/ai", .reply(200, [], page([5])))
            let item = try #require(try await harness.run(source(server, ", tag: ai")).items.first)
            #expect(item["id"] == "https://m.example/s/5")
            #expect(item["url"] == "https://m.example/@ann/5")
            #expect(item["title"] == "Number 5")
            #expect(item["content"]?["html"] == "<p>Number 5</p>")
            #expect(item["content"]?["text"] == "Number 5")
            #expect(item["author"] == "Ann")
            #expect(item["tags"] == ["ai"])
            #expect(item["published"] == "2026-11-20T08:01:12Z")
            #expect(item["score"] == 7)
            #expect(item["comments"] == 2)
            #expect(item["language"] == "en")
            #expect(item["feed"]?["title"] == "#ai at 127.0.0.1")
        }
    }

    @Test func boostsShowWhatTheyBoost() async throws {
        try await SourceHarness.run { server, harness in
            let boosted = page([5]).dropFirst().dropLast()
            let boost = """
                [{"id": "9", "uri": "https://m.example/b/9", "content": "", "account": {"acct": "bob"}, "reblog": \(boosted)}]
                """
            server.on("/api/v1/timelines/public", .reply(200, [], boost))
            let item = try #require(try await harness.run(source(server)).items.first)
            #expect(item["id"] == "https://m.example/b/9")
            #expect(item["title"] == "Number 5")
            #expect(item["author"] == "Ann")
            #expect(item["extensions"]?["mastodon"]?["boosted_by"] == "bob")
        }
    }

    @Test func filesAreReadLikeAnswers() async throws {
        let folder = try TemporaryFolder()
        try folder.write(page([2, 1]), to: "saved.json")
        try await SourceHarness.run { _, harness in
            let outcome = try await harness.run("mastodon: { file: saved.json }", directory: folder.path)
            #expect(outcome.values("title") == ["Number 2", "Number 1"])
        }
    }

    /// Decided by order: the stuck source ends only after the other three have.
    @Test func oneFailingSourceOfFourLeavesTheOthersAlone() async throws {
        try await SourceHarness.run { server, harness in
            let gate = Gate()
            let parts = page([3, 2, 1])
            server.on(
                "/api/v1/timelines/tag/stuck", .head().text(String(parts.prefix(50))).gate(gate).hangUp())
            for tag in ["a", "b", "c"] { server.on("/api/v1/timelines/tag/\(tag)", .reply(200, [], parts)) }
            async let outcome = harness.run(
                source(server, ", tag: stuck"), source(server, ", tag: a"), source(server, ", tag: b"),
                source(server, ", tag: c"))
            await server.received(4)
            await gate.reached()
            gate.open()
            let (items, failed) = try await (outcome.items, outcome.failed)
            #expect(items.count == 9)
            #expect(failed.count == 1)
            #expect(failed.values.first?.contains("broken off") == true)
        }
    }
}
