import Notation
import Testing

@testable import Streaming

/// When the clocks of a zone show a time of day.
@Suite struct DailyTimeTests {
    private func daily(_ times: String..., zone: String = "Europe/Berlin") -> DailyTime {
        let minutes = times.map { time in
            let parts = time.split(separator: ":").compactMap { Int($0) }
            return parts[0] * 60 + parts[1]
        }
        return DailyTime(minutes: minutes, zone: zone) { NamedZones.offset(of: zone, at: $0) ?? 0 }
    }

    private func next(_ daily: DailyTime, after time: String) throws -> String {
        let instant = try Array(time.utf8).withUnsafeBufferPointer { try Timestamp(rfc3339: $0) }
        return try #require(Timestamp(seconds: daily.next(after: instant.seconds))).rfc3339
    }

    @Test(arguments: [
        ("2026-01-31T05:00:00Z", "2026-01-31T06:00:00Z"), ("2026-01-31T06:00:00Z", "2026-02-01T06:00:00Z"),
        ("2026-01-31T23:59:59Z", "2026-02-01T06:00:00Z"), ("2026-07-01T04:59:59Z", "2026-07-01T05:00:00Z")
    ])
    func `the next is later than now, today or tomorrow`(now: String, next: String) throws {
        #expect(try self.next(daily("07:00"), after: now) == next)
    }

    @Test func `of several the first counts`() throws {
        let daily = daily("18:30", "07:00")
        #expect(try next(daily, after: "2026-01-31T06:00:00Z") == "2026-01-31T17:30:00Z")
        #expect(try next(daily, after: "2026-01-31T17:30:00Z") == "2026-02-01T06:00:00Z")
    }

    @Test(arguments: [
        // Put forward at 02:00, and back at 03:00.
        ("Europe/Berlin", "2026-03-28T12:00:00Z", ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]),
        ("Europe/Berlin", "2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
        ("America/New_York", "2026-03-07T12:00:00Z", ["2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"]),
        ("America/New_York", "2026-10-31T12:00:00Z", ["2026-11-01T07:30:00Z", "2026-11-02T07:30:00Z"]),
        // By half an hour only.
        ("Australia/Lord_Howe", "2026-10-03T12:00:00Z", ["2026-10-03T15:30:00Z", "2026-10-04T15:30:00Z"])
    ])
    func `once a day also when clocks are changed`(zone: String, start: String, times: [String]) throws {
        let daily = daily("02:30", zone: zone)
        var now = start
        for time in times {
            now = try next(daily, after: now)
            #expect(now == time)
        }
    }

    /// Samoa left out 30 December 2011.
    @Test func `a day that a zone does not have`() throws {
        let daily = daily("12:00", zone: "Pacific/Apia")
        var now = "2011-12-29T00:00:00Z"
        for time in ["2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z", "2011-12-31T22:00:00Z"] {
            now = try next(daily, after: now)
            #expect(now == time)
        }
    }

    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Chatham", "Africa/Casablanca"
    ])
    func `every day of years has each time once`(zone: String) {
        let daily = daily("00:00", "02:30", "23:59", zone: zone)
        var now: Int64 = 1_700_000_000
        let end = now + 3 * 365 * 86_400
        var count = 0
        while now < end {
            let next = daily.next(after: now)
            #expect(next > now && next - now < 90_000)
            now = next
            count += 1
        }
        let usual = 3 * 3 * 365
        #expect(usual <= count && count <= usual + 3, "\(zone): \(count)")
    }
}
