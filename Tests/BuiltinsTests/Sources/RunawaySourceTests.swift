import Records
import Streaming
import TestSupport
import Testing

@testable import Builtins

/// Servers that never come to an end, and stored positions that no source has named.
@Suite(.timeLimit(.minutes(10))) struct RunawaySourceTests {
    private func listing(_ numbers: [Int]) -> String {
        let children = numbers.map { number in
            let id = String(number, radix: 36)
            return #"{"kind": "t3", "data": {"name": "t3_\#(id)", "id": "\#(id)", "title": "\#(number)"}}"#
        }
        let after = numbers.last.map { "\"t3_\(String($0, radix: 36))\"" } ?? "null"
        return #"{"data": {"after": \#(after), "children": [\#(children.joined(separator: ","))]}}"#
    }

    private func reddit(_ server: ScriptedServer) -> String {
        "reddit: { subreddit: x, limit: 2, api: '\(server.url(""))' }"
    }

    @Test func pagesOfPostsThatComeRoundEnd() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/r/x/new.json", .reply(200, [], listing([2, 1])))
            _ = try await harness.run(reddit(server))
            server.on("/r/x/new.json", .reply(200, [], listing(Array((10..<35).reversed()))))
            let outcome = try await harness.run(reddit(server))
            #expect(outcome.failed.isEmpty)
            #expect(Set(outcome.values("id")).count == 25)
            #expect(server.requests.count == 3)
        }
    }

    @Test func noMorePostsAreReadThanThereAreListed() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/r/x/new.json", .reply(200, [], listing([2, 1])))
            _ = try await harness.run(reddit(server))
            let last = Counter(1_000_000)
            server.otherwise { _ in
                last.value -= 100
                return .reply(200, [], listing(Array((last.value..<last.value + 100).reversed())))
            }
            server.on("/r/x/new.json")
            let outcome = try await harness.run(reddit(server))
            #expect(outcome.items.count == 1000)
        }
    }

    @Test func statusesThatComeAgainAreReadOnce() async throws {
        try await SourceHarness.run { server, harness in
            server.otherwise { _ in
                .reply(200, [("Link", "</again>; rel=\"next\"")], #"[{"id": "2"}, {"id": "1"}]"#)
            }
            let outcome = try await harness.run("mastodon: { instance: '\(server.url(""))', limit: 1000 }")
            #expect(outcome.values("id") == ["1", "2"])
            #expect(server.requests.count == 2)
        }
    }

    @Test func theLastNumberOfAPageIsTheLastPage() async throws {
        try await SourceHarness.run { server, harness in
            server.otherwise { request in
                request.target.hasSuffix("page=9223372036854775807")
                    ? .reply(200, [], #"[{"id": "a"}]"#)
                    : .redirect(302, to: "/items?page=9223372036854775807")
            }
            let outcome = try await harness.run(
                "http_json: { url: '\(server.url("/items"))', next: { page: page } }")
            #expect(outcome.failed.isEmpty)
            #expect(outcome.values("id") == ["a"])
        }
    }

    @Test func cursorsAreSentDigitByDigit() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/items", .reply(200, [], #"{"items": [{"id": 1}], "next": 18446744073709551610}"#),
                .reply(200, [], #"{"items": [{"id": 2}], "next": null}"#))
            let outcome = try await harness.run(
                "http_json: { url: '\(server.url("/items"))', items: items, next: { cursor: next } }")
            #expect(outcome.items.count == 2)
            #expect(server.requests.last?.target == "/items?cursor=18446744073709551610")
        }
    }

    /// What tells how new an item is goes into the state and into addresses.
    @Test func onlyShortValuesAreKept() async throws {
        try await SourceHarness.run { server, harness in
            let long = String(repeating: "x", count: 100_000)
            server.on("/items", .reply(200, [], #"[{"at": "\#(long)"}, {"at": [1]}, {"at": "2026"}]"#))
            let source = "http_json: { url: '\(server.url("/items"))', since: { value: at } }"
            let outcome = try await harness.run(source)
            #expect(outcome.items.count == 3)
            _ = try await harness.run(source)
            #expect(server.requests.last?.target == "/items?since=2026")
        }
    }

    @Test(arguments: ["{\"next\":-1}", "{\"next\":1e300}", "{\"next\":9223372036854775808}", "[", "{}"])
    func positionsThatNoSourceNamedAreNotTakenForOnes(json: String) async throws {
        try await SourceHarness.run { _, harness in
            let store = MemoryStore()
            _ = try await harness.run("generate: 3", limit: 1, from: store)
            var checkpoint = Checkpoint()
            for name in store.restore().sources.keys {
                checkpoint.sources[name] = SourcePosition(anchor: Anchor(json: json))
            }
            store.commit(checkpoint)
            let outcome = try await harness.run("generate: 3", from: store)
            #expect(outcome.items.isEmpty && outcome.failed.count == 1)
        }
    }

    /// Items are a minute apart, and 64 bits of nanoseconds end in 2262.
    @Test func itemsAreMadeForEver() throws {
        let origin = Origin(source: "test", received: 0)
        for first: UInt64 in [124_267_905, 4_200_000_000, .max - 10] {
            let records = try SyntheticItems(duplicates: 0.5, seed: 1).records(
                first..<first + 5, origin: origin)
            #expect(records.count == 5)
            #expect(records.allSatisfy { $0["published"]?.string?.utf8.count == 24 })
        }
    }
}
