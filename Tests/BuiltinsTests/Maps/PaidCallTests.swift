import Fetching
import Records
import Streaming
import Synchronization
import TestSupport
import Testing

@testable import Builtins

/// That nothing is paid for twice, and never more than the budget has.
@Suite(.timeLimit(.minutes(10))) struct PaidCallTests {
    private final class Time: Sendable {
        let now = Mutex<Int64>(1000)
        @Sendable func callAsFunction() -> Int64 { now.withLock { $0 } }
    }

    private func answering(_ server: ScriptedServer) {
        server.otherwise { request in .reply(200, [], #"{"path":"\#(request.path)","cost":2}"#) }
    }

    @Test(arguments: [
        // What differs between two questions, and whether that asks anew.
        (#"url: "/{id}""#, #"url: "/x/{id}""#, true),
        (#"url: "/{id}", method: post"#, #"url: "/{id}", method: put"#, true),
        (#"url: "/", body: "a {id}""#, #"url: "/", body: "b {id}""#, true),
        (#"url: "/", body: { cel: id }"#, #"url: "/", body: { cel: '[id]' }"#, true),
        (#"url: "/{id}", headers: { A: b }"#, #"url: "/{id}", headers: { A: c }"#, true),
        (#"url: "/{id}", headers: { A: "${ONE}" }"#, #"url: "/{id}", headers: { A: "${TWO}" }"#, false),
        (#"url: "/{id}", token: one"#, #"url: "/{id}", token: two"#, false),
        (
            #"url: "/{id}", timeout: 5s, into: a"#, #"url: "/{id}", rate_limit: 99/s, value: answer.cost"#,
            false
        )
    ])
    func `a key covers what is asked`(first: String, second: String, isAnew: Bool) async throws {
        try await HTTPSinkHarness.run(environment: ["ONE": "1111", "TWO": "2222"]) { server, harness in
            answering(server)
            let calls = MemoryCalls()
            for key in ["", "key: [id], "] {
                for options in [first, second, second] {
                    let options = options.replacing("url: \"", with: "url: \"\(server.url(""))")
                    let map = try harness.map("http: { \(options), cache: { \(key)for: 1d } }", calls: calls)
                    _ = try await map.send(#"{"id":7}"#)
                }
            }
            #expect(server.requests.count == (isAnew ? 4 : 2))
        }
    }

    @Test func `a key of the spec's decides, and a record without it is asked about each time`() async throws
    {
        try await HTTPSinkHarness.run { server, harness in
            answering(server)
            let map = try harness.map(
                #"http: { url: "\#(server.url("/{id}"))", cache: { key: [kind], for: 1d }, value: answer.path }"#
            )
            #expect(try await map.send(#"{"id":1,"kind":"a"}"#) == [#"{"id":1,"kind":"a","answer":"/1"}"#])
            #expect(try await map.send(#"{"id":2,"kind":"a"}"#) == [#"{"id":2,"kind":"a","answer":"/1"}"#])
            for _ in 0..<2 { #expect(try await map.send(#"{"id":3}"#) == [#"{"id":3,"answer":"/3"}"#]) }
            #expect(server.requests.map(\.path) == ["/1", "/3", "/3"])
        }
    }

    @Test func `an answer counts for its time, and not for longer when that is made shorter`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            answering(server)
            let time = Time()
            let calls = MemoryCalls()
            var counts: [Int] = []
            let sent: [(later: Int64, lifetime: String)] = [
                (0, "100s"), (99, "100s"), (0, "50s"), (50, "50s")
            ]
            for (later, lifetime) in sent {
                time.now.withLock { $0 += later }
                let map = try harness.map(
                    #"http: { url: "\#(server.url("/"))", cache: \#(lifetime) }"#, calls: calls,
                    now: time.callAsFunction)
                _ = try await map.send("{}")
                counts.append(server.requests.count)
            }
            #expect(counts == [1, 1, 2, 3])
        }
    }

    @Test func `what is asked at the same time is asked once`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            let gate = Gate()
            server.on("/a", Script.head(200).gate(gate).bytes(Array("1".utf8)).end())
            server.on("/b", .reply(500))
            let map = try harness.map(
                #"http: { url: "\#(server.url("/{id}"))", cache: 1d, retry: { attempts: 1 } }"#)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<20 {
                    group.addTask { try await map.send(#"{"id":"a","n":\#(number)}"#).count }
                }
                await gate.reached()
                gate.open()
                for try await count in group { #expect(count == 1) }
            }
            #expect(server.requests.count == 1)
            await #expect(throws: FailedCall.self) { try await map.send(#"{"id":"b"}"#) }
        }
    }

    @Test(arguments: ["pass", "fail"])
    func `a budget that is spent lets records pass or fail`(rule: String) async throws {
        try await HTTPSinkHarness.run { server, harness in
            answering(server)
            let time = Time()
            let calls = MemoryCalls()
            // Two stages that ask one server have one budget.
            let maps = try ["a", "b"].map { field in
                try harness.map(
                    #"http: { url: "\#(server.url("/{id}"))", value: answer.cost, into: \#(field), "#
                        + #"budget: { calls: 2/h, when_spent: \#(rule) } }"#, calls: calls,
                    now: time.callAsFunction)
            }
            #expect(try await maps[0].send(#"{"id":1}"#) == [#"{"id":1,"a":2}"#])
            #expect(try await maps[1].send(#"{"id":2}"#) == [#"{"id":2,"b":2}"#])
            if rule == "pass" {
                #expect(try await maps[0].send(#"{"id":3}"#) == [#"{"id":3}"#])
            } else {
                await #expect {
                    try await maps[0].send(#"{"id":3}"#)
                } throws: {
                    "\($0)" == "the budget of 2/h requests is spent"
                }
            }
            time.now.withLock { $0 -= 500 }
            let goesOn = try? await maps[0].send(#"{"id":4}"#)
            #expect((goesOn != nil) == (rule == "pass"))
            time.now.withLock { $0 += 500 + 3600 }
            #expect(try await maps[0].send(#"{"id":5}"#) == [#"{"id":5,"a":2}"#])
            #expect(server.requests.map(\.path) == ["/1", "/2", "/5"])
        }
    }

    @Test func `what waits for a budget goes on when there is something again`() async throws {
        let clock = ManualClock()
        try await HTTPSinkHarness.run(clock: clock) { server, harness in
            answering(server)
            let time = Time()
            let map = try harness.map(
                #"http: { url: "\#(server.url("/{id}"))", budget: 1/m, into: a }"#, now: time.callAsFunction)
            _ = try await map.send(#"{"id":1}"#)
            async let second = map.send(#"{"id":2}"#)
            await clock.sleeping(for: .seconds(60))
            #expect(server.requests.count == 1)
            time.now.withLock { $0 += 60 }
            clock.advance(by: .seconds(60))
            #expect(try await second.count == 1)
        }
    }

    @Test func `what costs less than was booked for it leaves room for others`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.on("/refused", .reply(400))
            server.on("/broken", .head(200).bytes(Array("1".utf8)).hangUp())
            server.otherwise { request in
                .reply(200, [], #"{"cost":\#(request.path == "/odd" ? "null" : "2")}"#)
            }
            let map = try harness.map(
                #"http: { url: "\#(server.url("/{id}"))", retry: 1, "#
                    + #"budget: { limit: 20, cost: answer.cost, most: 10, when_spent: pass } }"#)
            func isAsked(_ id: String) async -> Bool {
                let before = server.requests.count
                _ = try? await map.send(#"{"id":"\#(id)"}"#)
                return server.requests.count > before
            }
            // 2, nothing, 10 and 2; then the next could not be paid.
            #expect(await isAsked("a"))
            #expect(await isAsked("refused"))
            #expect(await isAsked("refused"))
            #expect(await isAsked("b"))
            #expect(await isAsked("odd"))
            #expect(await !isAsked("c"))
        }
    }

    @Test func `calls under way that give something back are waited for`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            answering(server)
            let map = try harness.map(
                #"http: { url: "\#(server.url("/{id}"))", into: a, budget: { limit: 50, cost: answer.cost, most: 20 } }"#
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<15 { group.addTask { _ = try await map.send(#"{"id":\#(number)}"#) } }
                try await group.waitForAll()
            }
            #expect(server.requests.count == 15)
        }
    }
}
