import Records
import TestSupport
import Testing

@testable import Feeds

private func decoded(_ bytes: [UInt8], http: String? = nil, pieces: Int = 1) -> (
    text: String, charset: String
) {
    let decision = bytes.withUnsafeBufferPointer { CharsetDecision($0, httpCharset: http, isComplete: true) }
    guard let decision else { return ("", "") }
    var decoder = CharsetDecoder(decision)
    var output = OutputBuffer()
    let rest = Array(bytes.dropFirst(decision.markLength))
    let size = max(1, rest.count / pieces)
    for start in stride(from: 0, to: rest.count, by: size) {
        rest[start..<min(rest.count, start + size)].withUnsafeBufferPointer {
            _ = decoder.decode($0, into: &output, isLast: false)
        }
    }
    let report = decoder.decode(Bytes(start: nil, count: 0), into: &output, isLast: true)
    return (String(output.bytes), report.name)
}

@Suite("The charset of a document")
struct CharsetTests {
    private static func declared(_ name: String) -> [UInt8] {
        Array("<?xml version='1.0' encoding='\(name)'?>".utf8)
    }
    private static func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { unit -> [UInt8] in
            let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            return bigEndian ? pair : pair.reversed()
        }
    }

    static let cases: [(String, [UInt8], String?, String, String)] = [
        ("nothing is said", Array("<a>é</a>".utf8), nil, "<a>é</a>", "utf-8"),
        ("a mark", [0xEF, 0xBB, 0xBF] + Array("<a>é</a>".utf8), "iso-8859-1", "<a>é</a>", "utf-8"),
        ("a mark of UTF-16", [0xFE, 0xFF] + utf16("<a>é</a>", bigEndian: true), nil, "<a>é</a>", "utf-16be"),
        ("UTF-16 without a mark", utf16("<a>é</a>", bigEndian: false), nil, "<a>é</a>", "utf-16le"),
        (
            "HTTP over the declaration", declared("utf-8") + [0x3C, 0xE9, 0x3E], "iso-8859-1", "<é>",
            "iso-8859-1"
        ),
        ("the declaration", declared("windows-1251") + [0xCF, 0xF0], nil, "Пр", "windows-1251"),
        ("a misspelling", declared("utf8") + Array("é".utf8), nil, "é", "utf8"),
        ("another", declared("win-1251") + [0xCF, 0xF0], nil, "Пр", "win-1251"),
        ("Latin-1 that is UTF-8", declared("iso-8859-1") + Array("é—".utf8), nil, "é—", "utf-8"),
        ("UTF-8 that is not", Array("caf".utf8) + [0xE9] + Array(" é".utf8), nil, "café é", "utf-8"),
        (
            "UTF-8 by HTTP that is what is declared", declared("koi8-r") + [0xF0, 0xD2], "utf-8", "Пр",
            "koi8-r"
        ),
        ("Latin-1 with quotes of Windows", declared("iso-8859-1") + [0x93, 0x94], nil, "“”", "iso-8859-1"),
        ("UTF-16 by HTTP that is ASCII", Array("<a/>".utf8), "utf-16", "<a/>", "utf-8"),
        ("unknown", declared("klingon") + Array("é".utf8), nil, "é", "utf-8"),
        ("Shift JIS", declared("Shift_JIS") + [0x93, 0xFA, 0x96, 0x7B], nil, "日本", "shift_jis"),
        ("GB 2312", declared("gb2312") + [0xD6, 0xD0], nil, "中", "gb18030"),
        (
            "seven bits with escapes",
            declared("ISO-2022-JP") + Array("<a>\u{1B}$BF|K\\\u{1B}(B</a>".utf8), nil, "<a>日本</a>",
            "iso-2022-jp"
        ),
        ("seven bits by HTTP", Array("<a>+ZeVnLA-</a>".utf8), "utf-7", "<a>日本</a>", "utf-7"),
        ("seven bits that are UTF-8", declared("iso-2022-jp") + Array("é".utf8), nil, "é", "utf-8"),
        ("UTF-8 with a plus", declared("utf-8") + Array("1+ZeVnLA-".utf8), nil, "1+ZeVnLA-", "utf-8")
    ]

    @Test("is found, whole and byte by byte", arguments: cases)
    func charset(name: String, bytes: [UInt8], http: String?, text: String, charset: String) {
        for pieces in [1, bytes.count] {
            let result = decoded(bytes, http: http, pieces: pieces)
            #expect(result.text.hasSuffix(text), "\(name)")
            #expect(result.charset == charset, "\(name)")
        }
    }

    @Test("leaves neither control characters nor carriage returns")
    func cleaning() {
        for pieces in [1, 12] {
            #expect(decoded(Array("a\u{0}b\r\nc\rd\u{1F}\te".utf8), pieces: pieces).text == "ab\nc\nd\te")
            #expect(decoded([0xC2, 0x92, 0xC2, 0xA0], pieces: pieces).text == "’\u{A0}")
        }
    }

    @Test("never gives what is no UTF-8", arguments: 0..<50)
    func hostile(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let names: [String?] = [
            nil, "utf-8", "shift_jis", "utf-16le", "gb18030", "iso-2022-jp", "utf-7", "big5"
        ]
        for name in names {
            let whole = decoded(bytes, http: name)
            #expect(!whole.text.utf8.contains { $0 < 0x20 && $0 != 9 && $0 != 10 })
            #expect(decoded(bytes, http: name, pieces: bytes.count).text == whole.text)
        }
    }
}
