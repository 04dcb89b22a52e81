import FoundationEssentials
import Pacing
import TestSupport
import Testing

@testable import Fetching

@Suite struct RetryTests {
    private func withRetries(
        _ clock: ManualClock, _ body: (ScriptedServer, Fetcher) async throws -> Void
    ) async throws {
        try await withServer(clock: clock, configure: { $0.retry = .requests }, body)
    }

    @Test func pausesGrowUntilTheServerRecovers() async throws {
        let clock = ManualClock()
        try await withRetries(clock) { server, fetcher in
            server.on("/feed", .reply(500), .reply(502), .hangUp, .reply(200, [], "back"))
            async let text = fetcher.fetch(server.url("/feed")).text()
            for (seen, pause) in [1, 2, 4].enumerated() {
                await clock.sleeping(for: .seconds(pause))
                #expect(server.requests.count == seen + 1)
                clock.advance(by: .seconds(pause))
            }
            let received = try await text
            #expect(received == "back")
            #expect(server.requests.count == 4)
        }
    }

    @Test func givesUpInTheEnd() async throws {
        let clock = ManualClock()
        try await withRetries(clock) { server, fetcher in
            server.on("/feed", .reply(503))
            async let outcome = failure { try await fetcher.fetch(server.url("/feed")) }
            for pause in [1, 2, 4] {
                await clock.sleeping(for: .seconds(pause))
                clock.advance(by: .seconds(pause))
            }
            #expect(await outcome == FetchError.status(503, retryAfter: nil))
            #expect(server.requests.count == 4)
        }
    }

    /// The clock stands at Tuesday, 14 November 2023, 22:13:20 UTC.
    @Test(arguments: [("17", 429), ("Tue, 14 Nov 2023 22:13:37 GMT", 429), ("17", 503)])
    func bothFormsOfRetryAfterAreObeyed(value: String, status: Int) async throws {
        let clock = ManualClock()
        try await withRetries(clock) { server, fetcher in
            server.on("/feed", .reply(status, [("Retry-After", value)]), .reply(200, [], "back"))
            async let text = fetcher.fetch(server.url("/feed")).text()
            await clock.sleeping(for: .seconds(17))
            #expect(server.requests.count == 1)
            clock.advance(by: .seconds(17))
            let received = try await text
            #expect(received == "back")
        }
    }

