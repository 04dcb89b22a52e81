import FoundationEssentials
import Pacing
import Testing

@testable import Fetching

private let now = Date(timeIntervalSince1970: 1_700_000_000)

@Suite struct RetryAfterTests {
    @Test(
        arguments: [
            ("120", 120.0), (" 7 ", 7), ("0", 0), ("1.5", 1.5), ("86401", 86_400),
            (String(repeating: "9", count: 400), 86_400),
            ("Tue, 14 Nov 2023 22:15:20 GMT", 120), ("Tue, 14 Nov 2023 22:13:00 GMT", 0),
            ("Wed, 14 Nov 2123 22:13:00 GMT", 86_400)
        ] as [(String, Double)])
    func readsSecondsAndDates(value: String, seconds: Double) {
        #expect(RetryAfter.parse(value, now: now) == .seconds(seconds))
    }

    @Test(arguments: ["", "soon", "-5", "nan", "inf", "1e999", "5 minutes"])
    func ignoresTheRest(value: String) {
        #expect(RetryAfter.parse(value, now: now) == nil)
    }
}

@Suite struct RetryPolicyTests {
    private let failure = FetchError.status(500, retryAfter: nil)

    @Test func pausesGrowUpToTheLongest() {
        var state = RetryState(
            RetryPolicy(attempts: 6, initial: .seconds(1), maximum: .seconds(5)))
        let pauses = (0..<6).map { _ in state.failed(failure, random: 1) }
        #expect(
            pauses == [
                .retry(after: .seconds(1)), .retry(after: .seconds(2)), .retry(after: .seconds(4)),
                .retry(after: .seconds(5)), .retry(after: .seconds(5)), .giveUp
            ])
    }

    @Test func jitterTakesAwayUpToHalf() {
        var state = RetryState(RetryPolicy(initial: .seconds(8)))
        #expect(state.failed(failure, random: 0.5) == .retry(after: .seconds(6)))
    }

    @Test func theServersWishCounts() {
        var state = RetryState(.requests)
        #expect(state.failed(.status(429, retryAfter: .seconds(7)), random: 1) == .retry(after: .seconds(7)))
        #expect(state.failed(.status(429, retryAfter: .seconds(0)), random: 1) == .retry(after: .seconds(2)))
        #expect(state.failed(.status(429, retryAfter: .seconds(61)), random: 1) == .giveUp)
    }

    @Test(arguments: [
        FetchError.status(404, retryAfter: nil), .status(501, retryAfter: nil), .tls(host: "a", reason: ""),
        .tooLarge(limit: 1), .redirectLoop(at: ""), .decoding(coding: "gzip", .corrupt)
    ])
    func whatCannotGetBetterIsNotTriedAgain(error: FetchError) {
        var state = RetryState(.requests)
        #expect(state.failed(error, random: 1) == .giveUp)
    }

    @Test(arguments: [
        FetchError.status(503, retryAfter: nil), .status(429, retryAfter: nil),
        .timedOut(.connect, after: .zero),
        .connectionRefused(host: "", port: 1), .hostNotFound(host: ""), .brokenOff(received: 1, expected: nil)
    ])
    func whatMayPassIsTriedAgain(error: FetchError) {
        var state = RetryState(.requests)
        #expect(state.failed(error, random: 1) == .retry(after: .seconds(1)))
    }

    @Test func neverMeansOnce() {
        var state = RetryState(.never)
        #expect(state.failed(failure, random: 1) == .giveUp)
    }
}

@Suite struct FreshnessTests {
    @Test(
        arguments: [
            ([("Cache-Control", "max-age=600")], 600.0), ([("Cache-Control", "public, MAX-AGE=\"60\"")], 60),
            ([("Cache-Control", "max-age=600"), ("Age", "100")], 500),
            ([("Cache-Control", "max-age=60"), ("Age", "100")], 0),
            ([("Cache-Control", "no-cache, max-age=600")], 0), ([("Cache-Control", "no-store")], 0),
            ([("Cache-Control", "max-age=never")], 0),
            ([("Cache-Control", "s-maxage=9"), ("Cache-Control", "max-age=5")], 5),
            ([("Cache-Control", "max-age=5"), ("Expires", "Tue, 14 Nov 2023 23:13:20 GMT")], 5),
            ([("Expires", "Tue, 14 Nov 2023 22:15:20 GMT")], 120), ([("Expires", "0")], 0),
            ([("Expires", "Tue, 14 Nov 2023 22:15:20 GMT"), ("Date", "Tue, 14 Nov 2023 22:15:00 GMT")], 20),
            ([("Cache-Control", "no-cache=\"set-cookie\", max-age=30")], 30),
            ([("Cache-Control", "max-age=99999999999999999999")], Double(Int32.max))
        ] as [([(String, String)], Double)])
    func followsTheServer(headers: [(String, String)], seconds: Double) {
        let fields = HeaderFields(headers.map { (name: $0.0, value: $0.1) })
        #expect(Freshness.expiry(fields, received: now) == now.addingTimeInterval(seconds))
    }

