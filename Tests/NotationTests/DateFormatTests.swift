import Notation
import Testing

@Suite struct DateFormatTests {
    @Test(arguments: [
        ("yyyy-MM-dd", "2026-01-02"), ("yyyy/MM", "2026/01"), ("HH:mm:ss", "03:04:05"), ("DDD", "002"),
        ("YYYY-'W'ww", "2026-W01"), ("HH'h'mm", "03h04"), ("''yyyy", "'2026"),
        ("yyyyMMdd'T'HH", "20260102T03")
    ])
    func timesAreWritten(pattern: String, text: String) throws {
        // 2026-01-02T03:04:05Z
        let time = CivilTime(secondsSince1970: 1_767_323_045)
        let format = try DateFormat(pattern)
        #expect(format.text(time) == text)
        #expect(format.form.count == text.count)
    }

    /// The days around years' ends of which ISO 8601 says that they belong to the other year.
    @Test(arguments: [
        ((2005, 1, 1), (2004, 53)), ((2005, 1, 2), (2004, 53)), ((2005, 12, 31), (2005, 52)),
        ((2007, 1, 1), (2007, 1)), ((2007, 12, 30), (2007, 52)), ((2007, 12, 31), (2008, 1)),
        ((2008, 12, 28), (2008, 52)), ((2008, 12, 29), (2009, 1)), ((2009, 12, 31), (2009, 53)),
        ((2010, 1, 3), (2009, 53)), ((1969, 12, 31), (1970, 1))
    ])
    func weeksBelongToTheYearOfTheirThursday(date: (Int64, Int64, Int64), week: (Int64, Int64)) {
        let time = CivilTime(
            secondsSince1970: CivilTime.days(year: date.0, month: date.1, day: date.2) * 86_400)
        #expect(time.isoWeek == week)
    }

    @Test func whatIsNoFormatIsTold() {
        #expect(throws: DateFormat.Problem.empty) { try DateFormat("") }
        #expect(throws: DateFormat.Problem.openQuote) { try DateFormat("yyyy'T") }
        #expect(throws: DateFormat.Problem.unknown("yyy")) { try DateFormat("yyy") }
        #expect(throws: DateFormat.Problem.unknown("T")) { try DateFormat("yyyyTHH") }
    }
}
