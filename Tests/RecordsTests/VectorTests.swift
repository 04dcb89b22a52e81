import CSIMD
import TestSupport
import Testing

@Suite("Vector scanning agrees with the plain variants")
struct VectorTests {
    /// Bytes with readable zeros after them.
    private func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + Array(repeating: 0, count: 64) }

    @Test(
        "plain runs of any length end at each special byte",
        arguments: [0x22, 0x5C, 0x00, 0x1F, 0x0A] as [UInt8])
    func plainRun(special: UInt8) {
        let others: [UInt8] = [0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F, 0x80, 0xA2, 0xDC, 0xFF]
        for length in 0..<200 {
            let text = padded((0..<length).map { others[$0 % others.count] } + [special])
            #expect(csimd_plain_run(text) == length)
            #expect(csimd_plain_run_long(text) == length)
            #expect(csimd_plain_run_portable(text) == length)
            var copy = [UInt8](repeating: 0, count: length + 1)
            #expect(csimd_copy_plain(&copy, text, length) == length)
            #expect(csimd_copy_plain(&copy, text, length + 1) == length)
        }
    }

    @Test("digit runs end at anything else")
    func digitRun() {
        for length in 0..<50 {
            for other: UInt8 in [0x2F, 0x3A, 0x00, 0x20, 0xB0] {
                let text = padded((0..<length).map { UInt8(0x30 + $0 % 10) } + [other])
                #expect(csimd_digit_run(text) == length)
            }
        }
    }

    @Test("the last line feed is found at any place")
    func lastLineFeed() {
        for length in 0..<70 {
            #expect(csimd_after_last_line_feed(Array(repeating: 0x78, count: length) + [0], length) == 0)
            for place in 0..<length {
                var text = [UInt8](repeating: 0x78, count: length)
                text[place] = 0x0A
                text[place / 2] = 0x0A
                #expect(csimd_after_last_line_feed(text, length) == place + 1)
            }
        }
    }

    @Test("equal bytes are marked")
    func equalMask() {
        let text = (0..<16).map { UInt8($0) }
        for place in 0..<16 {
            var other = text
            other[place] ^= 0x80
            #expect(csimd_equal_mask(text, other) == 0xFFFF ^ (1 << UInt32(place)))
        }
    }

    @Test("escapes anywhere in a long string are judged as the plain scanner does it", arguments: 0..<60)
    func escapedRun(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 5000)
        let pieces = [
            "x", "é", "\\n", "\\\\", "\\\"", "\\/", "\\u00e9", "\\uD83D\\uDE80", "\\\\u", "uuuu", "0aF9"
        ]
        for _ in 0..<100 {
            var content: [UInt8] = []
            for _ in 0..<Int.random(in: 0...80, using: &random) {
                content += Array((pieces.randomElement(using: &random) ?? "").utf8)
                let run = [0, 0, 0, 1, 7, 40, 70].randomElement(using: &random) ?? 0
                content += Array(repeating: 0x78, count: run)
            }
            let valid = [0x22] + content + [0x22]
            let run = csimd_escaped_run(padded(content + [0x22]))
            #expect(run == content.count || run == 0)
            #expect(parseError(valid) == nil)
            let damaged = random.mutate(valid)
            #expect(
                (parseError(damaged) == nil) == ReferenceScanner.accepts(damaged),
                "\(String(decoding: damaged, as: UTF8.self))")
        }
    }

    @Test("UTF-8 is checked as the standard library does it", arguments: 0..<100)
    func utf8(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 4000)
        let pieces: [[UInt8]] = ["a", "é", "ß", "東", "\u{FFFD}", "🚀", "\u{10FFFF}", "\u{800}", "\u{D7FF}"].map
        {
            Array($0.utf8)
        }
        for _ in 0..<100 {
            func ascii() -> [UInt8] {
                Array(
                    repeating: 0x61,
                    count: [0, 0, 5, 63, 64, 127, 128, 129, 300].randomElement(using: &random) ?? 0)
            }
            var text = ascii()
            for _ in 0..<Int.random(in: 0...80, using: &random) {
                text +=
                    Int.random(in: 0..<4, using: &random) > 0
                    ? [0x61] : pieces.randomElement(using: &random) ?? []
            }
            text += ascii()
            if Bool.random(using: &random) { text = random.mutate(text) }
            let prefix = Int(csimd_utf8_prefix(text, text.count))
            let plain = Int(csimd_utf8_prefix_portable(text, text.count))
            #expect((plain == text.count) == (String(validating: text, as: UTF8.self) != nil))
            #expect((prefix == text.count) == (plain == text.count), "\(text)")
            #expect(prefix <= plain && plain <= prefix + 64, "\(text)")
            #expect(String(validating: text[..<prefix], as: UTF8.self) != nil, "\(text)")
        }
    }

    @Test("every pair and triple of lead and continuation bytes is judged right across a vector's end")
    func utf8Boundaries() {
        let interesting: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
            0xEE, 0xEF,
            0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF
        ]
        for start in [31, 61, 62, 63, 126, 127, 190, 191] {
            for first in interesting {
                for second in interesting {
                    for third in interesting {
                        var text = [UInt8](repeating: 0x61, count: 260)
                        text.replaceSubrange(start..<(start + 4), with: [first, second, third, 0x80])
                        let isValid = csimd_utf8_prefix_portable(text, text.count) == text.count
                        #expect((csimd_utf8_prefix(text, text.count) == text.count) == isValid)
                    }
                }
            }
        }
    }
}
