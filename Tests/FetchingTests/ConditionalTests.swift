import FoundationEssentials
import TestSupport
import Testing

@testable import Fetching

@Suite struct ConditionalTests {
    @Test(arguments: [
        "\"abc\"", "W/\"abc\"", "abc", "\"a,b c\"", "\"abc-gzip\"", "W/abc\"", "\"\"", "'x'", "\"ä\""
    ])
    func validatorsAreEchoedByteForByte(etag: String) async throws {
        let date = "Sat, 7 Nov  2026 8:00:00 +0100 (odd)"
        try await withServer { server, fetcher in
            server.on("/feed", .reply(200, [("ETag", etag), ("Last-Modified", date)], "one"), .reply(304))
            let first = try await fetcher.fetch(server.url("/feed"))
            #expect(try await first.text() == "one")
            _ = try await fetcher.fetch(server.url("/feed")) { $0.validators = first.validators }
            #expect(server.requests.map { $0.all("If-None-Match") } == [[], [etag]])
            #expect(server.requests.map { $0.all("If-Modified-Since") } == [[], [date]])
        }
    }

    @Test func notModifiedKeepsTheValidatorsAndTheAgeOfTheBody() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server, fetcher in
            let old = Validators(etag: "\"1\"", lastModified: "then", storedAt: clock.date)
            clock.advance(by: .seconds(3600))
            server.on("/feed", .reply(304))
            let response = try await fetcher.fetch(server.url("/feed")) { $0.validators = old }
            guard case .notModified = response.outcome else { return #expect(Bool(false), "not a 304") }
            #expect(response.validators == old)
        }
    }

    @Test func notModifiedCanReplaceValidators() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server, fetcher in
            let old = Validators(etag: "\"1\"", lastModified: "then", storedAt: clock.date)
            server.on("/feed", .reply(304, [("ETag", "\"2\"")]))
            let response = try await fetcher.fetch(server.url("/feed")) { $0.validators = old }
            #expect(
                response.validators == Validators(etag: "\"2\"", lastModified: "then", storedAt: clock.date))
        }
    }

    @Test func validatorsAreDroppedAfterEightDays() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server, fetcher in
            server.on("/feed", .reply(304), .reply(200, [], "all"))
            let old = Validators(etag: "\"1\"", lastModified: nil, storedAt: clock.date)
            clock.advance(by: .seconds(8 * 86_400 - 1))
            _ = try await fetcher.fetch(server.url("/feed")) { $0.validators = old }
            clock.advance(by: .seconds(1))
            let response = try await fetcher.fetch(server.url("/feed")) { $0.validators = old }
            #expect(try await response.text() == "all")
            #expect(server.requests.map { $0["If-None-Match"] } == ["\"1\"", nil])
        }
    }

    @Test func an304ThatNobodyAskedForIsAnError() async throws {
        try await withServer { server, fetcher in
            server.on("/feed", .reply(304))
            await #expect(throws: FetchError.status(304, retryAfter: nil)) {
                try await fetcher.fetch(server.url("/feed"))
            }
        }
    }

    @Test func goneIsAnOutcome() async throws {
        try await withServer { server, fetcher in
            server.on("/feed", .reply(410, [], "gone"))
            let response = try await fetcher.fetch(server.url("/feed"))
            guard case .gone = response.outcome else { return #expect(Bool(false), "not gone") }
        }
    }

    @Test func theConnectionIsUsedAgainAfterA304() async throws {
        try await withServer { server, fetcher in
            server.on("/feed", .reply(304))
            let old = Validators(etag: "\"1\"", lastModified: nil, storedAt: fetcher.clock.date())
            for _ in 0..<5 { _ = try await fetcher.fetch(server.url("/feed")) { $0.validators = old } }
            #expect(server.connections == 1)
        }
    }

    @Test func validatorsSurviveTheirStorage() throws {
        let validators = Validators(
            etag: "W/\"ä\"", lastModified: nil, storedAt: Date(timeIntervalSince1970: 1.5))
        let stored = try JSONEncoder().encode(validators)
        #expect(try JSONDecoder().decode(Validators.self, from: stored) == validators)
    }

    @Test func freshnessIsReported() async throws {
        try await withServer { server, fetcher in
            server.on("/feed", .reply(200, [("Cache-Control", "max-age=600")], "x"))
            let response = try await fetcher.fetch(server.url("/feed"))
            #expect(response.freshUntil == fetcher.clock.date().addingTimeInterval(600))
        }
    }
}
