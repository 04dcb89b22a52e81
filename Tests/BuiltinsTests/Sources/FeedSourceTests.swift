import Pacing
import Records
import Streaming
import TestSupport
import Testing

@testable import Builtins

/// What the documents themselves may be like; how they are asked for is in ``FeedPollingTests``.
@Suite(.timeLimit(.minutes(10))) struct FeedSourceTests {
    private func source(_ server: ScriptedServer, _ options: String = "") -> String {
        "rss: { url: \"\(server.url("/feed"))\" \(options) }"
    }

    private static let twice = RetryPolicy(attempts: 2, initial: .zero)

    /// The end of each document is only sent once what came before has been delivered.
    @Test(arguments: [
        [FeedText.beginning + FeedText.item(1), "\n" + FeedText.item(2), FeedText.end],
        [
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><entry><id>1</id></entry>",
            "<entry><id>2</id></entry>", "</feed>"
        ],
        [
            #"{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": "1"}"#,
            #", {"id": "2"}"#, "]}"
        ]
    ])
    func itemsLeaveBeforeTheDocumentHasEnded(pieces: [String]) async throws {
        try await SourceHarness.run { server, harness in
            let gates = [Gate(), Gate()]
            server.on(
                "/feed",
                .head(200).text(pieces[0]).gate(gates[0]).text(pieces[1]).gate(gates[1]).text(pieces[2]).end()
            )
            let outcome = try await harness.run(source(server)) { items in
                for gate in gates.prefix(items.count) { gate.open() }
            }
            #expect(outcome.ownIDs == ["1", "2"])
            #expect(outcome.failed.isEmpty)
        }
    }

    @Test func aFeedCanComeByteByByte() async throws {
        try await SourceHarness.run { server, harness in
            let script = FeedText.rss(1, 2, 3).utf8.reduce(Script.head(200)) { $0.bytes([$1]) }
            server.on("/feed", script.end())
            let outcome = try await harness.run(source(server))
            #expect(outcome.ownIDs == ["1", "2", "3"])
        }
    }

    static let breaks: [Script] = [
        .head(200, [("ETag", "\"1\""), ("Content-Length", "5000")])
            .text(FeedText.broken(after: 1, 2)).hangUp(),
        .head(200, [("ETag", "\"1\"")]).text(FeedText.broken(after: 1, 2)).hangUp(),
        // The announced length is too short, or the server does not know that something is missing.
        .reply(200, [("ETag", "\"1\"")], FeedText.broken(after: 1, 2)),
        .reply(
            200, [("ETag", "\"1\""), ("Content-Encoding", "gzip")],
            bytes: Deflated.gzip(Array(FeedText.broken(after: 1, 2).utf8)))
    ]

    @Test(arguments: breaks.indices)
    func aBreakKeepsTheItemsBeforeItAndFailsTheSource(kind: Int) async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/feed", FeedSourceTests.breaks[kind],
                .reply(200, [("ETag", "\"1\"")], FeedText.rss(1, 2, 3)))
            let broken = try await harness.run(source(server))
            #expect(broken.ownIDs == ["1", "2"])
            #expect(broken.failed.keys.sorted() == ["rss"])
            let rest = try await harness.run(source(server))
            #expect(rest.ownIDs == ["3"])
            #expect(rest.failed.isEmpty)
            #expect(server.requests.last?["If-None-Match"] == nil)
        }
    }

    @Test(arguments: breaks.indices)
    func theNextAttemptGoesOnWhereTheDocumentBrokeOff(kind: Int) async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/feed", FeedSourceTests.breaks[kind],
                .reply(200, [("ETag", "\"1\"")], FeedText.rss(1, 2, 3)))
            let outcome = try await harness.run(source(server), retry: FeedSourceTests.twice)
            #expect(outcome.ownIDs == ["1", "2", "3"])
            #expect(outcome.failed.isEmpty)
        }
    }

    /// Which of its items were in the document before, nobody can know but a `dedup`; and what has something new on top
    /// is another one, even if its validators are the same.
    @Test(arguments: [
        [("ETag", "\"2\"")], [("ETag", "\"1\"")], [("Last-Modified", "Mon, 16 Nov 2026 10:00:00 GMT")], []
    ])
    func anotherDocumentIsReadFromItsStart(headers: [(name: String, value: String)]) async throws {
        try await SourceHarness.run { server, harness in
            server.on("/feed", FeedSourceTests.breaks[0], .reply(200, headers, FeedText.rss(3, 1, 2)))
            _ = try await harness.run(source(server))
            let next = try await harness.run(source(server))
            #expect(next.ownIDs == ["3", "1", "2"])
        }
    }

    @Test func aFeedWithoutValidatorsGoesOnWhereItBrokeOff() async throws {
        try await SourceHarness.run { server, harness in
            server.on(
                "/feed", .head(200).text(FeedText.broken(after: 1, 2)).hangUp(),
                .reply(200, [], FeedText.rss(1, 2, 3)), .reply(200, [], FeedText.rss(1, 2, 3)))
            let outcome = try await harness.run(source(server), retry: FeedSourceTests.twice)
            #expect(outcome.ownIDs == ["1", "2", "3"])
            #expect(outcome.failed.isEmpty)
            // A whole document that nothing tells from the one before is read as a new one.
            let again = try await harness.run(source(server))
            #expect(again.ownIDs == ["1", "2", "3"])
        }
    }

    /// Each attempt sends items, so the engine takes it for progress: the source has to see that it is none.
    @Test(arguments: [false, true])
    func whatBreaksOffEachTimeIsNotReadForEver(hasChangingValidators: Bool) async throws {
        try await SourceHarness.run { server, harness in
            let answers = Counter(0)
            server.otherwise { _ in
                answers.value += 1
                let headers = hasChangingValidators ? [("ETag", "\"\(answers.value)\"")] : []
                return .head(200, headers).text(FeedText.broken(after: 1, 2)).hangUp()
            }
            let outcome = try await harness.run(source(server), retry: FeedSourceTests.twice)
            #expect(outcome.failed.count == 1)
            #expect(server.requests.count == 2)
        }
    }

    @Test func compressedFeedsAreRead() async throws {
        try await SourceHarness.run { server, harness in
            let body = Deflated.gzip(Array(FeedText.rss(1, 2).utf8))
            server.on("/feed", .reply(200, [("Content-Encoding", "gzip")], bytes: body))
            let outcome = try await harness.run(source(server))
            #expect(outcome.ownIDs == ["1", "2"])
            #expect(server.requests.first?["Accept-Encoding"]?.contains("gzip") == true)
        }
    }

    @Test(arguments: [
        ("application/rss+xml; charset=utf-8", "windows-1252", [0xE9]),
        ("application/rss+xml; charset=iso-8859-1", "utf-8", [0xC3, 0xA9]),
        ("application/rss+xml; charset=nonsense", "utf-8", [0xC3, 0xA9]),
        ("text/xml", "utf-8", [0xC3, 0xA9])
    ])
    func aWrongCharsetHeaderDoesNoHarm(type: String, declared: String, letter: [UInt8]) async throws {
        try await SourceHarness.run { server, harness in
            let start = "<?xml version='1.0' encoding='\(declared)'?><rss><channel><item><title>caf"
            let body = Array(start.utf8) + letter + Array("</title></item></channel></rss>".utf8)
            server.on("/feed", .reply(200, [("Content-Type", type)], bytes: body))
            let outcome = try await harness.run(source(server))
            #expect(outcome.values("title") == ["café"])
        }
    }

    /// It is given up as soon as it is recognised, however long it is, and not asked for again.
    @Test func aLoginPageIsNoFeed() async throws {
        try await SourceHarness.run { server, harness in
            let page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>"
            server.on(
                "/feed",
                .head(200, [("ETag", "\"1\"")]).text(page).endless(FeedText.filler("<p>Sign in</p>")),
                .reply(200, [("ETag", "\"2\"")], FeedText.rss(1)))
            let outcome = try await harness.run(source(server), retry: FeedSourceTests.twice)
            #expect(outcome.failed["rss"]?.contains("HTML page") == true)
            #expect(server.requests.count == 1)
            let next = try await harness.run(source(server))
            #expect(next.ownIDs == ["1"])
            #expect(server.requests.last?["If-None-Match"] == nil)
        }
    }

    @Test func theSizeOfADocumentIsBounded() async throws {
        try await SourceHarness.run { server, harness in
            let start = FeedText.beginning + FeedText.item(1)
            server.on("/feed", .head(200).text(start).endless(FeedText.filler("<!-- and so on -->")))
            let outcome = try await harness.run(
                source(server, ", max_size: 20KB"), retry: FeedSourceTests.twice)
            #expect(outcome.ownIDs == ["1"])
            #expect(outcome.failed["rss"]?.contains("max_size") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test func theSizeOfAFileIsBoundedToo() async throws {
        try await SourceHarness.run { _, harness in
            let folder = try TemporaryFolder()
            let filler = String(repeating: "<!-- and so on -->", count: 20_000)
            try folder.write(FeedText.beginning + FeedText.item(1) + filler + FeedText.end, to: "feed.xml")
            let outcome = try await harness.run(
                "rss: { url: feed.xml, max_size: 200KB }", directory: folder.path)
            #expect(outcome.ownIDs == ["1"])
            #expect(
                outcome.failed["rss"]?.hasSuffix("larger than 200000 bytes; 'max_size' sets the limit")
                    == true)
            let whole = try await harness.run(
                "rss: { url: feed.xml, max_size: 1MB }", directory: folder.path)
            #expect(whole.failed.isEmpty)
        }
    }

    @Test func aDeviceIsNoDocument() async throws {
        try await SourceHarness.run { _, harness in
            for source in ["rss: /dev/zero", "rss: { opml: /dev/zero }", "mastodon: { file: /dev/zero }"] {
                let outcome = try await harness.run(source)
                #expect(
                    outcome.failed.values.first == "/dev/zero: cannot read it: it is a device", "\(source)")
            }
        }
    }

    @Test func aServerThatIsNotThereFailsTheSource() async throws {
        let refusing = try RefusingPort()
        try await SourceHarness.run { _, harness in
            let outcome = try await harness.run("rss: { url: \"http://127.0.0.1:\(refusing.port)/feed\" }")
            #expect(outcome.failed["rss"]?.contains("refuses connections") == true)
        }
        withExtendedLifetime(refusing) {}
    }

    static let failures: [Script] = [
        .reply(503), .hangUp, breaks[0], .reply(200, [], "<html><body>Sign in</body></html>"),
        .reply(200, [], "")
    ]

    /// The failing server says nothing until the other three feeds have been delivered.
    @Test(arguments: failures.indices)
    func aFailingSourceDelaysNoOther(kind: Int) async throws {
        try await SourceHarness.run { server, harness in
            let othersAreDone = Gate()
            let failure = FeedSourceTests.failures[kind]
            for path in ["/a", "/b", "/c"] { server.on(path, .reply(200, [], FeedText.rss(1, 2))) }
            server.on("/feed", failure.waiting(for: othersAreDone))
            let sources = ["/feed", "/a", "/b", "/c"].map { path in
                "{ name: \"\(path.dropFirst())\", rss: { url: \"\(server.url(path))\" } }"
            }
            let outcome = try await harness.run(sources[0], sources[1], sources[2], sources[3]) { items in
                if items.count >= 6 { othersAreDone.open() }
            }
            #expect(outcome.failed.keys.sorted() == ["feed"])
            #expect(outcome.values("source").prefix(6).allSatisfy { $0 != "feed" })
            #expect(outcome.ownIDs.prefix(6).count { $0 == "2" } == 3)
        }
    }
}
