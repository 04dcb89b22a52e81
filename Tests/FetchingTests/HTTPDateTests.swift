import FoundationEssentials
import Testing

@testable import Fetching

@Suite struct HTTPDateTests {
    /// 6 November 1994, 08:49:37 UTC, the date of the RFCs.
    static let date = Date(timeIntervalSince1970: 784_111_777)
    static let now = Date(timeIntervalSince1970: 1_700_000_000)

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Sun, 6 Nov 1994 08:49:37 +0000", "06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 10:49:37 +0200",
        "Sun, 06 Nov 1994 03:49:37 -0500", "sun, 06 nov 1994 08:49:37 gmt"
    ])
    func readsEveryFormOfHTTP(text: String) {
        #expect(HTTPDate.parse(text, now: HTTPDateTests.now) == HTTPDateTests.date)
    }

    @Test func aYearOfTwoDigitsIsNeverMoreThanFiftyYearsAhead() {
        let near = HTTPDate.parse("Sunday, 06-Nov-70 00:00:00 GMT", now: HTTPDateTests.now)
        let far = HTTPDate.parse("Sunday, 06-Nov-94 00:00:00 GMT", now: HTTPDateTests.now)
        #expect(near == Date(timeIntervalSince1970: 3_182_457_600))
        #expect(far == Date(timeIntervalSince1970: 784_080_000))
    }

    @Test(arguments: [
        ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000.0), ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
        ("Tue, 19 Jan 2038 03:14:08 GMT", 2_147_483_648)
    ])
    func countsDays(text: String, seconds: Double) {
        #expect(HTTPDate.parse(text, now: HTTPDateTests.now) == Date(timeIntervalSince1970: seconds))
    }

    @Test(arguments: [
        "", "0", "-1", "now", "Sun, 06 Nov 1994", "Sun, 06 Xyz 1994 08:49:37 GMT", "32 Nov 1994 08:49:37 GMT",
        "06 Nov 1994 25:00:00 GMT", "06 Nov 99999 08:00:00 GMT", "::", ":-", "-:", "06 Nov 1994 08:a9:37 GMT",
        "06 Nov 1994 08:00:00 +99999999999999999999", "06 Nov 1994 08:00:00 +9223372036854775807",
        "06 Nov 1994 08:00:00 -9223372036854775807", "06 Nov 1994 08:00:00 +2500"
    ])
    func refusesWhatIsNoDate(text: String) {
        #expect(HTTPDate.parse(text, now: HTTPDateTests.now) == nil)
    }
}
