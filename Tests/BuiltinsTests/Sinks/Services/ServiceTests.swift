import Notation
import PipelineSpec
import Records
import Streaming
import TestSupport
import Testing

@testable import Builtins

/// What services are sent, beside the rules that their documents state.
@Suite(.timeLimit(.minutes(10))) struct ServiceTests {
    private static let secret = "hunter2-0123456789"

    private static let item = #"""
        {"id":"https://e.org/1","content_hash":"x","title":"<!here> *Tom* & \"Jerry\" @all #1","summary":"S_u",
        "url":"https://e.org/a_b?c=1&d=2"}
        """#

    /// Sends items through a sink, and gives what the server got.
    private func sent(
        _ entry: @Sendable (ScriptedServer) -> String, _ items: [String] = [ServiceTests.item],
        answers: Script = .reply(200, [], "{}")
    ) async throws -> [LoggedRequest] {
        try await HTTPSinkHarness.run(environment: ["SECRET": ServiceTests.secret]) { server, harness in
            server.otherwise { _ in answers }
            let sink = try harness.sink(entry(server))
            #expect(try await sink.write(SinkRecords.parse(items)) == [])
            return server.requests
        }
    }

    private func first(
        _ entry: @Sendable (ScriptedServer) -> String, _ item: String = ServiceTests.item
    ) async throws -> (request: LoggedRequest, json: JSON) {
        let request = try #require(try await sent(entry, [item]).first)
        return (request, try JSON(parsing: request.body))
    }

    private static func long(_ word: String) -> String {
        #"{"title":"T","summary":"\#(String(repeating: word + " ", count: 60_000))","url":"https://e.org/1"}"#
    }

    @Test func slack() async throws {
        let (request, json) = try await first { #"slack: "\#($0.url("/services/"))${SECRET}""# }
        #expect(request.method == "POST" && request.path == "/services/\(ServiceTests.secret)")
        #expect(
            json
                == .object(
                    JSONObject([
                        (
                            "text",
                            .string(
                                "&lt;!here&gt; *Tom* &amp; \"Jerry\" @all #1\nhttps://e.org/a_b?c=1&amp;d=2")
                        )
                    ])))
        let (_, long) = try await first(
            { #"slack: { webhook: "\#($0.url("/"))", text: "{summary}\n<{url}|link>" }"# },
            ServiceTests.long("<&>"))
        let text = try #require(long["text"]?.string)
        #expect(text.utf16.count <= 40_000 && text.utf16.count > 39_900)
        #expect(text.hasSuffix("&gt;…\n<https://e.org/1|link>"))
    }

    @Test func discord() async throws {
        let (request, json) = try await first {
            #"discord: { webhook: "\#($0.url("/api/webhooks/1/x?thread_id=5"))", username: "{title}" }"#
        }
        #expect(request.target == "/api/webhooks/1/x?thread_id=5&wait=true")
        #expect(
            json["content"]?.string
                == "\\<\\!here\\> \\*Tom\\* & \"Jerry\" @all \\#1\nhttps://e.org/a_b?c=1&d=2")
        #expect(json["allowed_mentions"]?["parse"] == .array([]))
        let (_, long) = try await first(
            { #"discord: { webhook: "\#($0.url("/"))", text: "{summary}\n{url}" }"# }, ServiceTests.long("👩‍👩‍👧"))
        let text = try #require(long["content"]?.string)
        #expect(text.utf16.count <= 2000 && text.hasSuffix("👩‍👩‍👧…\nhttps://e.org/1"))
    }

    @Test func telegram() async throws {
        let (request, json) = try await first {
            #"telegram: { token: "${SECRET}", chat: "@news", server: "\#($0.url("/"))", silent: true, preview: false }"#
        }
        #expect(request.path == "/bot\(ServiceTests.secret)/sendMessage")
        #expect(json["chat_id"] == "@news" && json["parse_mode"] == "HTML")
        #expect(json["disable_notification"] == .bool(true))
        #expect(json["link_preview_options"]?["is_disabled"] == .bool(true))
        #expect(
            json["text"]?.string
                == "&lt;!here&gt; *Tom* &amp; &quot;Jerry&quot; @all #1\nhttps://e.org/a_b?c=1&amp;d=2")
        let (_, long) = try await first(
            {
                #"telegram: { token: t, chat: "1", server: "\#($0.url("/"))", text: "<b>{title}</b>\n{summary}" }"#
            }, ServiceTests.long("a<b"))
        let text = try #require(long["text"]?.string)
        let visible = text.replacing("&lt;", with: "<").replacing("<b>T</b>", with: "T")
        #expect(text.hasPrefix("<b>T</b>\na&lt;b ") && text.hasSuffix("a&lt;b…"))
        #expect((4000...4096).contains(visible.utf16.count))
    }

    @Test func matrix() async throws {
        let entry: @Sendable (ScriptedServer) -> String = {
            #"matrix: { server: "\#($0.url(""))", token: "${SECRET}", room: "!a:e.org", kind: notice }"#
        }
        let (request, json) = try await first(entry)
        let again = try await first(entry).request
        #expect(request.method == "PUT")
        let start = "/_matrix/client/v3/rooms/%21a%3Ae.org/send/m.room.message/"
        #expect(request.path == start + (request.key ?? ""))
        #expect(request["Authorization"] == "Bearer \(ServiceTests.secret)")
        #expect(json["msgtype"] == "m.notice")
        #expect(json["body"]?.string?.hasPrefix("<!here> *Tom*") == true)
        // The port of the server is a part of the sink's address, and so of the key.
        #expect(again.path.utf8.count == request.path.utf8.count)
        let (long, _) = try await first(
            { #"matrix: { server: "\#($0.url(""))", token: t, room: r, text: "{summary}" }"# },
            ServiceTests.long(#"\"\\\""#))
        #expect(long.body.count <= 65_000)
    }

    @Test func teams() async throws {
        let (_, json) = try await first { #"teams: "\#($0.url("/workflows/x"))""# }
        let attachment = json["attachments"]?[0]
        #expect(json["type"] == "message")
        #expect(attachment?["contentType"] == "application/vnd.microsoft.card.adaptive")
        let card = attachment?["content"]
        #expect(card?["type"] == "AdaptiveCard" && card?["version"] == "1.4")
        #expect(
            card?["body"]?[0]?["inlines"]?[0]?["text"]?.string == #"<!here> *Tom* & "Jerry" @all #1"#)
        #expect(card?["actions"]?[0]?["url"]?.string == "https://e.org/a_b?c=1&d=2")
        let (long, _) = try await first({ #"teams: "\#($0.url("/"))""# }, ServiceTests.long(#"\"x"#))
        #expect(long.body.count <= 28 * 1024)
    }

    @Test func ntfy() async throws {
        let (request, json) = try await first {
            #"ntfy: { topic: news, server: "\#($0.url("/"))", token: "${SECRET}", priority: 4, tags: [newspaper] }"#
        }
        #expect(request.path == "/" && request["Authorization"] == "Bearer \(ServiceTests.secret)")
        #expect(json["topic"] == "news" && json["priority"] == .int(4))
        #expect(json["title"]?.string == #"<!here> *Tom* & "Jerry" @all #1"# && json["message"] == "S_u")
        #expect(json["click"] == "https://e.org/a_b?c=1&d=2" && json["tags"] == .array(["newspaper"]))
        let (_, long) = try await first(
            { #"ntfy: { topic: news, server: "\#($0.url("/"))" }"# }, ServiceTests.long("é"))
        #expect((long["message"]?.string?.utf8.count ?? 0) <= 4096)
        let (_, bare) = try await first(
            { #"ntfy: { topic: news, server: "\#($0.url("/"))" }"# }, #"{"title":"Only"}"#)
        #expect(bare["message"] == "Only" && bare["title"] == nil && bare["click"] == nil)
    }

    @Test func gotify() async throws {
        let (request, json) = try await first {
            #"gotify: { server: "\#($0.url("/push/"))", token: "${SECRET}" }"#
        }
        #expect(request.path == "/push/message" && request["X-Gotify-Key"] == ServiceTests.secret)
        #expect(json["message"] == "S_u" && json["priority"] == .int(5))
        #expect(
            json["extras"]?["client::notification"]?["click"]?["url"] == "https://e.org/a_b?c=1&d=2")
    }

    @Test func pushover() async throws {
        let entry: @Sendable (ScriptedServer) -> String = {
            #"pushover: { token: "${SECRET}", user: u, server: "\#($0.url("/"))", priority: 1 }"#
        }
        let (request, json) = try await first(entry)
        #expect(request.path == "/1/messages.json")
        #expect(json["token"]?.string == ServiceTests.secret && json["user"] == "u")
        #expect(json["priority"] == .int(1) && json["message"] == "S_u")
        let (_, long) = try await first(
            entry,
            ServiceTests.long("😀").replacing(
                "https://e.org/1", with: "https://e.org/" + String(repeating: "x", count: 600)))
        #expect((long["message"]?.string?.unicodeScalars.count ?? 0) <= 1024)
        #expect(long["url"] == nil)
    }

    @Test func mastodon() async throws {
        let (request, json) = try await first {
            #"mastodon: { server: "\#($0.url(""))", token: "${SECRET}", visibility: unlisted, language: en }"#
        }
        #expect(request.path == "/api/v1/statuses" && request.key != nil)
        #expect(request["Authorization"] == "Bearer \(ServiceTests.secret)")
        #expect(json["visibility"] == "unlisted" && json["language"] == "en")
        #expect(json["status"]?.string?.contains("@\u{200B}all") == true)
        let (_, long) = try await first(
            { #"mastodon: { server: "\#($0.url(""))", token: t, text: "{summary} {url}" }"# },
            ServiceTests.long("👩‍👩‍👧").replacing(
                "https://e.org/1", with: "https://e.org/" + String(repeating: "x", count: 300)))
        let status = try #require(long["status"]?.string)
        #expect(status.hasSuffix("x"))
        let parts = status.split(separator: " ")
        let words = parts.dropLast().joined(separator: " ")
        #expect((470...476).contains(words.count), "an address counts as 23 of 500")
    }

    @Test func bluesky() async throws {
        let clock = ManualClock()
        try await HTTPSinkHarness.run(clock: clock, environment: ["SECRET": ServiceTests.secret]) {
            server, harness in
            let put = "/xrpc/com.atproto.repo.putRecord"
            let session = "/xrpc/com.atproto.server.createSession"
            server.on(
                session, .reply(200, [], #"{"did":"did:plc:x","accessJwt":"a"}"#),
                .reply(200, [], #"{"did":"did:plc:x","accessJwt":"b"}"#))
            server.on(
                put, .reply(200, [], "{}"), .reply(400, [], #"{"error":"ExpiredToken"}"#),
                .reply(200, [], "{}"))
            let sink = try harness.sink(
                #"bluesky: { account: me.example, password: "${SECRET}", text: "é {title} {url}", languages: [en], "#
                    + #"server: "\#(server.url("/"))" }"#)
            let item =
                #"{"id":"1","title":"T","summary":"S","url":"https://e.org/1","published":"2026-01-31T10:00:00Z"}"#
            #expect(try await sink.send(item) == [])
            #expect(try await sink.send(item) == [])
            let requests = server.requests
            #expect(requests.map(\.path) == [session, put, put, session, put])
            #expect(requests[0].json?["password"]?.string == ServiceTests.secret)
            #expect(requests[1]["Authorization"] == "Bearer a" && requests[4]["Authorization"] == "Bearer b")
            let json = try #require(requests[1].json)
            #expect(json["repo"] == "did:plc:x" && json["collection"] == "app.bsky.feed.post")
            #expect(json["rkey"] == requests[4].json?["rkey"])
            #expect(json["rkey"]?.string?.wholeMatch(of: /[2-7a-j][2-7a-z]{12}/) != nil)
            let post = json["record"]
            #expect(
                post?["text"] == "é T https://e.org/1" && post?["createdAt"] == "2023-11-14T22:13:20.000Z")
            #expect(
                post?["facets"]?[0]?["index"]
                    == .object(JSONObject([("byteStart", .int(5)), ("byteEnd", .int(20))])))
            #expect(
                post?["embed"]?["external"]?["uri"] == "https://e.org/1" && post?["langs"] == .array(["en"]))

            #expect(
                try await sink.send(
                    ServiceTests.long("👩‍👩‍👧").replacing(#""title":"T","summary""#, with: #""title""#)) == [])
            let long = try #require(server.requests.last?.json?["record"]?["text"]?.string)
            #expect(long.count <= 300 && long.utf8.count <= 3000)
        }
    }

    @Test func `who cannot sign in loses no record`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { _ in .reply(401, [], #"{"error":"AuthenticationRequired"}"#) }
            let sink = try harness.sink(
                #"bluesky: { account: a, password: b, server: "\#(server.url("/"))" }"#)
            await #expect(throws: HTTPMisled.self) { try await sink.send(#"{"title":"a"}"#) }
            #expect(server.requests.count == 1)
        }
    }

    @Test func githubIssue() async throws {
        let (request, json) = try await first {
            #"github_issue: { repository: a/b, token: "${SECRET}", server: "\#($0.url("/"))", labels: [news] }"#
        }
        #expect(request.path == "/repos/a/b/issues")
        #expect(request["Accept"] == "application/vnd.github+json")
        #expect(request["X-GitHub-Api-Version"] == "2022-11-28" && request["User-Agent"] != nil)
        #expect(json["title"]?.string == #"<!here> *Tom* & "Jerry" @all #1"#)
        #expect(json["body"]?.string == "S\\_u\n\nhttps://e.org/a_b?c=1&d=2")
        #expect(json["labels"] == .array(["news"]))
        #expect(
            HTTPSinkHarness.findings("github_issue: { repository: a/b/c, token: t }").map { $0.prefix(5) }
                == [
                    "a/b/c"
                ])
    }

    @Test func `one ping stands for all that is written at once`() async throws {
        let requests = try await sent(
            { #"healthchecks: "\#($0.url("/ping/"))${SECRET}""# }, [#"{"title":"a"}"#, #"{"title":"b"}"#])
        #expect(requests.map(\.path) == ["/ping/\(ServiceTests.secret)"])
        #expect(requests.map(\.text) == ["b"])
    }

    @Test func `a message without text is not sent`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            let sink = try harness.sink("slack: \(server.url("/"))")
            let reason = "the message has no text, for the record has none of its fields"
            #expect(try await sink.send(#"{"id":1}"#) == [Refusal(index: 0, reason: reason)])
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `answers show no secret`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { .reply(404, [], "no \($0.path), nor hunter2-literal") }
            let entries = [
                #"slack: "\#(server.url("/services/hunter2-literal"))""#,
                #"telegram: { token: hunter2-literal, chat: "1", server: "\#(server.url("/"))" }"#,
                #"ntfy: { topic: t, token: hunter2-literal, server: "\#(server.url("/"))" }"#
            ]
            for entry in entries {
                let refusals = try await harness.sink(entry).send(#"{"title":"a"}"#)
                #expect(refusals.count == 1 && !refusals[0].reason.contains("hunter2"), "\(refusals)")
            }
        }
    }

    @Test(arguments: [
        ([("Retry-After", "2")], "", 429, Duration.seconds(2)),
        ([], #"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1500}"#, 429, .seconds(1.5)),
        (
            [("Retry-After", "3")], #"{"message":"You have exceeded a secondary rate limit"}"#, 403,
            .seconds(3)
        ),
        ([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1700000005")], "", 403, .seconds(5)),
        (
            [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "2023-11-14T22:13:24.5Z")], "", 429,
            .seconds(4)
        )
    ])
    func `limits are kept to, however they are told`(
        headers: [(String, String)], body: String, status: Int, pause: Duration
    ) async throws {
        let clock = ManualClock()
        try await HTTPSinkHarness.run(clock: clock) { server, harness in
            server.on("/", .reply(status, headers.map { (name: $0.0, value: $0.1) }, body), .reply(200))
            let sink = try harness.sink("slack: \(server.url("/"))")
            async let refusals = sink.send(#"{"title":"a"}"#)
            await clock.sleeping(for: pause)
            clock.advance(by: pause)
            #expect(try await refusals == [])
        }
    }
}
