import Glibc
import TestSupport
import Testing

/// Many feeds in one source (`opml`).
@Suite(.timeLimit(.minutes(10))) struct FeedListSourceTests {
    private func list(_ addresses: String...) -> String {
        let outlines = addresses.enumerated().map { "<outline text='feed \($0)' xmlUrl='\($1)'/>\n" }
        return "<opml version='2.0'><body>\n" + outlines.joined() + "</body></opml>"
    }

    @Test func allFeedsAreReadUnderTheSourcesNameAndEachGoesOnWhereItWas() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/list", .reply(200, [], list("/a", "b", server.url("/a"))))
            server.on("/a", .reply(200, [("ETag", "\"a\"")], FeedText.rss(1, 2)), .reply(304))
            server.on("/b", .reply(200, [("ETag", "\"b\"")], FeedText.rss(1)), .reply(304))
            let source = "{ name: all, rss: { opml: \"\(server.url("/list"))\" } }"
            let first = try await harness.run(source)
            #expect(first.failed.isEmpty)
            #expect(
                Set(first.values("id")) == [
                    "\(server.url("/a"))#1", "\(server.url("/a"))#2", "\(server.url("/b"))#1"
                ], "ids that mean something in their feed only are kept apart")
            #expect(Set(first.values("source")) == ["all"])
            server.on("/list", .reply(200, [], list("/a", "b")))
            let second = try await harness.run(source)
            #expect(second.items.isEmpty && second.failed.isEmpty)
            let echoed = server.requests.suffix(2).compactMap { $0["If-None-Match"] }
            #expect(echoed.sorted() == ["\"a\"", "\"b\""])
            #expect(server.requests.count == 6)
        }
    }

    @Test func aListInAFileNamesFilesBesideItAndAddresses() async throws {
        try await SourceHarness.run { server, harness in
            let folder = try TemporaryFolder()
            try folder.write(FeedText.rss(1), to: "local.xml")
            try folder.write(
                list("local.xml", server.url("/a"), "ftp://example.com/feed", "missing.xml"), to: "feeds.opml"
            )
            server.on("/a", .reply(200, [], FeedText.rss(2)))
            let outcome = try await harness.run("rss: { opml: feeds.opml }", directory: folder.path)
            #expect(Set(outcome.values("id")) == ["local.xml#1", "\(server.url("/a"))#2"])
            #expect(outcome.failed["rss"]?.hasPrefix("1 of 3 failed; the first: feed 3: ") == true)
        }
    }

    /// Nobody writes to the pipe: who made the list would keep the source waiting for ever.
    @Test func aListLeadsToNothingButFiles() async throws {
        try await SourceHarness.run { _, harness in
            let folder = try TemporaryFolder()
            try folder.write(FeedText.rss(1), to: "local.xml")
            #expect(mkfifo("\(folder.path)/pipe.xml", 0o600) == 0)
            try folder.write(list("pipe.xml", "/dev/zero", "local.xml"), to: "feeds.opml")
            let outcome = try await harness.run("rss: { opml: feeds.opml }", directory: folder.path)
            #expect(outcome.values("id") == ["local.xml#1"])
            #expect(outcome.failed["rss"]?.hasPrefix("2 of 3 failed") == true)
        }
    }

    @Test func aListInAFileIsBounded() async throws {
        try await SourceHarness.run { _, harness in
            let folder = try TemporaryFolder()
            try folder.write(list("a.xml") + String(repeating: " ", count: 2000), to: "feeds.opml")
            let outcome = try await harness.run(
                "rss: { opml: feeds.opml, max_size: 1KB }", directory: folder.path)
            #expect(
                outcome.failed["rss"]?.hasSuffix("larger than 1000 bytes; 'max_size' sets the limit") == true)
        }
    }

    /// The others are read although the first is not over, and are delivered although one fails.
    @Test func aSlowFeedAndABrokenOneDelayNoOther() async throws {
        try await SourceHarness.run { server, harness in
            let gate = Gate()
            server.on("/list", .reply(200, [], list("/slow", "/broken", "/a", "/b")))
            server.on(
                "/slow",
                .head(200).text(FeedText.beginning).gate(gate).text(FeedText.item(9) + FeedText.end).end())
            server.on("/broken", .reply(500))
            server.on("/a", .reply(200, [], FeedText.rss(1)))
            server.on("/b", .reply(200, [], FeedText.rss(2)))
            let source = "rss: { opml: \"\(server.url("/list"))\", max_concurrent_feeds: 2 }"
            let outcome = try await harness.run(source) { items in
                if items.count == 2 { gate.open() }
            }
            #expect(Set(outcome.values("title").prefix(2)) == ["Item 1", "Item 2"])
            #expect(outcome.values("title").last == "Item 9")
            #expect(outcome.failed["rss"]?.contains("1 of 4 failed") == true)
            #expect(outcome.failed["rss"]?.contains("500") == true)
        }
    }

    @Test(arguments: [
        (Script.reply(200, [], "<html><body>no</body></html>"), "this is no OPML"), (.reply(404), "404"),
        (.reply(200), "the document is empty"), (.reply(410), "410")
    ])
    func aListThatIsNoneFailsTheSource(script: Script, words: String) async throws {
        try await SourceHarness.run { server, harness in
            server.on("/list", script)
            let outcome = try await harness.run("rss: { opml: \"\(server.url("/list"))\" }")
            #expect(outcome.failed["rss"]?.contains(words) == true)
        }
    }

    @Test func secretsGoToTheListsOwnServerOnly() async throws {
        try await SourceHarness.run { server, harness in
            try await ScriptedServer.run { other in
                server.on("/list", .reply(200, [], list("/a", other.url("/b"))))
                server.on("/a", .reply(200, [], FeedText.rss(1)))
                other.on("/b", .reply(200, [], FeedText.rss(2)))
                let options = "token: hunter2, headers: { X-Key: hunter2 }"
                let outcome = try await harness.run("rss: { opml: \"\(server.url("/list"))\", \(options) }")
                #expect(outcome.failed.isEmpty)
                #expect(server.requests.allSatisfy { $0["Authorization"] == "Bearer hunter2" })
                #expect(other.requests.allSatisfy { $0["Authorization"] == nil && $0["X-Key"] == nil })
            }
        }
    }

    @Test func pagesInAListLeadToTheirFeeds() async throws {
        try await SourceHarness.run { server, harness in
            server.on("/list", .reply(200, [], list("/page")))
            server.on(
                "/page", .reply(200, [], "<html><link rel=feed href=/feed></html>"))
            server.on("/feed", .reply(200, [], FeedText.rss(1)))
            let outcome = try await harness.run(
                "rss: { opml: \"\(server.url("/list"))\", discover: true }")
            #expect(outcome.values("title") == ["Item 1"])
            #expect(outcome.failed.isEmpty)
        }
    }
}
