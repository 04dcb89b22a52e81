import Diagnostics
import PipelineSpec
import TestSupport
import Testing

@Suite("Positions within scalars") struct ScalarPositionMapTests {
    enum Form: String, CaseIterable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    @Test(arguments: Form.allCases) func `every character that stands literally is found where it stands`(
        form: Form
    ) {
        var random = SeededGenerator(seed: 20_260_101)
        var checked = 0
        var wrong: [String] = []
        for _ in 0..<1000 {
            let yaml = ScalarWriter(form: form, random: &random).document
            guard let (scalar, source, map) = Self.read(yaml) else { continue }
            for (offset, byte) in scalar.text.utf8.enumerated() where Self.isMarked(byte) {
                let place = map.sourceOffset(of: offset)
                let expected = Self.isEscaped(byte) ? UInt8(ascii: "\\") : byte
                let hasEnd = Self.isEscaped(byte) || map.sourceOffset(ofEnd: offset + 1) == place + 1
                if source.bytes[place] != expected || !hasEnd { wrong.append("offset \(offset) in\n\(yaml)") }
                checked += 1
            }
        }
        #expect(wrong == [])
        #expect(checked > 5000, "the generator must make scalars that can be read")
    }

    /// Every scalar has each of its letters at most a few times, so that a wrong offset finds another one.
    private static func isMarked(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "'")
    }

    /// The generator writes these only as escapes.
    private static func isEscaped(_ byte: UInt8) -> Bool { "~\"\\".utf8.contains(byte) }

    private static func read(_ yaml: String) -> (YAMLScalar, SourceText, ScalarPositionMap)? {
        let source = SourceText(name: "t.yaml", text: yaml)
        guard let node = YAMLDocument.read(source).root?["outer"]?["key"], let scalar = node.scalar else {
            return nil
        }
        return (scalar, source, ScalarPositionMap(scalar, range: node.range, in: source))
    }

    @Test(arguments: [
        ("outer: {key: \"a\\n\\u00e9z\"}", 1, 15), ("outer: {key: \"a\\n\\u00e9z\"}", 2, 17),
        ("outer: {key: \"a\\n\\u00e9z\"}", 4, 23), ("outer: {key: 'it''s'}", 3, 18),
        ("outer:\n  key: &a !!str  plain text\n", 6, 30), ("outer:\n  key: >2\n      a\n    b\n", 2, 23),
        ("outer:\r\n  key: |\r\n    a\r\n    b\r\n", 2, 29)
    ])
    func `escapes, tags and indicators are stepped over`(yaml: String, offset: Int, place: Int) throws {
        let (_, _, map) = try #require(Self.read(yaml))
        #expect(map.sourceOffset(of: offset) == place)
    }

    @Test func `the end of the value is behind its last character`() throws {
        let (scalar, source, map) = try #require(Self.read("outer:\n  key: \"score > \"\n"))
        let end = map.sourceOffset(of: scalar.text.utf8.count)
        #expect(source.bytes[end] == UInt8(ascii: "\""))
    }
}

/// Writes YAML documents with one random scalar at `outer.key`, some of which are not valid.
struct ScalarWriter {
    let document: String

    init(form: ScalarPositionMapTests.Form, random: inout SeededGenerator) {
        let letters = Array(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<>=.()".shuffled(using: &random))
        var next = 0
        func word(_ random: inout SeededGenerator) -> String {
            var text = ""
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                text.append(letters[next % letters.count])
                next += 1
            }
            if Int.random(in: 0..<6, using: &random) == 0 {
                text += ["é", "日本", "🙂", "\u{300}"].randomElement(using: &random) ?? ""
            }
            return text
        }
        let lines = (0..<Int.random(in: 1...5, using: &random)).map { _ -> String in
            if Int.random(in: 0..<4, using: &random) == 0 { return "" }
            let words = (0..<Int.random(in: 1...3, using: &random)).map { _ in word(&random) }
            return words.joined(
                separator: String(repeating: " ", count: Int.random(in: 1...2, using: &random)))
        }
        let lineBreak = Int.random(in: 0..<5, using: &random) == 0 ? "\r\n" : "\n"
        let indent = Int.random(in: 1...3, using: &random) + 2
        func block(_ header: String, _ random: inout SeededGenerator) -> String {
            let chomp = ["", "+", "-"].randomElement(using: &random) ?? ""
            let indicator = Bool.random(using: &random) ? String(indent - 2) : ""
            let body = lines.map { line -> String in
                let extra = Int.random(in: 0..<5, using: &random) == 0 && !line.isEmpty ? "  " : ""
                return line.isEmpty ? "" : String(repeating: " ", count: indent) + extra + line
            }
            return header + indicator + chomp + lineBreak + body.joined(separator: lineBreak) + lineBreak
                + "after: x"
        }
        func flow(_ quote: String, _ random: inout SeededGenerator) -> String {
            var parts = lines
            if quote == "'", !parts[0].isEmpty { parts[0] = "it''s " + parts[0] }
            if quote == "\"" {
                let escapes = ["\\n", "\\u00e9", "\\x7e", "\\\\", "\\\"", "\\t", "\\\(lineBreak)      "]
                parts = parts.map { $0 + (escapes.randomElement(using: &random) ?? "") }
            }
            let joint = lineBreak + String(repeating: " ", count: indent)
            return quote + parts.joined(separator: joint) + quote
        }
        let scalar =
            switch form {
            case .plain: flow("", &random)
            case .singleQuoted: flow("'", &random)
            case .doubleQuoted: flow("\"", &random)
            case .literal: block("|", &random)
            case .folded: block(">", &random)
            }
        let mark = Int.random(in: 0..<8, using: &random) == 0 ? "\u{FEFF}" : ""
        let anchor = Int.random(in: 0..<6, using: &random) == 0 ? "&anchor " : ""
        document = mark + "outer:" + lineBreak + "  key: " + anchor + scalar + lineBreak
    }
}
