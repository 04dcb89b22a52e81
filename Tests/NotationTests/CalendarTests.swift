import Foundation
import Notation
import TestSupport
import Testing

@Suite("The calendar")
struct CalendarTests {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// All days around the ends of centuries and eras, and the ends of what timestamps can say.
    @Test(
        "is Foundation's from the first day that it counts as we do",
        arguments: [1583, 1600, 1700, 1899, 1900, 1970, 1999, 2000, 2023, 2024, 2100, 2399, 2400, 9999])
    func agreement(year: Int64) throws {
        let first = CivilTime.days(year: year, month: 1, day: 1)
        var expected = first
        for month in Int64(1)...12 {
            for day in 1...CivilTime.daysIn(month: month, of: year) {
                #expect(CivilTime.days(year: year, month: month, day: day) == expected)
                let date = CivilTime.date(day: expected)
                #expect(date == (year, month, day))
                let time = CivilTime(secondsSince1970: expected * 86_400 + 86_399)
                let parts = Self.calendar.dateComponents(
                    [.year, .month, .day, .weekday, .hour, .minute, .second],
                    from: Date(timeIntervalSince1970: Double(expected * 86_400 + 86_399)))
                #expect(time.year == Int64(try #require(parts.year)))
                #expect(time.month == Int64(try #require(parts.month)))
                #expect(time.day == Int64(try #require(parts.day)))
                #expect(time.weekday == Int64(try #require(parts.weekday)) - 1)
                #expect([time.hour, time.minute, time.second] == [23, 59, 59])
                #expect(time.dayOfYear == expected - first)
                expected += 1
            }
        }
        #expect(expected == CivilTime.days(year: year + 1, month: 1, day: 1))
    }

    @Test("gives back every day of four eras, before the year 0 and after")
    func roundTrip() {
        for day in stride(from: Int64(-1_000_000), through: 600_000, by: 7) {
            let date = CivilTime.date(day: day)
            #expect(CivilTime.days(year: date.year, month: date.month, day: date.day) == day)
        }
    }
}

@Suite("A timestamp")
struct TimestampTests {
    @Test("is written with what fraction it has, and read back")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<2000 {
            let seconds = Int64.random(
                in: Timestamp.minimumSeconds...Timestamp.maximumSeconds, using: &random)
            let nanoseconds: Int32 = [0, 1, 10, 250_000_000, 999_999_999].randomElement(using: &random) ?? 0
            let timestamp = try #require(Timestamp(seconds: seconds, nanoseconds: nanoseconds))
            let text = timestamp.rfc3339
            #expect(Array(text.utf8).withUnsafeBufferPointer { try? Timestamp(rfc3339: $0) } == timestamp)
        }
    }

    @Test(
        "has one form for needed digits and one for milliseconds",
        arguments: [
            (0, 0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
            (-1, 250_000_000, "1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250Z"),
            (951_782_400, 1, "2000-02-29T00:00:00.000000001Z", "2000-02-29T00:00:00.000Z"),
            (-62_135_596_800, 0, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
            (253_402_300_799, 999_999_999, "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999Z")
        ] as [(Int64, Int32, String, String)])
    func forms(seconds: Int64, nanoseconds: Int32, exact: String, milliseconds: String) throws {
        let timestamp = try #require(Timestamp(seconds: seconds, nanoseconds: nanoseconds))
        #expect(timestamp.rfc3339 == exact)
        #expect(timestamp.rfc3339Milliseconds == milliseconds)
    }

    @Test("is not outside the years 1 to 9999")
    func range() {
        #expect(Timestamp(seconds: Timestamp.minimumSeconds - 1) == nil)
        #expect(Timestamp(seconds: Timestamp.maximumSeconds + 1) == nil)
        #expect(Timestamp(nanosecondsSince1970: .min).rfc3339 == "1677-09-21T00:12:43.145224192Z")
        #expect(Timestamp(nanosecondsSince1970: .max).rfc3339 == "2262-04-11T23:47:16.854775807Z")
    }
}
