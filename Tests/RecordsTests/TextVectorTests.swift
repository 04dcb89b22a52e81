import CSIMD
import TestSupport
import Testing

@Suite("Vector scanning of a document's text agrees with the plain variants")
struct TextVectorTests {
    /// Text in which every class of bytes is met, with long runs between.
    private func text(_ random: inout SeededGenerator, marks: [UInt8]) -> [UInt8] {
        let length = Int.random(in: 0..<200, using: &random)
        let rarity = Int.random(in: 1..<100, using: &random)
        return (0..<length).map { _ in
            let isMark = Int.random(in: 0..<rarity, using: &random) == 0
            return isMark ? marks.randomElement(using: &random) ?? 0 : UInt8(ascii: "x")
        }
    }

    @Test("runs end where the plain ones do", arguments: 0..<300)
    func runs(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 9000)
        let marks: [UInt8] = [0x20, 0x20, 0x20, 0x3C, 0x26, 0xC2, 0x0A, 0x00, 0x1F, 0x7F, 0x80, 0xFF]
        let text = text(&random, marks: marks)
        #expect(csimd_line_run(text, text.count) == csimd_line_run_portable(text, text.count))
        #expect(csimd_html_text_run(text, text.count) == csimd_html_text_run_portable(text, text.count))
        #expect(
            csimd_control_free_run(text, text.count) == csimd_control_free_run_portable(text, text.count))
        #expect(csimd_occurrences(text, text.count, 0x20) == text.count { $0 == 0x20 })
        #expect(
            csimd_either(text, text.count, 0x3C, 0x26)
                == text.firstIndex { $0 == 0x3C || $0 == 0x26 } ?? text.count)
    }

    @Test("what is looked for is found at any place")
    func places() {
        for length in 0..<150 {
            var text = [UInt8](repeating: 0x78, count: length)
            #expect(csimd_either(text, length, 0x3C, 0x3E) == length)
            for place in 0..<length {
                text[place] = 0x3C
                #expect(csimd_either(text, length, 0x3C, 0x3E) == place)
                #expect(csimd_name_run(text, length) == place)
                text[place] = 0x78
            }
        }
    }

    @Test("names end at everything but letters and colons")
    func names() {
        for byte in UInt8.min...UInt8.max {
            let isName = byte == 0x3A || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            for length in [1, 17, 40] {
                let text = [UInt8](repeating: 0x61, count: length - 1) + [byte]
                #expect(csimd_name_run(text, length) == (isName ? length : length - 1))
            }
        }
    }

    @Test("a string is copied up to what needs an escape", arguments: 0..<200)
    func copying(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 9500)
        let text = text(&random, marks: [0x22, 0x5C, 0x0A, 0x1F, 0x20, 0xFF])
        var copy = [UInt8](repeating: 0, count: text.count + 1)
        let plain = csimd_copy_plain(&copy, text, text.count)
        #expect(plain == text.firstIndex { csimd_is_special($0) != 0 } ?? text.count)
        #expect(copy[..<plain] == text[..<plain])
        #expect(copy[text.count] == 0)
    }

    @Test("clean text is known, and what is not clean is near", arguments: 0..<300)
    func cleanText(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 9700)
        let hasVectors = csimd_text_prefix([UInt8](repeating: 0x61, count: 128), 128) == 128
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<150, using: &random) {
            let samples: [Unicode.Scalar] = ["a", " ", "\n", "\t", "ä", "я", "中", "\u{A0}", "😀", "\u{7F}"]
            scalars.append(samples.randomElement(using: &random) ?? "a")
        }
        let clean = Array(String(scalars).utf8)
        if hasVectors { #expect(csimd_text_prefix(clean, clean.count) == clean.count) }
        // A control character of one byte or two, a byte that begins nothing, and a character that is cut off.
        let faults: [[UInt8]] = [[0x0D], [0x00], [0xC2, 0x85], [0xFF], [0xE4, 0xB8], [0x80]]
        let text = clean + (faults.randomElement(using: &random) ?? []) + clean
        let prefix = csimd_text_prefix(text, text.count)
        #expect(prefix <= clean.count)
        if hasVectors { #expect(prefix + 67 > clean.count) }
        #expect(String(validating: text[..<prefix], as: UTF8.self) != nil)
        #expect(csimd_ascii_prefix(text, text.count) <= text.firstIndex { $0 >= 0x80 } ?? text.count)
    }

    @Test("digits of two bytes each")
    func hexadecimal() {
        let bytes = (0...255).map { UInt8($0) }
        for count in [0, 1, 15, 16, 17, 32, 256] {
            var digits = [UInt8](repeating: 0, count: 2 * count)
            csimd_hexadecimal(bytes, count, &digits)
            let expected = bytes[..<count].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(String(decoding: digits, as: UTF8.self) == expected)
        }
    }
}
