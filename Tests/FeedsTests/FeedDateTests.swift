import Foundation
import Notation
import Records
import TestSupport
import Testing

@testable import Feeds

@Suite("A date")
struct FeedDateTests {
    @Test(
        "is read in every usual form",
        arguments: [
            ("Sat, 21 Nov 2026 10:00:00 GMT", "2026-11-21T10:00:00Z"),
            ("Sat, 21 Nov 2026 10:00:00 +0130", "2026-11-21T08:30:00Z"),
            ("21 Nov 26 10:00 EST", "2026-11-21T15:00:00Z"),
            ("Sat, 21 November 2026 10:00:00 -08:00", "2026-11-21T18:00:00Z"),
            ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"),
            ("2026-11-21T10:00:00.123456789+02:00", "2026-11-21T08:00:00.123456789Z"),
            ("2026-11-21t10:00z", "2026-11-21T10:00:00Z"),
            ("2026-11-21 10:00:00 -0500", "2026-11-21T15:00:00Z"),
            ("2026-11-21 10:00:00 MST", "2026-11-21T17:00:00Z"),
            ("20261121T100000Z", "2026-11-21T10:00:00Z"),
            ("2026-11-21", "2026-11-21T00:00:00Z"),
            ("2026/11/21", "2026-11-21T00:00:00Z"),
            ("2026-325", "2026-11-21T00:00:00Z"),
            ("January 2, 2006 3:04 PM", "2006-01-02T15:04:00Z"),
            ("Jan 2nd, 2006 at 12:04 am", "2006-01-02T00:04:00Z"),
            ("Monday, January 2, 2006 - 15:04:05-0700", "2006-01-02T22:04:05Z"),
            ("Mon Jan  2 15:04:05 2006", "2006-01-02T15:04:05Z"),
            ("Mon Jan 02 15:04:05 +0000 2006", "2006-01-02T15:04:05Z"),
            ("Mon, 02-Jan-06 15:04:05 MST", "2006-01-02T22:04:05Z"),
            ("Mon, 02 Jan 2006 15:04:05 GMT+0200 (CEST)", "2006-01-02T13:04:05Z"),
            ("1/2/2006 3:04:05 PM", "2006-01-02T15:04:05Z"),
            ("21.11.2026 10:00", "2026-11-21T10:00:00Z"),
            ("21/11/2026", "2026-11-21T00:00:00Z"),
            ("Sa, 21 März 2026 10:00:00 +0100", "2026-03-21T09:00:00Z"),
            ("1136239445", "2006-01-02T22:04:05Z"),
            ("1136239445500", "2006-01-02T22:04:05.5Z"),
            ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
            ("  \n2026-11-21T10:00:00Z ", "2026-11-21T10:00:00Z"),
            ("2026-11-21T24:00:00Z", "2026-11-22T00:00:00Z"),
            ("Sat, 21 Nov 2026 10:00:00 PST-08:00", "2026-11-21T18:00:00Z"),
            ("Sat, 21 Nov 2026 10:00:00 PST -0800", "2026-11-21T18:00:00Z"),
            ("Sat, 21 Nov 2026 10:00:00 -0800 PST", "2026-11-21T18:00:00Z"),
            ("Sat, 21 Nov 2026 10:00:00 UTC +2", "2026-11-21T08:00:00Z"),
            ("2026-11-21 10:00:00 CET+01:00", "2026-11-21T09:00:00Z"),
            ("Sat, 21 Nov 2026 10:00:00 Asia/Tokyo", "2026-11-21T01:00:00Z"),
            ("2026-07-21 10:00:00 Europe/Lisbon", "2026-07-21T09:00:00Z"),
            ("2026-11-21T10:00:00+01:00[Europe/Paris]", "2026-11-21T09:00:00Z"),
            ("2026-11-21T10:00:00[America/Port-au-Prince]", "2026-11-21T15:00:00Z"),
            ("Sat, 21 Nov 2026 10:00:00 Nowhere/Atlantis", "2026-11-21T10:00:00Z"),
            ("mar., 21 nov. 2026 10:00:00 +0100", "2026-11-21T09:00:00Z"),
            ("21 de noviembre de 2026 3:04 p. m.", "2026-11-21T15:04:00Z"),
            ("21 Nov 2026 3:04 P.M", "2026-11-21T15:04:00Z"),
            ("21 Nov 2026 12:04 a. m.", "2026-11-21T00:04:00Z"),
            ("21 Nov 2026 3:04\u{202F}p.\u{A0}m.", "2026-11-21T15:04:00Z"),
            ("21/11/2026 3:04 μ.μ.", "2026-11-21T15:04:00Z"),
            ("2026年11月21日 下午3:04", "2026-11-21T15:04:00Z"),
            ("2026年11月21日(土) 15:04", "2026-11-21T15:04:00Z"),
            ("lauantai 21. marraskuuta 2026 klo 15.09", "2026-11-21T15:09:00Z"),
            ("21 novembre 2026 à 15h09", "2026-11-21T15:09:00Z"),
            ("samedi 21 novembre 2026 à 15 h 09", "2026-11-21T15:09:00Z"),
            ("21 novembre 2026 à 15 h 09 min 30 s", "2026-11-21T15:09:30Z"),
            ("21. november 2026 kl. 15.09.30", "2026-11-21T15:09:30Z"),
            ("21 November 2026 pukul 15.09", "2026-11-21T15:09:00Z"),
            ("dissabte, 21 d’abril del 2026, a les 15:09", "2026-04-21T15:09:00Z"),
            ("21 d'agost de 2026", "2026-08-21T00:00:00Z"),
            ("2026 m. lapkričio 21 d. 15:09", "2026-11-21T15:09:00Z"),
            ("2026. gada 21. novembris 15:09", "2026-11-21T15:09:00Z"),
            ("21 בינואר 2026 בשעה 15:09", "2026-01-21T15:09:00Z"),
            ("21 नव॰ 2026, 3:09 pm", "2026-11-21T15:09:00Z"),
            ("21 ژوئیهٔ 2026", "2026-07-21T00:00:00Z"),
            ("21 نوفمبر 2026 3:09 م", "2026-11-21T15:09:00Z"),
            ("2026. 11. 21. PM 3:09", "2026-11-21T15:09:00Z"),
            ("Saturday, 21 Nov 2026 AM 12:09", "2026-11-21T00:09:00Z"),
            ("am 21. November 2026 um 15:09", "2026-11-21T15:09:00Z"),
            ("21 KASIM 2026", "2026-11-21T00:00:00Z"),
            ("21 ноября 2026 г. 10:00", "2026-11-21T10:00:00Z"),
            ("21 EKİM 2026", "2026-10-21T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")
        ])
    func forms(text: String, expected: String) {
        #expect(FeedDate.parse(text)?.rfc3339 == expected)
    }

