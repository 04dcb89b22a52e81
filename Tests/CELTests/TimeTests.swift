import CEL
import Notation
import Testing

@Suite struct TimeTests {
    @Test(
        "Timestamps are strict RFC 3339 within the years 1 to 9999",
        arguments: [
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
            ("2024-01-01T01:30:00+01:30", "2024-01-01T00:00:00Z"),
            ("2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00.5Z"),
            ("2024-01-01T00:00:00.1234567899Z", "2024-01-01T00:00:00.123456789Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z")
        ])
    func goodTimestamps(text: String, shown: String) {
        #expect(evaluate("timestamp(\"\(text)\")") == "timestamp(\"\(shown)\")")
    }

    @Test(
        "Everything else is refused, at once where it is a literal",
        arguments: [
            "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z",
            "2024-01-01t00:00:00z", "2024-01-01 00:00:00Z", "2024-01-01T00:00:00", "2024-01-01",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+0100", "2024-01-01T00:00:00+24:00", "24-01-01T00:00:00Z", "",
            "2024-01-01T00:00:00ZZ",
            "+2024-01-01T00:00:00Z", "0000-12-31T23:59:59Z", "10000-01-01T00:00:00Z",
            "9999-12-31T23:59:59-00:01",
            "2024-1-1T00:00:00Z"
        ])
    func badTimestamps(text: String) {
        let errors = compileErrors("timestamp(\"\(text)\")")
        #expect(errors.count == 1)
        #expect(errors.first?.range == 10..<12 + text.utf8.count)
        #expect(["outOfRange", "invalidConversion"].contains(evaluate("timestamp(dyn(\"\(text)\") + '')")))
    }

    @Test(
        "Durations take fractions and all units",
        arguments: [
            ("1h30m", "5400s"), ("-1.5h", "-5400s"), ("250ms", "0.25s"), ("1us", "0.000001s"),
            ("1µs", "0.000001s"), ("1ns", "0.000000001s"),
            ("0", "0s"), ("+5s", "5s"), ("1.5s", "1.5s"), (".5s", "0.5s"),
            ("1h1m1s1ms1us1ns", "3661.001001001s")
        ])
    func durations(text: String, shown: String) {
        #expect(evaluate("string(duration('\(text)'))") == "\"\(shown)\"")
    }

    @Test(
        "Malformed durations are refused",
        arguments: ["", "1", "s", "1d", "1 s", "--1s", "1.s.", "9223372036854775808ns", "1h-1m"])
    func badDurations(text: String) { #expect(!compileErrors("duration('\(text)')").isEmpty) }

    @Test(
        "Parts of a time are read in IANA zones and at fixed offsets",
        arguments: [
            ("getHours('Europe/Berlin')", "0"), ("getHours('America/New_York')", "19"),
            ("getHours('+05:30')", "5"), ("getMinutes('+05:30')", "0"),
            ("getHours('-08:00')", "15"), ("getDate('America/New_York')", "10"), ("getDayOfWeek()", "0"),
            ("getDayOfYear()", "69"),
            ("getHours('Nowhere' + '/Land')", "invalidArgument"),
            ("getHours('+25' + ':00')", "invalidArgument")
        ])
    func zones(call: String, expected: String) {
        #expect(evaluate("timestamp('2024-03-10T23:30:00Z').\(call)") == expected)
    }

    @Test(
        "A constant name of a zone that there is not is refused",
        arguments: [("Europe/Berln", "Europe/Berlin"), ("Nowhere/Land", nil), ("+25:00", nil)])
    func unknownZones(name: String, meant: String?) {
        let errors = compileErrors("now.getHours('\(name)')", in: .records())
        #expect(errors.map(\.range) == [13..<15 + name.utf8.count])
        #expect(errors.map(\.suggestion) == [meant])
    }

    @Test("Summer time counts in the zone")
    func summerTime() {
        #expect(evaluate("timestamp('2024-07-01T12:00:00Z').getHours('Europe/Berlin')") == "14")
        #expect(evaluate("timestamp('2024-01-01T12:00:00Z').getHours('Europe/Berlin')") == "13")
    }

    @Test(
        "Sums stay within their ranges",
        arguments: [
            ("timestamp('9999-12-31T23:59:59Z') + duration('1s')", "outOfRange"),
            ("timestamp('0001-01-01T00:00:00Z') - duration('1ns')", "outOfRange"),
            ("duration('9223372036s') + duration('9223372036s')", "outOfRange"),
            (
                "timestamp('2024-01-01T00:00:00Z') - timestamp('2023-12-31T23:00:00Z') == duration('1h')",
                "true"
            ),
            ("timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')", "outOfRange")
        ])
    func sums(expression: String, expected: String) {
        #expect(evaluate(expression) == expected)
    }

    @Test("Every second of some days survives the way through text")
    func roundTrip() throws {
        for days in stride(
            from: Timestamp.minimumSeconds, to: Timestamp.maximumSeconds, by: 86_400 * 97 + 12_345)
        {
            let timestamp = try #require(Timestamp(seconds: days, nanoseconds: 120_000_000))
            let text = timestamp.rfc3339
            let read = Array(text.utf8).withUnsafeBufferPointer { try? Timestamp(rfc3339: $0) }
            #expect(read == timestamp, "\(text)")
        }
    }
}
