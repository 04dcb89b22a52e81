import Records
import TestSupport
import Testing

@Suite struct HackerNewsSourceTests {
    /// Serves the lists as they are given, and every story that is asked for but 13, which was deleted.
    private func serve(_ server: ScriptedServer, _ list: String, _ ids: [Int]...) {
        let answers = ids.map { Script.reply(200, [], "\($0)") }
        let next = Counter(0)
        server.otherwise { request in
            if request.path == "/\(list)stories.json" {
                defer { next.value += 1 }
                return answers[min(next.value, answers.count - 1)]
            }
            guard let id = Int(request.path.dropFirst("/item/".count).prefix { $0 != "." }) else {
                return .reply(404)
            }
            if id == 13 { return .reply(200, [], "null") }
            return .reply(
                200, [],
                """
                {"id": \(id), "type": "story", "by": "ann", "time": 1700000000, "title": "Story \(id)", "score": 5,
                "descendants": 2, "url": "https://example.com/\(id)"}
                """)
        }
    }

    private func source(_ server: ScriptedServer, _ options: String) -> String {
        "hackernews: { api: \"\(server.url(""))\", \(options) }"
    }

    @Test func storiesKeepTheOrderOfTheirList() async throws {
        try await SourceHarness.run { server, harness in
            let ids = Array((10...40).shuffled())
            serve(server, "top", ids)
            let outcome = try await harness.run(source(server, "limit: 25"))
            #expect(outcome.values("id") == ids.prefix(25).filter { $0 != 13 }.map { "\($0)" })
        }
    }

    @Test func newStoriesAreReadOnceOldestFirst() async throws {
        try await SourceHarness.run { server, harness in
            serve(server, "new", [25, 24, 23, 22], [29, 28, 27, 26, 25, 24])
            let first = try await harness.run(source(server, "stories: new, limit: 3"))
            #expect(first.values("id") == ["23", "24", "25"])
            let second = try await harness.run(source(server, "stories: new, limit: 3"))
            #expect(second.values("id") == ["26", "27", "28"])
            let third = try await harness.run(source(server, "stories: new, limit: 3"))
            #expect(third.values("id") == ["29"])
        }
    }

    @Test(arguments: 1...5)
    func aRunThatWasBrokenOffGoesOnInItsList(limit: Int) async throws {
        try await SourceHarness.run { server, harness in
            serve(server, "top", [5, 3, 9, 1, 7], [2, 4])
            let broken = try await harness.run(source(server, "limit: 5"), limit: limit)
            let rest = try await harness.run(source(server, "limit: 5"))
            if limit < 5 {
                #expect(broken.values("id") + rest.values("id") == ["5", "3", "9", "1", "7"])
            } else {
                #expect(rest.values("id") == ["2", "4"])
            }
        }
    }

