import Diagnostics
import Fetching
import Records
import Streaming
import TestSupport
import Testing

@testable import Builtins

/// What the map `http` asks, and what it makes of answers.
@Suite(.timeLimit(.minutes(10))) struct HTTPMapTests {
    @Test(arguments: [
        ("", "GET", "", #"{"id":1,"title":"a b","answer":{"n":2.5,"tags":["x"]}}"#),
        ("into: page.info", "GET", "", #"{"id":1,"title":"a b","page":{"info":{"n":2.5,"tags":["x"]}}}"#),
        ("value: 'answer.tags[0]'", "GET", "", #"{"id":1,"title":"a b","answer":"x"}"#),
        (
            "set: { n: 'answer.n * 2.0', s: 'response.status', t: 'response.headers[\"x-t\"]' }", "GET", "",
            #"{"id":1,"title":"a b","n":5.0,"s":200,"t":"7, 8"}"#
        ),
        (
            "body: { json: { q: \"{title}\" } }, set: { n: id }", "POST", #"{"q":"a b"}"#,
            #"{"id":1,"title":"a b","n":1}"#
        ),
        ("method: put, set: { n: id }", "PUT", "", #"{"id":1,"title":"a b","n":1}"#),
        (
            "format: text", "GET", "",
            #"{"id":1,"title":"a b","answer":"{\"n\":2.50,\"tags\":[\"x\"]}"}"#
        )
    ])
    func `an answer goes where the spec has it`(
        options: String, method: String, body: String, record: String
    ) async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { _ in
                .reply(200, [("X-T", "7"), ("X-T", "8")], #"{"n":2.50,"tags":["x"]}"#)
            }
            let map = try harness.map(#"http: { url: "\#(server.url("/{id}?t={title}"))", \#(options) }"#)
            #expect(try await map.send(#"{"id":1,"title":"a b"}"#) == [record])
            #expect(server.requests.map(\.target) == ["/1?t=a%20b"])
            #expect(server.requests[0].method == method && server.requests[0].text == body)
            #expect((server.requests[0].key != nil) == (method != "GET"))
        }
    }

    @Test func `what cannot be used says why, and hides what is secret`() async throws {
        try await HTTPSinkHarness.run(environment: ["KEY": "hunter2hunter2"]) { server, harness in
            server.on("/404", .reply(404, [], "no such thing: hunter2hunter2"))
            server.on("/html", .reply(200, [("Content-Type", "text/html")], "<p>hello"))
            server.on("/empty", .reply(204))
            server.on("/large", .reply(200, [], "\"" + String(repeating: "x", count: 2000) + "\""))
            let map = try harness.map(
                #"http: { url: "\#(server.url("/{id}"))", max_answer: 1KB, headers: { X-Key: "${KEY}" } }"#)
            func reason(_ id: String) async -> String {
                do { return try await map.send(#"{"id":"\#(id)"}"#)[0] } catch { return "\(error)" }
            }
            #expect(await reason("404") == "the server answered 404 (not found): no such thing: <redacted>")
            #expect(await reason("html").hasPrefix("the answer (text/html) is no JSON, "))
            #expect(await reason("html").hasSuffix(": <p>hello"))
            #expect(await reason("empty") == #"{"id":"empty","answer":null}"#)
            #expect(await reason("large").contains("1000 bytes"))
            #expect(await reason("..") == "'id' is `.` or `..`, which would lead to another address")
            #expect(server.requests.filter { $0.path == "/large" }.count == 1)
        }
    }

    @Test func `a status can be an answer`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.on("/a", .reply(404, [], "<html>"))
            server.on("/b", .reply(410, [], #"{"gone":true}"#))
            let calls = MemoryCalls()
            let map = try harness.map(
                #"http: { url: "\#(server.url("/{id}"))", answers: [404, 410], cache: 1d, "#
                    + #"set: { status: response.status, found: answer } }"#, calls: calls)
            for _ in 0..<2 {
                #expect(try await map.send(#"{"id":"a"}"#) == [#"{"id":"a","status":404,"found":null}"#])
            }
            #expect(
                try await map.send(#"{"id":"b"}"#) == [#"{"id":"b","status":410,"found":{"gone":true}}"#])
            #expect(server.requests.count == 2)
        }
    }

    @Test func `what may succeed is tried again, and a server that asks for time gets it`() async throws {
        let clock = ManualClock()
        try await HTTPSinkHarness.run(clock: clock) { server, harness in
            server.on("/", .reply(500), .reply(429, [("Retry-After", "20")]), .reply(200, [], "1"))
            server.on("/gone", .reply(503))
            let map = try harness.map(
                #"http: { url: "\#(server.url("/"))", retry: { attempts: 2, initial: 100s } }"#)
            async let answer = map.send("{}")
            await clock.sleeping(for: .seconds(100))
            clock.advance(by: .seconds(100))
            await clock.sleeping(for: .seconds(20))
            clock.advance(by: .seconds(20))
            #expect(try await answer == [#"{"answer":1}"#])
            let gone = try harness.map(
                #"http: { url: "\#(server.url("/gone"))", retry: { attempts: 1 }, max_wait: 1s }"#)
            await #expect(throws: FailedCall.self) { try await gone.send("{}") }
        }
    }

    @Test func `a redirect is followed on the same host, and else is the record's`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.on("/1", .redirect(302, to: "/2"))
            server.on("/2", .reply(200, [], "2"))
            server.on("/3", .redirect(301, to: "https://elsewhere.example/?key=1"))
            let map = try harness.map(#"http: "\#(server.url("/{id}"))""#)
            #expect(try await map.send(#"{"id":1}"#) == [#"{"id":1,"answer":2}"#])
            await #expect {
                try await map.send(#"{"id":3}"#)
            } throws: {
                "\($0)".hasPrefix("a redirect (301) to https://elsewhere.example/")
            }
        }
    }

    @Test func `credentials that are refused end the run`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { _ in .reply(401) }
            let map = try harness.map(#"http: { url: "\#(server.url("/"))", token: abc }"#)
            await #expect(throws: HTTPMisled.self) { try await map.send("{}") }
        }
    }

    @Test func `what is kept keeps to the schema, and what does not is not remembered`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.on(
                "/", .reply(200, [], #"{"text":"{\"label\":\"weird\"}"}"#),
                .reply(200, [], #"{"text":"{\"label\":\"news\"}"}"#))
            let map = try harness.map(
                #"http: { url: "\#(server.url("/"))", value: "parse_json(answer.text)", into: verdict, cache: 1d, "#
                    + #"schema: { properties: { label: { enum: [news, spam] } }, required: [label] } }"#)
            await #expect {
                try await map.send("{}")
            } throws: {
                "\($0)"
                    == #"the answer does not keep to `schema`: `label` must be one of "news", "spam": {"label":"weird"}"#
            }
            for _ in 0..<2 {
                #expect(try await map.send("{}") == [#"{"verdict":{"label":"news"}}"#])
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test func `in a dry run nothing is asked that costs or changes something`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { _ in .reply(200, [], "1") }
            let url = #"url: "\#(server.url("/{id}"))""#
            let calls = MemoryCalls()
            let paid = try harness.map("http: { \(url), cache: 1d, budget: 9/d }", calls: calls)
            #expect(try await paid.send(#"{"id":1}"#) == [#"{"id":1,"answer":1}"#])
            for options in ["cache: 1d", "budget: 9/d", "method: post"] {
                let map = try harness.map("http: { \(url), \(options) }", calls: calls, isForShow: true)
                let known = options.hasPrefix("cache") ? #"{"id":1,"answer":1}"# : #"{"id":1}"#
                #expect(try await map.send(#"{"id":1}"#) == [known])
                #expect(try await map.send(#"{"id":2}"#) == [#"{"id":2}"#])
            }
            let free = try harness.map("http: { \(url) }", isForShow: true)
            #expect(try await free.send(#"{"id":3}"#) == [#"{"id":3,"answer":1}"#])
            #expect(server.requests.map(\.path) == ["/1", "/3"])
        }
    }

    @Test(arguments: [
        ("url: \"https://e.org\", method: get, body: x", "body: `http` cannot send a body with GET"),
        ("url: \"https://e.org\", set: { a: '1' }, into: b", "set: `http` takes either `set`, or `into`"),
        (
            "url: \"https://e.org\", budget: { limit: 3, cost: answer.n }",
            "cost: `budget` needs `most` beside `cost`"
        ),
        (
            "url: \"https://e.org\", budget: { limit: 3, cost: answer.n, most: 4 }",
            "most: `budget` cannot spend more"
        ),
        ("url: \"https://e.org\", budget: { calls: 3/d, limit: 3 }", "limit: `budget` takes either"),
        ("url: \"https://e.org\", value: answer.x + titel", "titel: unknown field `titel`"),
        ("url: \"https://e.org\", value: response.stauts", "stauts: unknown field `stauts`"),
        ("url: \"https://e.org\", cache: { key: [answer] }", "answer: "),
        ("url: \"https://e.org\", schema: { type: thing }", "schema cannot be used"),
        ("url: \"https://e.org/{titel}\"", "titel: ")
    ])
    func `what is wrong in a spec is found before anything is asked`(options: String, finding: String) {
        let findings = HTTPSinkHarness.findings("http: { \(options) }", stage: "map")
        let text = findings.joined(separator: "\n").replacing("'", with: "`")
        #expect(text.contains(finding), "\(text)")
    }

    @Test func `filters behind the map know what the schema says`() {
        func findings(_ condition: String, _ options: String) -> [String] {
            HTTPSinkHarness.findings(
                "http: { url: \"https://e.org\", into: verdict, \(options) }\n  - filter: \(condition)",
                stage: "map")
        }
        let schema = "schema: { properties: { label: { type: string } } }"
        #expect(findings("verdict.label == \"spam\"", schema) == [])
        #expect(
            findings("verdict.lable == \"spam\"", schema) == ["lable: unknown field 'lable' of 'verdict'"])
        #expect(findings("verdict.lable == \"spam\"", "max_answer: 1MB") == [])
        #expect(findings("verdikt.label == \"spam\"", schema).count == 1)
    }
}
