import Records
import TestSupport
import Testing

@Suite struct HTTPJSONSourceTests {
    private func source(_ server: ScriptedServer, _ path: String = "/posts", _ options: String = "") -> String
    {
        "http_json: { url: \"\(server.url(path))\" \(options) }"
    }

    private func ids(_ outcome: SourceHarness.Outcome) -> [Int64?] { outcome.items.map { $0["id"]?.int } }

    @Test func whatA304SaysOfTheValidatorsIsKept() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/posts", .reply(200, [("ETag", "a")], #"[{"id": 1}]"#), .reply(304, [("ETag", "b")]),
                .reply(304))
            for _ in 0..<3 {
                _ = try await harness.run("http_json: { url: \"\(server.url("/posts"))\" }")
            }
            #expect(server.requests.map { $0["If-None-Match"] } == [nil, "a", "b"])
        }
    }

    @Test func whatIsGoneIsNotAskedForAgain() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(200, [], #"[{"id": 1}]"#), .reply(410))
            for _ in 0..<4 {
                let outcome = try await harness.run("http_json: { url: \"\(server.url("/posts"))\" }")
                #expect(outcome.failed.isEmpty)
            }
            #expect(server.requests.count == 2)
            let said = harness.log.all.filter { $0.contains("is gone for good") }
            #expect(said.count == 3, "once in each run that knows it")
            #expect(said.allSatisfy { $0.contains("source 'http_json:") })
        }
    }

    @Test func anArrayIsItsItems() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(200, [], #"[{"id": 1, "nested": {"é": "\u00e9"}}, {"id": 2}]"#))
            let outcome = try await harness.run(source(server))
            #expect(ids(outcome) == [1, 2])
            #expect(outcome.items.first?["nested"]?["é"] == "é")
        }
    }

    @Test func itemsCanBeDeepInside() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(200, [], #"{"data": {"posts": [{"id": 1}, 5, {"id": 2}]}}"#))
            let outcome = try await harness.run(source(server, "/posts", ", items: data.posts"))
            #expect(ids(outcome) == [1, 2])
            #expect(outcome.failed.isEmpty)
        }
    }

    @Test func linkHeadersAreFollowed() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(200, [("Link", "</more?p=2>; rel=\"next\"")], #"[{"id": 1}]"#))
            server.on("/more", .reply(200, [], #"[{"id": 2}]"#))
            let outcome = try await harness.run(source(server))
            #expect(ids(outcome) == [1, 2])
        }
    }

    @Test func pagesAreCountedUntilOneIsEmpty() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/posts", .reply(200, [], #"[{"id": 1}]"#), .reply(200, [], #"[{"id": 2}]"#),
                .reply(200, [], "[]"))
            let outcome = try await harness.run(
                source(server, "/posts?a=1", ", next: { page: p, from: 0 }"))
            #expect(ids(outcome) == [1, 2])
            #expect(server.requests.map(\.target) == ["/posts?a=1&p=0", "/posts?a=1&p=1", "/posts?a=1&p=2"])
        }
    }

    @Test(arguments: [#""n&1""#, #""/posts?cursor=n%261""#, "17"])
    func cursorsAreValuesOrAddresses(cursor: String) async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/posts", .reply(200, [], #"{"items": [{"id": 1}], "page": {"next": \#(cursor)}}"#),
                .reply(200, [], #"{"items": [{"id": 2}], "page": {}}"#))
            let outcome = try await harness.run(
                source(server, "/posts", ", items: items, next: { cursor: page.next }"))
            #expect(ids(outcome) == [1, 2])
            #expect(
                server.requests.last?.target == (cursor == "17" ? "/posts?cursor=17" : "/posts?cursor=n%261"))
        }
    }

    @Test func thePagesOfARunAreBounded() async throws {
        try await SourceHarness.run { server, harness in
            let number = Counter(0)
            server.otherwise { _ in
                number.value += 1
                let next = ("Link", "</p\(number.value)>; rel=next")
                return .reply(200, [next], #"[{"id": \#(number.value)}]"#)
            }
            let outcome = try await harness.run(source(server, "/posts", ", next: { max: 3 }"))
            #expect(ids(outcome) == [1, 2, 3])
            #expect(server.requests.count == 3)
        }
    }

    @Test func aPageThatNamesItselfAsTheNextIsAnError() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(200, [("Link", "</posts>; rel=next")], #"[{"id": 1}]"#))
            let outcome = try await harness.run(source(server))
            #expect(outcome.failed["http_json"]?.contains("another page") == true)
        }
    }

    @Test func sinceIsKeptAndSent() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/posts",
                .reply(
                    200, [], #"[{"id": 1, "at": "2026-11-02"}, {"id": 2, "at": "2026-11-20"}, {"id": 3}]"#),
                .reply(200, [], #"[{"id": 4, "at": "2026-11-21"}]"#), .reply(200, [], "[]"))
            for _ in 0..<4 {
                _ = try await harness.run(source(server, "/posts", ", since: { value: at, parameter: from }"))
            }
            #expect(
                server.requests.map(\.target) == [
                    "/posts", "/posts?from=2026-11-20", "/posts?from=2026-11-21", "/posts?from=2026-11-21"
                ])
        }
    }

    /// JSON sets no limit to digits, and an id is one only with all of them.
    @Test(arguments: [
        (["9", "18446744073709551617", "18446744073709551616"], "18446744073709551617"),
        (["-18446744073709551617", "-18446744073709551616"], "-18446744073709551616"),
        (["1.5", "1e1", "2"], "1e1"), (["null", "0", "-5"], "0")
    ])
    func sinceKeepsTheDigitsOfANumber(values: [String], sent: String) async throws {
        try await SourceHarness.run { server, harness in
            let items = values.map { "{\"at\": \($0)}" }.joined(separator: ",")
            server.otherwise { _ in .reply(200, [], "[\(items)]") }
            for _ in 0..<2 { _ = try await harness.run(source(server, "/posts", ", since: at")) }
            #expect(server.requests.map(\.target) == ["/posts", "/posts?since=\(sent)"])
        }
    }

    @Test func anotherAddressHasNoPast() async throws {
        try await SourceHarness.run { server, harness in
            server.otherwise { _ in .reply(200, [("ETag", "\"1\"")], #"[{"at": 5}]"#) }
            for path in ["/a", "/a", "/b"] { _ = try await harness.run(source(server, path, ", since: at")) }
            #expect(server.requests.map(\.target) == ["/a", "/a?since=5", "/b"])
            #expect(server.requests.map { $0["If-None-Match"] } == [nil, "\"1\"", nil])
        }
    }

    @Test func whatHasNotChangedIsNotReadAgain() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(200, [("ETag", "W/\"7\"")], #"[{"id": 1}]"#), .reply(304))
            let first = try await harness.run(source(server))
            #expect(first.readings.count == 1 && !first.readings.contains(0), "which the 304 renews")
            let outcome = try await harness.run(source(server))
            #expect(outcome.items.isEmpty && outcome.failed.isEmpty)
            #expect(server.requests.map { $0["If-None-Match"] } == [nil, "W/\"7\""])
        }
    }

    /// The validators of an answer count only once all its items were delivered.
    @Test(arguments: 1...5)
    func aRunThatWasBrokenOffIsReadToItsEnd(limit: Int) async throws {
        try await SourceHarness.run { server, harness in
            server.otherwise { request in
                if request["If-None-Match"] != nil { return .reply(304) }
                if request.path == "/more" { return .reply(200, [], #"[{"id": 4}, {"id": 5}]"#) }
                let headers = [("ETag", "\"7\""), ("Link", "</more>; rel=next")]
                return .reply(200, headers, #"[{"id": 1}, {"id": 2}, {"id": 3}]"#)
            }
            let broken = try await harness.run(source(server), limit: limit)
            let rest = try await harness.run(source(server))
            #expect(ids(broken) + ids(rest) == [1, 2, 3, 4, 5])
            let last = try await harness.run(source(server))
            #expect(last.items.isEmpty)
        }
    }

    @Test func aBreakFailsTheSourceAndKeepsTheItemsBefore() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(200, [("Link", "</more>; rel=next")], #"[{"id": 1}]"#))
            server.on(
                "/more", .head(200, [("Content-Length", "100")]).text(#"[{"id": 2},"#).hangUp(),
                .reply(200, [], #"[{"id": 2}]"#))
            let broken = try await harness.run(source(server))
            #expect(ids(broken) == [1])
            #expect(broken.failed.count == 1)
            let rest = try await harness.run(source(server))
            #expect(ids(rest) == [2])
        }
    }

    @Test(arguments: [
        ("{}", ", items: data", "'data'"), ("5", "", "array"), ("<html>", "", "no valid JSON"),
        (#"{"data": "x"}"#, ", items: data", "array")
    ])
    func answersOfAnotherShapeFailTheSource(body: String, options: String, reason: String) async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(200, [], body))
            let outcome = try await harness.run(source(server, "/posts", options))
            #expect(outcome.failed["http_json"]?.contains(reason) == true)
        }
    }

    @Test func secretsAreSentAndNeverTold() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/posts", .reply(401, [], "no"))
            let outcome = try await harness.run(
                source(server, "/posts?key=hunter2", ", token: hunter2, headers: { X-Key: hunter2 }"))
            #expect(server.requests.first?["Authorization"] == "Bearer hunter2")
            #expect(server.requests.first?["X-Key"] == "hunter2")
            #expect(outcome.failed["http_json"]?.contains("401") == true)
            #expect(outcome.failed["http_json"]?.contains("hunter2") == false)
        }
    }
}