    @Test(
        "that does not exist is refused",
        arguments: [
            "", "yesterday", "2026-13-01", "2026-02-30", "2025-02-29", "2026-11-21T25:00:00Z",
            "2026-11-21T10:61:00Z",
            "Sat, 21 Nov", "21 Nov 2026 10:00:00 +00:zz", "1:2:3:4", "99 Jun 2026", "Sat, Nov x 2026",
            "21 Nov 2026 2027 2028", "::", "+", "-", "T", "2026-11-21T10:00:00+99:99",
            "Mon, 01 Jan 0001 00:00:00 +0000", "Wed, 30 Nov -0001 00:00:00 +0000",
            "-0001-11-30T00:00:00+00:00",
            "0000-00-00 00:00:00", "0000-11-21T10:00:00Z",
            "9999-12-31T23:59:59-05:00", "Fri, 31 Dec 9999 22:00:00 -0400"
        ])
    func refused(text: String) {
        #expect(FeedDate.parse(text) == nil)
    }

    @Test("is read with each name of a month", arguments: MonthNames.languages.map(\.name))
    func months(language: String) throws {
        let months = try #require(MonthNames.languages.first { $0.name == language }).months
        let places = months.split(separator: " ")
        #expect(places.count == 12)
        for (index, names) in places.enumerated() {
            for name in names.split(separator: "/") {
                for written in [String(name), name.capitalized, name.uppercased(), name + "."] {
                    let expected = "2026-\(index < 9 ? "0" : "")\(index + 1)-03T10:00:00Z"
                    #expect(
                        FeedDate.parse("3 \(written) 2026 10:00:00 +0000")?.rfc3339 == expected, "\(written)")
                }
            }
        }
    }

    @Test("has its languages in the documentation")
    func languages() throws {
        let text = String(decoding: try bytes(ofFile: "docs/feeds.md"), as: UTF8.self)
        for language in MonthNames.languages { #expect(text.contains(language.name)) }
    }

    @Test("reads back from its own text", arguments: 0..<200)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let date = try #require(
            Timestamp(
                seconds: Int64.random(
                    in: Timestamp.minimumSeconds...Timestamp.maximumSeconds, using: &generator),
                nanoseconds: Int32.random(in: 0...999_999_999, using: &generator)))
        #expect(FeedDate.parse(date.rfc3339) == date)
    }

    @Test("never crashes on noise", arguments: 0..<200)
    func noise(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("0123456789:-+/., TZAPMjanfebGé年".unicodeScalars)
        var text = ""
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
            text.unicodeScalars.append(alphabet.randomElement(using: &generator) ?? "0")
        }
        if let date = FeedDate.parse(text) { #expect(FeedDate.parse(date.rfc3339) == date) }
    }

    @Test(
        "is what feedparser's cases demand",
        .enabled(if: ConformanceData.folder != nil, "the conformance data is not beside the project"))
    func conformance() throws {
        let path = try #require(ConformanceData.folder) + "/feeds/dates.json"
        let cases =
            try JSON(parsing: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))["cases"]?.array ?? []
        #expect(cases.count > 40)
        for item in cases {
            let found = FeedDate.parse(item["input"]?.string ?? "").flatMap {
                Timestamp(seconds: $0.seconds)?.rfc3339
            }
            #expect(found == item["expect"]?.string, "\(item["input"]?.string ?? "")")
        }
    }

    @Test("dates as mail has them are read as all others are", arguments: 0..<200)
    func mail(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        func number(_ range: ClosedRange<Int>, digits: Int) -> String {
            let text = String(Int.random(in: range, using: &generator))
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        func word(_ list: String) -> String {
            list.split(separator: " ").randomElement(using: &generator).map(String.init) ?? ""
        }
        let day = number(0...32, digits: Bool.random(using: &generator) ? 2 : 1)
        let date =
            "\(word("Mon Sun may")), \(day) \(word("Jan feb Dec Mai xyz")) \(number(1600...2100, digits: 4))"
        let time = "\(number(0...25, digits: 2)):\(number(0...61, digits: 2)):\(number(0...61, digits: 2))"
        let zone = word("GMT UTC EST +0100 -0930 +2500 +0160")
        let text = Array("\(date) \(time) \(zone)".utf8)
        text.withUnsafeBufferPointer { bytes in
            guard let fields = DateScanner.mail(bytes) else { return }
            var scanner = DateScanner(bytes)
            #expect(fields.instant == scanner.worded()?.instant)
        }
    }

    @Test("dates as the Internet has them are read as all of ISO 8601 is", arguments: 0..<200)
    func internet(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        func number(_ range: ClosedRange<Int>, digits: Int) -> String {
            let text = String(Int.random(in: range, using: &generator))
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let date = "\(number(0...2100, digits: 4))-\(number(0...13, digits: 2))-\(number(0...32, digits: 2))"
        let time = "\(number(0...25, digits: 2)):\(number(0...61, digits: 2)):\(number(0...61, digits: 2))"
        let zone = ["Z", "+01:00", "-09:30", "+25:00", "+01:60"].randomElement(using: &generator) ?? ""
        let text = Array("\(date)T\(time)\(zone)".utf8)
        text.withUnsafeBufferPointer { bytes in
            guard let fields = DateScanner.internet(bytes) else { return }
            var scanner = DateScanner(bytes)
            #expect(fields.instant == scanner.iso()?.instant)
        }
    }
}