    @Test func aLongRetryAfterFailsAndIsRememberedForTheHost() async throws {
        let clock = ManualClock()
        try await withRetries(clock) { server, fetcher in
            server.on("/feed", .reply(429, [("Retry-After", "3600")]))
            server.on("/other", .reply(200, [], "other"))
            await #expect(throws: FetchError.status(429, retryAfter: .seconds(3600))) {
                try await fetcher.fetch(server.url("/feed"))
            }
            clock.advance(by: .seconds(600))
            await #expect(throws: FetchError.throttled(host: "127.0.0.1:\(server.port)", for: .seconds(3000)))
            {
                try await fetcher.fetch(server.url("/other"))
            }
            #expect(server.requests.count == 1)
            clock.advance(by: .seconds(2990))
            async let text = fetcher.fetch(server.url("/other")).text()
            await clock.sleeping(for: .seconds(10))
            clock.advance(by: .seconds(10))
            let received = try await text
            #expect(received == "other")
        }
    }

    @Test(arguments: [429, 503])
    func feedsOfABusyHostWaitTogether(status: Int) async throws {
        let clock = ManualClock()
        let policy = RetryPolicy(attempts: 1, initial: .seconds(1), maximum: .seconds(5))
        try await withServer(clock: clock) { server, fetcher in
            server.otherwise { _ in .reply(status) }
            let feeds = (0..<20).map { server.url("/\($0)") }
            let outcomes = Task {
                await withTaskGroup(of: FetchError?.self) { group in
                    for url in feeds {
                        group.addTask { await failure { try await fetcher.fetch(url) { $0.retry = policy } } }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
            // Those that are asked at once, and one each time that the pause is over; the next would be too long.
            await server.received(6)
            for (pause, requests) in [(1, 7), (2, 8), (4, 9)] {
                await clock.sleeping(for: .seconds(pause))
                clock.advance(by: .seconds(pause))
                await server.received(requests)
            }
            let failures = await outcomes.value
            let host = "127.0.0.1:\(server.port)"
            #expect(failures.filter { $0 == .status(status, retryAfter: nil) }.count == 9)
            #expect(failures.filter { $0 == .throttled(host: host, for: .seconds(8)) }.count == 11)
            #expect(server.requests.count == 9)
        }
    }

    @Test func anotherHostIsNotHeldUp() async throws {
        let clock = ManualClock()
        try await withRetries(clock) { server, fetcher in
            server.on("/feed", .reply(429, [("Retry-After", "3600")]))
            server.on("/other", .reply(200, [], "other"))
            _ = try? await fetcher.fetch(server.url("/feed"))
            let text = try await fetcher.fetch(server.url("/other", host: "localhost")).text()
            #expect(text == "other")
        }
    }

    @Test(arguments: [400, 401, 403, 404, 451, 501])
    func whatWillNotChangeIsNotTriedAgain(status: Int) async throws {
        try await withRetries(ManualClock()) { server, fetcher in
            server.on("/feed", .reply(status))
            await #expect(throws: FetchError.status(status, retryAfter: nil)) {
                try await fetcher.fetch(server.url("/feed"))
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func requestsOfASourceAreSpreadOut() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server, fetcher in
            server.on("/feed", .reply(200, [], "x"))
            let paced = fetcher.paced(Rate(30, per: .seconds(60)))
            _ = try await paced.fetch(server.url("/feed"))
            async let second = paced.fetch(server.url("/feed"))
            await clock.sleeping(for: .seconds(2))
            #expect(server.requests.count == 1)
            _ = try await fetcher.fetch(server.url("/feed"))
            clock.advance(by: .seconds(2))
            _ = try await second
            #expect(server.requests.count == 3)
        }
    }

    @Test func aHostGetsNoMoreRequestsAtOnceThanItMay() async throws {
        let gate = Gate()
        try await withServer(configure: { $0.limits.concurrent = 2 }) { server, fetcher in
            server.otherwise { _ in .head().text("a").gate(gate).text("b").end() }
            try await withThrowingTaskGroup(of: String?.self) { group in
                for index in 0..<6 {
                    let url = server.url("/\(index)")
                    group.addTask { try await fetcher.fetch(url).text() }
                }
                await server.received(2)
                await gate.reached()
                #expect(server.requests.count == 2)
                gate.open()
                for try await text in group { #expect(text == "ab") }
            }
            #expect(server.requests.count == 6)
            #expect(server.connections <= 2)
        }
    }
}

@Suite struct HostTrafficTests {
    @Test func queuedRequestsFollowInOrder() {
        var traffic = HostTraffic(HostLimits(concurrent: 1))
        #expect(traffic.arrived(1) == .admitted)
        #expect(traffic.arrived(2) == .queued)
        #expect(traffic.arrived(3) == .queued)
        #expect(traffic.arrived(4) == .queued)
        #expect(traffic.abandoned(3) == true)
        #expect(traffic.abandoned(3) == false)
        #expect(traffic.left() == [2])
        #expect(traffic.left() == [4])
        #expect(traffic.left() == [])
        #expect(traffic.isIdle(now: .zero))
    }

    @Test func theLongestWishForPatienceCounts() {
        var traffic = HostTraffic(HostLimits())
        traffic.block(until: .seconds(10))
        traffic.block(until: .seconds(5))
        #expect(traffic.blocked(now: .seconds(4)) == .seconds(6))
        #expect(traffic.blocked(now: .seconds(11)) == .zero)
        #expect(!traffic.isIdle(now: .seconds(9)))
        #expect(traffic.isIdle(now: .seconds(10)))
    }

    @Test func aHostThatRefusesIsLeftAloneTwiceAsLongEachTime() {
        var traffic = HostTraffic(HostLimits())
        for (second, pause) in [(0, 1), (1, 2), (3, 4), (7, 8)] {
            let now = Duration.seconds(second)
            traffic.refused(sent: now, now: now + .milliseconds(1), pause: .seconds(1))
            #expect(traffic.blocked(now: now + .milliseconds(1)) == .seconds(pause))
        }
        traffic.refused(sent: .seconds(6), now: .seconds(8), pause: .seconds(1))
        #expect(traffic.blocked(now: .seconds(8)) == .milliseconds(7001), "it was under way, too")
        traffic.answered()
        traffic.refused(sent: .seconds(20), now: .seconds(20), pause: .seconds(1))
        #expect(traffic.blocked(now: .seconds(20)) == .seconds(8))
        for _ in 0..<9 { traffic.refused(sent: .seconds(9999), now: .seconds(9999), pause: .seconds(3000)) }
        #expect(traffic.blocked(now: .seconds(9999)) == .seconds(3600))
    }

    @Test func aHostThatRefusesIsTriedByOneRequestAlone() {
        var traffic = HostTraffic(HostLimits(concurrent: 2))
        #expect(
            [1, 2, 3, 4, 5].map { traffic.arrived($0) } == [.admitted, .admitted, .queued, .queued, .queued])
        traffic.refused(sent: .zero, now: .zero, pause: .seconds(1))
        #expect(traffic.left() == [])
        #expect(traffic.left() == [3])
        traffic.answered()
        #expect(traffic.left() == [4, 5])
    }

    @Test func cancelledWaitersLeaveTheQueue() async throws {
        let gate = HostGate(HostLimits(concurrent: 1), clock: .manual(ManualClock()))
        let first = try await gate.enter("host")
        let waiter = Task { try await gate.enter("host") }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        first.giveBack()
        first.giveBack()
        let next = try await gate.enter("host")
        next.giveBack()
    }
}