    @Test func saysNothingWhenTheServerDoesNot() {
        #expect(Freshness.expiry(HeaderFields([("Cache-Control", "public")]), received: now) == nil)
    }
}

@Suite struct RateLimitTests {
    @Test(
        arguments: [
            ("0", "42", 42.0), ("0.9", "600.0", 600), ("1", "42", 0), ("99.5", "600", 0), ("-3", "5", 5),
            ("0", "1700000030", 30), ("0", "1600000000", 0), ("0", "2023-11-14T22:14:20.123456Z", 60),
            ("0", "2023-11-14T22:14:20Z", 60), ("0", "Tue, 14 Nov 2023 22:15:20 GMT", 120),
            ("0", "99999999", 86_400)
        ] as [(String, String, Double)])
    func readsEachFormOfTheReset(remaining: String, reset: String, pause: Double) {
        let headers = HeaderFields([("X-RateLimit-Remaining", remaining), ("x-ratelimit-reset", reset)])
        #expect(RateLimit(headers, now: now)?.pause == .seconds(pause))
    }

    @Test(arguments: [("", "5"), ("nan", "5"), ("many", "5"), ("0", ""), ("0", "soon"), ("0", "nan")])
    func ignoresTheRest(remaining: String, reset: String) {
        let headers = HeaderFields([("X-RateLimit-Remaining", remaining), ("X-RateLimit-Reset", reset)])
        #expect(RateLimit(headers, now: now) == nil)
    }
}

@Suite struct PollScheduleTests {
    private let schedule = PollSchedule(
        every: .seconds(900), minEvery: .seconds(300), maxEvery: .seconds(7200))

    private func pause(
        _ schedule: PollSchedule? = nil, from date: Date = now, _ change: (inout PollSchedule.Hints) -> Void
    )
        -> Double
    {
        var hints = PollSchedule.Hints()
        change(&hints)
        return (schedule ?? self.schedule).next(after: date, hints: hints).timeIntervalSince(date)
    }

    @Test func hintsLengthenThePauseAndNeverShortenIt() {
        #expect(pause { _ in } == 900)
        #expect(pause { $0.freshUntil = now.addingTimeInterval(60) } == 900)
        #expect(pause { $0.freshUntil = now.addingTimeInterval(1800) } == 1800)
        #expect(pause { $0.ttl = 20 } == 1200)
        #expect(
            pause {
                $0.ttl = 20; $0.freshUntil = now.addingTimeInterval(1800)
            } == 1800)
    }

    @Test func staysWithinItsBounds() {
        #expect(pause { $0.ttl = Int.max } == 7200)
        #expect(pause { $0.freshUntil = .distantFuture } == 7200)
        #expect(pause { $0.ttl = -5 } == 900)
        let hasty = PollSchedule(every: .seconds(1), minEvery: .seconds(300), maxEvery: .seconds(7200))
        #expect(pause(hasty) { _ in } == 300)
    }

    @Test func retryAfterIsObeyedBeyondTheBounds() {
        #expect(pause { $0.retryAfter = .seconds(8000) } == 8000)
        #expect(pause { $0.retryAfter = .seconds(10) } == 900)
    }

    /// `now` is Tuesday, 22:13:20 UTC.
    @Test func hoursAndDaysToSkipMoveThePollToTheNextAllowedHour() {
        #expect(pause { $0.skipHours = [22] } == 2800)
        #expect(pause { $0.skipHours = [22, 23] } == 6400)
        #expect(pause { $0.skip(day: "Tuesday") } == 6400)
        #expect(pause { $0.skip(day: "Wednesday") } == 900)
        let late = now.addingTimeInterval(6400)
        #expect(pause(from: late) { $0.skipHours = [24] } == 3600)
    }

    @Test func skippingEverythingCannotBeMeant() {
        #expect(pause { $0.skipHours = Set(0..<24) } == 900)
        #expect(pause { $0.skipDays = Set(1...7) } == 900)
    }
}
