import Records
import Testing

@Suite("JSON Lines")
struct JSONLinesTests {
    @Test("each line is a record; blank lines, CRLF and a missing last line end are allowed")
    func lines() {
        let records = records("{\"a\":1}\n\r\n  \n{\"a\":2}\r\n \t{\"a\":3} \n\n{\"a\":4}")
        #expect(records.map { $0["a"]?.int } == [1, 2, 3, 4])
        #expect(records.map(\.index) == [0, 1, 2, 3])
        #expect(records.allSatisfy { $0.chunk.origin === testOrigin })
        #expect(records.map(written) == ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}"])
    }

    @Test("nothing comes from nothing", arguments: ["", "\n", "\n\n\r\n", "\u{FEFF}", "  "])
    func empty(text: String) {
        let parsed = block(Array(text.utf8))
        #expect(parsed.roots.isEmpty)
        #expect(parsed.rejected.isEmpty)
    }

    @Test("a byte order mark counts only at the start of the file")
    func byteOrderMark() {
        #expect(records("\u{FEFF}{\"a\":1}\n").count == 1)
        let parsed = block(Array("{}\n\u{FEFF}{}\n".utf8))
        #expect(parsed.rejected.map(\.line) == [2])
    }

    @Test(
        "a line that is no object is rejected with its place, and the rest is read",
        arguments: [
            ("[1]", 1, JSONError.Kind.notAnObject), ("  \"x\"", 3, .notAnObject), ("null", 1, .notAnObject),
            ("{\"a\":1", 7, .unexpectedEnd), ("{\"a\":\"x", 8, .unexpectedEnd),
            ("{\"a\":\"x\\", 9, .unexpectedEnd), ("{\"a\":tru", 9, .unexpectedEnd),
            ("{\"a\":-", 7, .unexpectedEnd),
            ("{} {}", 4, .trailingContent), ("x", 1, .unexpectedByte(UInt8(ascii: "x"), expected: .value)),
            ("{\"a\":\u{1}}", 6, .unexpectedByte(1, expected: .value)),
            ("{\"a\":\"\u{0}\"}", 7, .controlCharacter(0)), ("\u{0}", 1, .unexpectedByte(0, expected: .value))
        ])
    func rejected(line: String, column: Int, kind: JSONError.Kind) {
        for end in ["\n", "\n{\"a\":2}\n", ""] {
            let parsed = block(Array("{\"a\":1}\n\n\(line)\(end)".utf8))
            #expect(parsed.rejected.map(\.line) == [3])
            #expect(parsed.rejected.map(\.column) == [column])
            #expect(parsed.rejected.map(\.error) == [kind])
            #expect(parsed.roots.count == (end.contains("2") ? 2 : 1))
        }
    }

    @Test("invalid UTF-8 rejects its line alone")
    func invalidUTF8() {
        let bad: [[UInt8]] = [
            Array("{\"a\":\"é".utf8) + [0xFF] + Array("\"}".utf8), [0xE2, 0x82], Array("{} ".utf8) + [0x80],
            Array("  ".utf8) + [0xC0, 0x80]
        ]
        let lines = bad.flatMap { $0 + Array("\n{\"ok\":\"東\"}\n".utf8) }
        let parsed = block(lines)
        #expect(parsed.rejected.map(\.line) == [1, 3, 5, 7])
        #expect(parsed.rejected.map(\.column) == [9, 1, 4, 3])
        #expect(parsed.rejected.allSatisfy { $0.error == .invalidUTF8 })
        #expect(parsed.records(at: .start).map { $0["ok"]?.string } == ["東", "東", "東", "東"])
    }

    @Test("an excerpt is short, shows the place, and holds no control characters")
    func excerpts() {
        let line =
            "{\"a\":\"" + String(repeating: "é", count: 500) + "\u{7}" + String(repeating: "z", count: 500)
        let rejected = block(Array((line + "\n").utf8)).rejected[0]
        #expect(rejected.error == .controlCharacter(7))
        #expect(rejected.excerpt.utf8.count <= RejectedLine.maximumExcerpt + 8)
        #expect(rejected.excerpt.contains("é\u{FFFD}z"))
        #expect(block([0xFF, 0x0A]).rejected[0].excerpt == "\u{FFFD}")
    }

    @Test("a line above the limit is rejected, one at the limit is not")
    func recordLimit() {
        let lines = JSONLines(recordLimit: 20)
        func line(_ length: Int) -> String { "{\"a\":\"" + String(repeating: "x", count: length - 8) + "\"}" }
        let text = [line(20), line(21), line(19), "{" + String(repeating: " ", count: 30)].joined(
            separator: "\n")
        let parsed = lines.parse(JSONLinesBlock(copying: text), origin: testOrigin)
        #expect(parsed.roots.count == 2)
        #expect(parsed.rejected.map(\.line) == [2, 4])
        #expect(parsed.rejected.allSatisfy { $0.error == .tooLarge(limit: 20) && $0.column == 21 })
    }
}
