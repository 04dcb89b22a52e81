import Diagnostics
import Fetching
import PipelineSpec
import Records
import Streaming
import TestSupport
import Testing

@testable import Builtins

/// What the sink `http` sends, and what it makes of answers.
@Suite(.timeLimit(.minutes(10))) struct HTTPSinkTests {
    @Test func `each record is a request`() async throws {
        try await HTTPSinkHarness.run(environment: ["TOKEN": "hunter2hunter2"]) { server, harness in
            server.otherwise { _ in .reply(202) }
            let sink = try harness.sink(
                #"http: { url: "\#(server.url("/h/{id}?t={title}"))", method: put, "#
                    + #"headers: { X-Title: "{title}", X-None: "{none}" }, token: "${TOKEN}" }"#)
            #expect(try await sink.send(#"{"id":1,"title":"a b\r\nX: y"}"#, #"{"id":"é/"}"#) == [])
            let requests = server.requests
            #expect(requests.map(\.target) == ["/h/1?t=a%20b%0D%0AX%3A%20y", "/h/%C3%A9%2F?t="])
            #expect(requests.map(\.method) == ["PUT", "PUT"])
            #expect(requests[0].text == #"{"id":1,"title":"a b\r\nX: y"}"#)
            #expect(requests[0]["X-Title"] == "a b  X: y" && requests[0]["X-None"] == nil)
            #expect(requests[0]["Content-Type"] == "application/json")
            #expect(requests[0]["Authorization"] == "Bearer hunter2hunter2")
            #expect(requests[1]["X-Title"] == nil)
        }
    }

    @Test(arguments: [
        ("", #"{"id":1,"title":"a \"b\"","n":2}"#, "application/json"),
        (
            #"body: { json: { text: "{title}!", n: "{n}", x: "{none}", l: [1, true, null] } }"#,
            #"{"text":"a \"b\"!","n":2,"x":null,"l":[1,true,null]}"#, "application/json"
        ),
        (
            #"body: { json: '{"t": "{title}", "n": {n}, "o": {{}}' }"#, #"{"t": "a \"b\"", "n": 2, "o": {}}"#,
            "application/json"
        ),
        (
            #"body: { form: { "a b": "{title} &", n: "{n}" } }"#, "a+b=a+%22b%22+%26&n=2",
            "application/x-www-form-urlencoded"
        ),
        (#"body: "{title} {n}""#, #"a "b" 2"#, "text/plain; charset=utf-8"),
        (
            #"body: { cel: '{"double": n * 2, "up": title.upperAscii()}' }"#, #"{"double":4,"up":"A \"B\""}"#,
            "application/json"
        )
    ])
    func `bodies are made as the spec says`(option: String, body: String, type: String) async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { _ in .reply(200) }
            let sink = try harness.sink(#"http: { url: "\#(server.url("/"))", \#(option) }"#)
            #expect(try await sink.send(#"{"id":1,"title":"a \"b\"","n":2}"#) == [])
            #expect(server.requests.map(\.text) == [body])
            #expect(server.requests[0]["Content-Type"] == type)
        }
    }

    @Test func `a record that is refused is refused alone`() async throws {
        try await HTTPSinkHarness.run(environment: ["KEY": "hunter2hunter2"]) { server, harness in
            server.on("/1", .reply(200))
            server.on("/2", .reply(422, [], "{\"error\":\n  \"no such key: hunter2hunter2\"}"))
            server.on("/3", .reply(200))
            let sink = try harness.sink(
                #"http: { url: "\#(server.url("/{id}"))", headers: { X-Key: "${KEY}" } }"#)
            #expect(
                try await sink.send(#"{"id":1}"#, #"{"id":2}"#, #"{"id":".."}"#, #"{"id":3}"#) == [
                    Refusal(
                        index: 1, reason: #"the receiver answered 422: {"error": "no such key: <redacted>"}"#),
                    Refusal(index: 2, reason: "'id' is `.` or `..`, which would lead to another address")
                ])
        }
    }

    @Test(arguments: [401, 407])
    func `credentials that are not accepted cost no record`(status: Int) async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { _ in .reply(status, [], "no such token") }
            let sink = try harness.sink(#"http: { url: "\#(server.url("/"))", token: t }"#)
            let error = await #expect(throws: HTTPMisled.self) {
                try await sink.send(#"{"id":1}"#, #"{"id":2}"#)
            }
            #expect(
                error.map { "\($0)" }?.hasPrefix("cannot sign in: the receiver answered \(status)") == true)
            #expect(server.requests.count == 1)
            // Of a server that the record names, it says nothing about others.
            let open = try harness.sink(#"http: { url: "{link}", allow_private: true }"#)
            let refusals = try await open.send(#"{"link":"\#(server.url("/x"))"}"#)
            #expect(refusals.map(\.isFinal) == [true])
        }
    }

    @Test func `an answer of any length costs no more than its beginning`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.on("/1", Script.head(400).endless(Array(repeating: 0x61, count: 65_536)))
            server.on("/2", Script.head(200).endless(Array(repeating: 0x61, count: 65_536)))
            let sink = try harness.sink(#"http: "\#(server.url("/{id}"))""#)
            let refusals = try await sink.send(#"{"id":1}"#, #"{"id":2}"#)
            #expect(refusals.map(\.index) == [0])
            #expect(refusals[0].reason.utf8.count < 400)
        }
    }

    @Test func `what failed comes again with all behind it`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.on("/1", .reply(200))
            server.on("/2", .reply(500, [], "oops"), .hangUp, .reply(200))
            server.on("/3", .reply(200))
            let sink = try harness.sink(#"http: "\#(server.url("/{id}"))""#)
            let first = try await sink.send(#"{"id":1}"#, #"{"id":2}"#, #"{"id":3}"#)
            #expect(first.map(\.index) == [1, 2])
            #expect(first.map(\.isFinal) == [false, false])
            #expect(first[0].reason == "the receiver answered 500 (internal server error): oops")
            // Nothing got anywhere, so that the whole may be tried again, with growing pauses.
            await #expect(throws: HTTPProblem.self) { try await sink.send(#"{"id":2}"#, #"{"id":3}"#) }
            #expect(try await sink.send(#"{"id":2}"#, #"{"id":3}"#) == [])
            #expect(server.requests.map(\.path) == ["/1", "/2", "/2", "/2", "/3"])
            #expect(Set(server.requests.filter { $0.path == "/2" }.map(\.key)).count == 1)
        }
    }

    @Test(arguments: [
        ([("Retry-After", "7")], "", Duration.seconds(7)),
        ([], #"{"message":"You are being rate limited.","retry_after":1.5,"global":false}"#, .seconds(1.5)),
        ([], #"{"ok":false,"error_code":429,"parameters":{"retry_after":20}}"#, .seconds(20)),
        ([("Retry-After", "0")], "", .milliseconds(250))
    ])
    func `a receiver that asks for time gets it`(
        headers: [(String, String)], body: String, pause: Duration
    ) async throws {
        let clock = ManualClock()
        try await HTTPSinkHarness.run(clock: clock) { server, harness in
            let headers = headers.map { (name: $0.0, value: $0.1) }
            server.on("/", .reply(429, headers, body), .reply(200))
            let sink = try harness.sink("http: \(server.url("/"))")
            async let refusals = sink.send(#"{"id":1}"#)
            await clock.sleeping(for: pause)
            #expect(server.requests.count == 1)
            clock.advance(by: pause)
            #expect(try await refusals == [])
            #expect(server.requests.count == 2)
            #expect(server.requests[0].key == server.requests[1].key)
        }
    }

    @Test func `a receiver that asks for too much time is tried later`() async throws {
        try await HTTPSinkHarness.run(clock: ManualClock()) { server, harness in
            server.on("/", .reply(503, [("Retry-After", "3600")]))
            let sink = try harness.sink("http: { url: \(server.url("/")), max_wait: 1m }")
            for reason in [
                "the receiver answered 503 (service unavailable), asking to wait for 3600 s",
                "the receiver wants to be left alone for 3600 s"
            ] {
                await #expect(throws: HTTPProblem.unavailable(reason)) { try await sink.send(#"{"id":1}"#) }
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `all requests wait when one is told to`() async throws {
        let clock = ManualClock()
        try await HTTPSinkHarness.run(clock: clock) { server, harness in
            server.otherwise { _ in .reply(200) }
            server.on("/0", .reply(429, [("Retry-After", "5")]), .reply(200))
            let sink = try harness.sink(#"http: { url: "\#(server.url("/{id}"))", concurrency: 1 }"#)
            async let refusals = sink.write(SinkRecords.numbered(0..<3))
            await clock.sleeping(for: .seconds(5))
            #expect(server.requests.map(\.path) == ["/0"])
            clock.advance(by: .seconds(5))
            #expect(try await refusals == [])
            #expect(server.requests.map(\.path) == ["/0", "/0", "/1", "/2"])
        }
    }

    @Test func `waiting ends when the run does`() async throws {
        try await HTTPSinkHarness.run(clock: ManualClock()) { server, harness in
            server.on("/", .reply(429, [("Retry-After", "60")]))
            let sink = try harness.sink("http: \(server.url("/"))")
            let task = Task { try await sink.send(#"{"id":1}"#) }
            await server.received(1)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func `redirects are followed to the same place only`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.on("/a", .redirect(308, to: "/b"))
            server.on("/b", .reply(200))
            server.on("/c", .redirect(302, to: "/b"))
            server.on("/d", .redirect(307, to: "http://localhost:\(server.port)/b"))
            let sink = try harness.sink(#"http: "\#(server.url("/{id}"))""#)
            #expect(try await sink.send(#"{"id":"a"}"#) == [])
            #expect(server.requests.map(\.path) == ["/a", "/b"])
            #expect(server.requests[1].method == "POST" && server.requests[1].text == #"{"id":"a"}"#)
            for id in ["c", "d"] {
                await #expect(throws: HTTPMisled.self) { try await sink.send(#"{"id":"\#(id)"}"#) }
            }
            #expect(server.requests.count == 4)
        }
    }

    @Test func `a record's own address is a public one`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { _ in .reply(200) }
            let record = #"{"link":"\#(server.url("/x"))"}"#
            let refusals = try await harness.sink(#"http: "{link}""#).send(record)
            #expect(refusals.first?.reason.contains("is a private one") == true)
            #expect(server.requests.isEmpty)
            let open = try harness.sink(#"http: { url: "{link}", allow_private: true }"#)
            #expect(try await open.send(record) == [])
            #expect(server.requests.map(\.path) == ["/x"])
        }
    }

    @Test func `requests of one key go one after the other, others at the same time`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            let gate = Gate()
            server.otherwise { request in
                request.path == "/a1" ? Script.reply(200).waiting(for: gate) : .reply(200)
            }
            let sink = try harness.sink(
                #"http: { url: "\#(server.url("/{key}{n}"))", concurrency: 3, order_by: key }"#)
            async let refusals = sink.send(
                #"{"key":"a","n":1}"#, #"{"key":"a","n":2}"#, #"{"key":"b","n":1}"#, #"{"key":"c","n":1}"#,
                #"{"key":"b","n":2}"#)
            await server.received(4)
            #expect(Set(server.requests.map(\.path)) == ["/a1", "/b1", "/c1", "/b2"])
            gate.open()
            #expect(try await refusals == [])
            #expect(server.requests.last?.path == "/a2")
        }
    }

    @Test func `sinks of one address that send other things are two`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { _ in .reply(200) }
            let url = server.url("/")
            for (first, second) in [
                ("http: { url: \(url), body: a }", "http: { url: \(url), body: b }"),
                ("http: { url: \(url), headers: { X: a } }", "http: { url: \(url), headers: { X: b } }"),
                ("slack: { webhook: \(url), text: a }", "slack: { webhook: \(url), text: b }"),
                (
                    "pushover: { token: a, user: b, server: \(url) }",
                    "pushover: { token: a, user: c, server: \(url) }"
                )
            ] {
                let sinks = try harness.targets("[{ \(first) }, { \(second) }]")
                #expect(Set(sinks.map(\.identity)).count == 2, "\(first)")
                #expect(!sinks[0].identity.text.contains("token=a"))
            }
            let same = try harness.targets("[{ http: \(url) }, { http: { url: \(url), timeout: 5s } }]")
            #expect(same[0].identity == same[1].identity)
        }
    }

    @Test func `a named sink's fields are those of the records at its tap`() {
        let text = """
            name: test
            settings: { user_agent: me }
            sources: [{ rss: "https://e.org/f" }]
            sinks: { hook: { http: "https://e.org/{titel}" } }
            stages: [{ tap: { ref: hook } }]
            """
        let source = SourceText(name: "test.yaml", text: text)
        let findings = PipelineSpec.read(
            source, catalog: .builtin, checkExpression: ExpressionEnvironment.builtin.check
        ).diagnostics.diagnostics
        #expect(findings.map(\.message) == ["unknown field 'titel' of the record"])
        let place = findings.first.map { $0.range.start.offset..<$0.range.end.offset }
        #expect(place.map(source.text) == "titel")
    }

    @Test func `options that do nothing or cannot be are found`() {
        #expect(
            HTTPSinkHarness.findings(
                #"http: { url: "https://e.org/{id}", per: batch, headers: { A: "{id}" }, concurrency: 2 }"#)
                == [
                    "url: `http` cannot fill a record's fields into the address of a batch",
                    "headers: `http` cannot fill a record's fields into the headers of a batch",
                    "concurrency: `concurrency` changes nothing for `http`: batches are sent one after the other"
                ])
        #expect(
            HTTPSinkHarness.findings(#"http: { url: "https://e.org/", per: batch, body: "{title}" }"#) == [
                "body: `http` sends a batch as JSON, which `json` and `cel` make"
            ])
        #expect(
            HTTPSinkHarness.findings(#"http: { url: "https://e.org/", allow_private: true }"#).count == 1)
    }
}