    @Test func storiesBecomeItems() async throws {
        try await SourceHarness.run { server, harness in
            serve(server, "top", [7])
            let item = try #require(try await harness.run(source(server, "stories: top")).items.first)
            #expect(item["url"] == "https://example.com/7")
            #expect(item["title"] == "Story 7")
            #expect(item["author"] == "ann")
            #expect(item["published"] == "2023-11-14T22:13:20Z")
            #expect(item["comments"] == 2)
            #expect(
                item["extensions"]?["hackernews"]?["discussion"] == "https://news.ycombinator.com/item?id=7")
        }
    }

    /// What is listed may not be there yet, or be hidden for a while.
    @Test(arguments: ["null", #"{"id": 103, "dead": true}"#])
    func aStoryThatIsNotToBeSeenIsAskedForAgain(answer: String) async throws {
        try await SourceHarness.run { server, harness in
            serve(server, "new", [103, 102, 101], [104, 103, 102, 101], [105, 104, 103, 102, 101])
            server.on(
                "/item/103.json", .reply(200, [], answer), .reply(200, [], answer),
                .reply(200, [], #"{"id": 103, "title": "x"}"#))
            for (ids, rejected) in [(["101", "102"], 1), (["104"], 0), (["103", "105"], 0)] {
                let outcome = try await harness.run(source(server, "stories: new, limit: 3"))
                #expect(outcome.values("id") == ids)
                #expect(outcome.rejected == rejected)
            }
        }
    }

    @Test func whatIsHiddenForEverHoldsNothingUp() async throws {
        try await SourceHarness.run { server, harness in
            let lists = (0..<4).map { round in Array((1...(10 + 3 * round)).reversed()) }
            serve(server, "new", lists[0], lists[1], lists[2], lists[3])
            for id in 1...10 { server.on("/item/\(id).json", .reply(200, [], #"{"dead": true}"#)) }
            _ = try await harness.run(source(server, "stories: new, limit: 3"))
            var delivered: [String?] = []
            for _ in 1..<4 {
                delivered += try await harness.run(source(server, "stories: new, limit: 3")).values("id")
            }
            #expect(delivered == ["11", "12", "14", "15", "16", "17", "18", "19"])
        }
    }

    @Test func aStoryThatIsListedLateIsDelivered() async throws {
        try await SourceHarness.run { server, harness in
            serve(server, "new", [102, 101], [103, 99, 102, 101], [104, 103, 99, 102, 101, 98])
            for ids in [["101", "102"], ["99", "103"], ["98", "104"]] {
                let outcome = try await harness.run(source(server, "stories: new"))
                #expect(outcome.values("id") == ids)
            }
        }
    }

    @Test func titlesAreDecoded() async throws {
        try await SourceHarness.run { server, harness in
            serve(server, "top", [7])
            server.on(
                "/item/7.json",
                .reply(200, [], #"{"id": 7, "title": "Q&amp;A: List<T> &#x27;n&#39; &lt;table&gt;, AT&T"}"#))
            let outcome = try await harness.run(source(server, "stories: top"))
            #expect(outcome.values("title") == ["Q&A: List<T> 'n' <table>, AT&T"])
        }
    }

    /// What is wrong with one story says nothing about the others.
    @Test(arguments: [
        Script.reply(404), .reply(401, [], #"{"error": "Permission denied"}"#), .reply(410), .reply(204),
        .reply(200, [("Content-Type", "text/html")], "<html>"), .reply(200, [], #"{"id": 2, "#),
        .reply(200, [], #"{"error": "Permission denied"}"#), .reply(200, [], "[2]"),
        .redirect(302, to: "/item/2.json")
    ])
    func aStoryThatCannotBeReadIsLeftOut(answer: Script) async throws {
        try await SourceHarness.run { server, harness in
            serve(server, "new", [5, 4, 3, 2, 1], [6, 5, 4, 3, 2, 1])
            server.on("/item/2.json", answer)
            let first = try await harness.run(source(server, "stories: new"))
            #expect(first.values("id") == ["1", "3", "4", "5"])
            #expect(first.failed.isEmpty)
            let second = try await harness.run(source(server, "stories: new"))
            #expect(second.values("id") == ["6"])
        }
    }

    /// The failure is there before the stories that come before it.
    @Test func theStoriesBeforeAFailureAreDelivered() async throws {
        try await SourceHarness.run { server, harness in
            let gate = Gate()
            serve(server, "top", [1, 2, 3, 4])
            let first = #"{"id": 1, "title": "x"}"#
            server.on("/item/1.json", .reply(200, [], first).waiting(for: gate))
            server.on("/item/3.json", .reply(500), .reply(200, [], #"{"id": 3, "title": "x"}"#))
            async let broken = harness.run(source(server, "limit: 4"))
            await server.received(5)
            gate.open()
            let (items, failed) = try await (broken.values("id"), broken.failed)
            #expect(items == ["1", "2"])
            #expect(failed.count == 1)
            let rest = try await harness.run(source(server, "limit: 4"))
            #expect(rest.values("id") == ["3", "4"])
        }
    }

    @Test func aStoryThatFailsFailsTheRunAndIsReadByTheNext() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/topstories.json", .reply(200, [], "[1, 2, 3]"))
            for id in [1, 3] {
                server.on("/item/\(id).json", .reply(200, [], #"{"id": \#(id), "title": "x"}"#))
            }
            server.on("/item/2.json", .reply(500), .reply(200, [], #"{"id": 2, "title": "x"}"#))
            let broken = try await harness.run(source(server, "limit: 3"))
            #expect(broken.failed.count == 1)
            let rest = try await harness.run(source(server, "limit: 3"))
            #expect(broken.values("id") + rest.values("id") == ["1", "2", "3"])
        }
    }
}
