import Records
import Streaming
import Synchronization
import TestSupport
import Testing

/// Whatever a server answers and whatever stands in a state file, a source ends: done, or failed alone.
@Suite(.timeLimit(.minutes(15))) struct SourceFuzzTests {
    struct API: CustomTestStringConvertible, Sendable {
        let name: String
        /// The source as it stands in a spec, for a server at an address.
        let sources: @Sendable (String) -> [String]
        /// Answers, the first of them to the first request of a run.
        let answers: [String]
        var link = ""

        var testDescription: String { name }
    }

    static let apis = [
        API(
            name: "reddit",
            sources: {
                [
                    "reddit: { subreddit: x, limit: 5, api: '\($0)' }",
                    "reddit: { subreddit: x, sort: hot, api: '\($0)' }"
                ]
            },
            answers: [
                #"""
                {"kind": "Listing", "data": {"after": "t3_b1", "children": [
                {"kind": "t3", "data": {"name": "t3_b2", "id": "b2", "title": "T", "permalink": "/r/x/b2", "stickied": true,
                "created_utc": 1.7e9, "edited": false, "score": 5, "num_comments": 3, "selftext_html": "&lt;p&gt;"}},
                {"kind": "t3", "data": {"name": "t3_b1", "url": "https://a.example/", "created_utc": 1700000000.5}}]}}
                """#
            ]),
        API(
            name: "mastodon",
            sources: {
                [
                    "mastodon: { instance: '\($0)', tag: t, limit: 5 }",
                    "mastodon: { instance: '\($0)', account: '@a@b' }"
                ]
            },
            answers: [
                #"""
                [{"id": "112", "uri": "u", "url": "https://m.example/112", "created_at": "2026-11-20T08:01:12.000Z",
                "content": "<p>x</p>", "language": "en", "account": {"display_name": "A", "acct": "a"}, "tags": [{"name": "t"}],
                "favourites_count": 7, "media_attachments": [{"url": "f.mp3"}], "reblog": {"id": "1", "content": "y"}},
                {"id": "111", "content": "z"}]
                """#, #"{"id": "5", "statuses": []}"#
            ],
            link: "</api/v1/timelines/tag/t?max_id=111>; rel=\"next\", </x?min_id=112>; rel=\"prev\""),
        API(
            name: "hackernews",
            sources: {
                [
                    "hackernews: { api: '\($0)', stories: new, limit: 5 }",
                    "hackernews: { api: '\($0)', limit: 5 }"
                ]
            },
            answers: [
                "[8, 9223372036854775807, 7]",
                #"{"id": 8, "type": "story", "by": "a", "time": 1700000000, "title": "T", "score": 5, "text": "<p>x"}"#
            ]),
        API(
            name: "http-json",
            sources: {
                [
                    "http_json: { url: '\($0)/i', items: items, next: { cursor: next, max: 5 }, since: { value: id } }",
                    "http_json: { url: '\($0)/i', items: items, next: { page: page, max: 5 } }",
                    "http_json: { url: '\($0)/i' }"
                ]
            },
            answers: [#"{"items": [{"id": 1, "a": "x"}, {"id": 18446744073709551615}], "next": "c1"}"#],
            link: "</i?page=2>; rel=\"next\""),
        API(
            name: "rss", sources: { ["rss: '\($0)/feed'", "rss: { opml: '\($0)/list' }"] },
            answers: [
                "<rss><channel><title>T</title><ttl>5</ttl><item><guid>1</guid></item><item><guid>2</guid></item></channel></rss>",
                "<opml><body><outline xmlUrl='/a'/><outline xmlUrl='http://[::1/'/></body></opml>"
            ])
    ]

    private static let words = [
        "{", "}", "[", "]", ",", ":", "\"", "null", "\"id\":", "\"after\":", "true", "\\u0000"
    ]

    @Test(arguments: apis) func anyAnswer(api: API) async throws {
        let fuzzer = Fuzzer("api-\(api.name)", corpus: api.answers, pieces: Self.words)
        try await SourceHarness.run { server, harness in
            let sources = api.sources("http://127.0.0.1:\(server.port)")
            try await fuzzer.run { input in
                let store = MemoryStore()
                let source = sources.randomElement(using: &input.random) ?? ""
                // The second run goes on from what the first has made of its answers.
                for _ in 0..<2 {
                    serve(
                        server, first: input.bytes(), others: input.bytes(),
                        link: api.link.isEmpty ? "" : input.damaged(api.link))
                    _ = try await harness.run(source, from: store)
                }
            }
        }
    }

    @Test(arguments: apis) func anyPosition(api: API) async throws {
        try await SourceHarness.run { server, harness in
            let good = api.answers.map { Array($0.utf8) }
            let sources = api.sources("http://127.0.0.1:\(server.port)")
            var positions: [(name: String, position: SourcePosition, source: String)] = []
            for source in sources {
                let store = MemoryStore()
                serve(server, first: good[0], others: good[good.count - 1], link: api.link)
                _ = try await harness.run(source, limit: 1, from: store)
                positions += store.restore().sources.map { ($0.key, $0.value, source) }
            }
            let anchors = positions.compactMap { $0.position.anchor?.json } + ["{}", "{\"next\":1}", "[]"]
            let words =
                Self.words + ["\"last\":", "\"sent\":", "\"lowest\":", "\"walk\":", "\"page\":\"http://"]
            try await Fuzzer("position-\(api.name)", corpus: anchors, pieces: words).run { input in
                guard let (name, _, source) = positions.randomElement(using: &input.random) else { return }
                let store = MemoryStore()
                var checkpoint = Checkpoint()
                let count = input.chance(2) ? 1 : UInt64.random(in: 0 ... .max, using: &input.random)
                checkpoint.sources[name] = SourcePosition(anchor: Anchor(json: input.text()), count: count)
                store.commit(checkpoint)
                serve(server, first: good[0], others: good[good.count - 1], link: api.link)
                _ = try await harness.run(source, from: store)
            }
        }
    }

    /// Answers the first request with one document and all others with another.
    private func serve(_ server: ScriptedServer, first: [UInt8], others: [UInt8], link: String) {
        let isFirst = Mutex(true)
        // A server that writes others sends no head at all.
        let link = String(decoding: link.utf8.filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
        let headers = link.isEmpty ? [] : [(name: "Link", value: link)]
        server.otherwise { _ in
            let body = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst ? first : others
            }
            return .reply(200, headers, bytes: body)
        }
    }
}
