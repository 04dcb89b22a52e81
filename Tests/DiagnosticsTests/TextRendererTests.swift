import Diagnostics
import Testing

@Suite("Findings as text") struct TextRendererTests {
    private func render(_ text: String, _ lower: Int, _ upper: Int, _ renderer: TextRenderer = TextRenderer())
        -> [String]
    {
        let source = SourceText(name: "t.yaml", text: text)
        let finding = Diagnostic(.unknownOption, "unknown option", at: source.range(lower, upper))
        return renderer.render(finding, in: source).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test func `say where, what and what next`() {
        let source = SourceText(name: "news.yaml", text: "a: 1\n  - batch: { sise: 100 }\n")
        let finding = Diagnostic(
            .unknownOption, "unknown option `sise` of `batch`", at: source.range(18, 22),
            suggestion: .replacement("size"),
            notes: [.init("see also", at: source.range(0, 1)), .init("a remark")])
        let expected = """
            news.yaml:2:14: error[unknown-option]: unknown option `sise` of `batch`
              2 |   - batch: { sise: 100 }
                |              ^^^^
                = help: did you mean `size`?
                = note: see also (news.yaml:1:1)
                = note: a remark

            1 error

            """
        #expect(TextRenderer().render([FileDiagnostics(source, [finding])]) == expected)
    }

    @Test(arguments: [
        ("key: value", 5, 10, "     ^^^^^"), ("\tkey: value", 6, 11, "         ^^^^^"),
        ("日本: x", 8, 9, "      ^"),
        ("日本: x", 0, 6, "^^^^"), ("e\u{301}: x", 5, 6, "   ^"), ("👨‍👩‍👧: x", 20, 21, "    ^"),
        ("가: x", 5, 6, "    ^"),
        ("ab\u{200B}c", 5, 6, "  ^"), ("x", 1, 1, " ^"), ("", 0, 0, "^"),
        ("\u{1F1E9}\u{1F1EA} x", 9, 10, "   ^")
    ])
    func `underline the right columns`(text: String, lower: Int, upper: Int, underline: String) {
        let lines = render(text + "\n", lower, upper)
        #expect(lines[2] == "    | " + underline)
    }

    @Test func `of several lines underline the first`() {
        #expect(render("abc\ndef\n", 1, 6)[2] == "    |  ^^")
    }

    @Test(arguments: [0, 1000, 5_000_000, 9_999_990]) func `of huge lines show the surroundings`(place: Int) {
        let text = String(repeating: "0123456789", count: 1_000_000)
        let lines = render(text, place, place + 5)
        #expect(lines[1].count < 120)
        let column = lines[2].count - 5
        #expect(Array(lines[1])[column] == "0", "the underline is below what it means")
        #expect(lines[0].hasPrefix("t.yaml:1:\(place + 1): "))
    }

    @Test func `never let a file steer the terminal`() {
        let text = "a: \u{1B}[2J\u{202E}\u{7}\r\n"
        let source = SourceText(name: "\u{1B}]0;x\u{7}.yaml", text: text)
        let finding = Diagnostic(
            .unknownOption, "unknown \(quoted("\u{1B}[31mred"))", at: source.range(3, 4),
            suggestion: .replacement("\u{9B}x"),
            notes: [.init("\u{7}")])
        let output = TextRenderer().render([FileDiagnostics(source, [finding])])
        #expect(
            output.unicodeScalars.allSatisfy {
                $0 == "\n" || $0.value >= 0x20 && $0.value != 0x9B && $0.value != 0x202E
            })
    }

    @Test func `show bytes that are not text`() {
        let source = SourceText(name: "t", bytes: [0x61, 0xFF, 0xFE, 0x80, 0x62])
        let finding = Diagnostic(.yamlEncoding, "not UTF-8", at: source.range(1, 2))
        #expect(TextRenderer().render(finding, in: source).contains("a\u{FFFD}"))
    }

    @Test func `colour only when asked`() {
        #expect(!render("abc", 0, 1).joined().contains("\u{1B}"))
        #expect(render("abc", 0, 1, TextRenderer(colour: true)).joined().contains("\u{1B}[1;31m"))
    }

    @Test func `count what there is, in the order of the places, each once`() {
        let source = SourceText(name: "t", text: "a\nb\n")
        let second = Diagnostic(.noTap, "second", at: source.range(2, 3))
        let first = Diagnostic(.unknownOption, "first", at: source.range(0, 1))
        let file = FileDiagnostics(source, [second, first, second])
        #expect(file.diagnostics.map(\.message) == ["first", "second"])
        #expect(TextRenderer().render([file]).hasSuffix("1 error, 1 warning\n"))
        #expect(TextRenderer().render([FileDiagnostics(source, [])]) == "")
    }

    @Test func `stop after as many as anybody reads`() {
        let source = SourceText(name: "t", text: String(repeating: "x", count: 1000))
        let findings = (0..<1000).map { Diagnostic(.unknownOption, "unknown", at: source.range($0, $0 + 1)) }
        let text = TextRenderer().render([FileDiagnostics(source, findings)])
        #expect(text.contains("… and 800 more in t\n"))
        #expect(text.hasSuffix("1000 errors\n"))
    }
}
