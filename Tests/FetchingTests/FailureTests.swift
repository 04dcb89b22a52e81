import FoundationEssentials
import TestSupport
import Testing

@testable import Fetching

@Suite struct FailureTests {
    @Test func aNameThatDoesNotExist() async throws {
        try await withServer { _, fetcher in
            await #expect(throws: FetchError.hostNotFound(host: "feeds.invalid")) {
                try await fetcher.fetch("http://feeds.invalid/rss")
            }
        }
    }

    @Test func aPortThatRefuses() async throws {
        let refusing = try RefusingPort()
        try await withServer { _, fetcher in
            await #expect(throws: FetchError.connectionRefused(host: "127.0.0.1", port: refusing.port)) {
                try await fetcher.fetch("http://127.0.0.1:\(refusing.port)/rss")
            }
        }
        withExtendedLifetime(refusing) {}
    }

    @Test func aServerThatHangsUpAtOnce() async throws {
        try await withServer { server, fetcher in
            server.on("/feed", .hangUp)
            await #expect(
                throws: FetchError.connectionFailed(host: "127.0.0.1", reason: "closed before it answered")
            ) {
                try await fetcher.fetch(server.url("/feed"))
            }
        }
    }

    @Test func aCertificateOfAnUnknownAuthority() async throws {
        try await withServer(.tls) { server, fetcher in
            server.on("/feed", .reply(200, [], "secret"))
            await #expect(throws: FetchError.tls(host: "localhost", reason: "the certificate is not trusted"))
            {
                try await fetcher.fetch(server.url("/feed", host: "localhost"))
            }
            #expect(server.requests.isEmpty)
        }
    }

    private func withAuthority(_ body: (ScriptedServer, Fetcher) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory
        let file = directory.appendingPathComponent("feedspine-authority-\(UUID().uuidString).pem").path
        try TestCertificates.authority.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await withServer(
            .tls,
            configure: {
                $0.extraAuthorities = file
                $0.hostOverrides = ["other.test": "127.0.0.1", "secure.test": "127.0.0.1"]
            }, body)
    }

    @Test(arguments: ["localhost", "secure.test"])
    func anExtraAuthorityIsTrusted(host: String) async throws {
        try await withAuthority { server, fetcher in
            server.on("/feed", .reply(200, [], "secret"))
            let text = try await fetcher.fetch(server.url("/feed", host: host)).text()
            #expect(text == "secret")
        }
    }

    @Test func aCertificateForAnotherHost() async throws {
        try await withAuthority { server, fetcher in
            await #expect(
                throws: FetchError.tls(host: "other.test", reason: "the certificate is for another host")
            ) {
                try await fetcher.fetch(server.url("/feed", host: "other.test"))
            }
        }
    }

    /// A body behind a head that the client takes for an interim answer once ended the process.
    @Test(arguments: [
        "099 X", "000 X", "001 X", "99 X", "1 X", "-1 X", "20 OK", "2000 OK", "abc OK", "", "199 X",
        "101 Switching"
    ])
    func anAnswerWithAnImpossibleStatus(status: String) async throws {
        let text = "HTTP/1.1 \(status)\r\nContent-Length: 4\r\n\r\nbody"
        try await CannedListener.run(text) { port in
            try await withServer { _, fetcher in
                await #expect(throws: FetchError.self) {
                    try await fetcher.fetch("http://127.0.0.1:\(port)/feed")
                }
            }
        }
    }

    @Test func aServerThatDoesNotSpeakTLS() async throws {
        try await withServer { server, fetcher in
            await #expect(throws: FetchError.tls(host: "127.0.0.1", reason: "the server does not speak TLS"))
            {
                try await fetcher.fetch("https://127.0.0.1:\(server.port)/feed")
            }
        }
    }

    /// The time runs out whatever it is, since the other side never says a word.
    @Test func aHandshakeThatNeverBegins() async throws {
        try await SilentListener.run { port in
            let limit = Duration.milliseconds(20)
            try await withServer(configure: { $0.timeouts.connect = limit }) { _, fetcher in
                await #expect(throws: FetchError.timedOut(.connect, after: limit)) {
                    try await fetcher.fetch("https://127.0.0.1:\(port)/feed")
                }
            }
        }
    }

    @Test func aServerThatNeverAnswers() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server, fetcher in
            server.on("/feed", .silence)
            async let outcome = failure { try await fetcher.fetch(server.url("/feed")) }
            await server.received(1)
            await clock.sleeping(for: HostLimits.silence)
            clock.advance(by: .seconds(40))
            #expect(await outcome == FetchError.timedOut(.read, after: .seconds(40)))
        }
    }

    /// Before its answer, or while its body arrives.
    @Test(arguments: [true, false])
    func aRequestThatHangsDoesNotKeepOthersFromItsHost(inBody: Bool) async throws {
        let clock = ManualClock()
        try await withServer(clock: clock, configure: { $0.limits.concurrent = 1 }) { server, fetcher in
            let other = Gate()
            server.on("/hanging", inBody ? .head().text("some").silence() : .silence)
            server.otherwise { _ in .reply(200, [], "there") }
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = await failure {
                        let body = try await fetcher.fetch(server.url("/hanging")).body
                        var pieces = body?.makeAsyncIterator()
                        _ = try await pieces?.next()
                        other.open()
                        _ = try await pieces?.next()
                    }
                }
                await server.received(1)
                if inBody { await other.pass() }
                await clock.sleeping(for: HostLimits.silence)
                async let answer = try? await fetcher.fetch(server.url("/feed")).text()
                clock.advance(by: HostLimits.silence)
                #expect(await answer == "there")
                group.cancelAll()
            }
        }
    }

    @Test func aBodyThatStopsArriving() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server, fetcher in
            server.on("/feed", .head().text("some").silence())
            var pieces = try #require(try await fetcher.fetch(server.url("/feed")).body).makeAsyncIterator()
            #expect(try await pieces.next() == Array("some".utf8))
            async let advanced: Void = {
                await clock.sleeping(for: HostLimits.silence)
                clock.advance(by: .seconds(30))
            }()
            await #expect(throws: FetchError.timedOut(.read, after: .seconds(30))) { try await pieces.next() }
            await advanced
        }
    }

    @Test func aBodyThatNeverEndsInTime() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock, configure: { $0.timeouts.total = .seconds(70) }) {
            server, fetcher in
            let gates = (0..<4).map { _ in Gate() }
            server.on(
                "/feed",
                .head().text("0").gate(gates[0]).text("1").gate(gates[1]).text("2").gate(gates[2]).text("3")
                    .silence())
            var pieces = try #require(try await fetcher.fetch(server.url("/feed")).body).makeAsyncIterator()
            #expect(try await pieces.next() == Array("0".utf8))
            for index in 0..<3 {
                async let waited: Void = {
                    await clock.sleeping(for: HostLimits.silence)
                    clock.advance(by: .seconds(25))
                    gates[index].open()
                }()
                if index < 2 {
                    #expect(try await pieces.next() == Array("\(index + 1)".utf8))
                } else {
                    await #expect(throws: FetchError.timedOut(.total, after: .seconds(70))) {
                        try await pieces.next()
                    }
                }
                await waited
            }
        }
    }

    /// However long the reader takes between two pieces, the server is not blamed for it.
    @Test func aSlowReaderUsesUpNoTime() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server, fetcher in
            let gate = Gate()
            server.on("/feed", .head().text("a").gate(gate).text("b").end())
            var pieces = try #require(try await fetcher.fetch(server.url("/feed")).body).makeAsyncIterator()
            #expect(try await pieces.next() == Array("a".utf8))
            clock.advance(by: .seconds(100_000))
            gate.open()
            #expect(try await pieces.next() == Array("b".utf8))
            #expect(try await pieces.next() == nil)
        }
    }

    /// The other tests bring a clock of their own.
    @Test func theSystemsClockWaitsAndCanBeCancelled() async throws {
        let clock = FetchClock.system
        let before = clock.now()
        try await clock.sleep(.milliseconds(1))
        #expect(clock.now() - before >= .milliseconds(1))
        let sleeper = Task { try await clock.sleep(.seconds(100_000)) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }

    @Test func cancellingEndsTheWait() async throws {
        try await withServer { server, fetcher in
            server.on("/feed", .silence)
            let task = Task { try await fetcher.fetch(server.url("/feed")) }
            await server.received(1)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    /// Decided by order: the fourth feed is let go only after the other three have been read to their ends.
    @Test func oneStuckSourceOfFourDelaysNoOther() async throws {
        let gate = Gate()
        try await withServer { server, fetcher in
            server.on("/stuck", .head().text("<").gate(gate).hangUp())
            for name in ["a", "b", "c"] { server.on("/\(name)", .reply(200, [], name)) }
            let order = try await withThrowingTaskGroup(of: String.self) { group in
                for name in ["stuck", "a", "b", "c"] {
                    let url = server.url("/\(name)")
                    group.addTask {
                        do {
                            return try await fetcher.fetch(url).text() ?? ""
                        } catch FetchError.brokenOff {
                            return "broken"
                        }
                    }
                }
                var order: [String] = []
                while let next = try await group.next() {
                    order.append(next)
                    if order.count == 3 { gate.open() }
                }
                return order
            }
            #expect(Set(order.prefix(3)) == ["a", "b", "c"])
            #expect(order.last == "broken")
        }
    }
}
