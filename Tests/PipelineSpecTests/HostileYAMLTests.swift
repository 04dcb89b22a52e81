import Diagnostics
import PipelineSpec
import Testing

@Suite("Hostile YAML") struct HostileYAMLTests {
    private static func read(_ text: String) -> YAMLDocument {
        YAMLDocument.read(SourceText(name: "t.yaml", text: text))
    }

    static let huge: [(String, String, Rule)] = [
        ("a 10 MB scalar", "name: " + String(repeating: "x", count: 10 << 20), .yamlLimit),
        ("a quoted scalar of 2 MB", "name: \"" + String(repeating: "é", count: 1 << 20) + "\"", .yamlLimit),
        ("a key of 2 MB", String(repeating: "k", count: 2 << 20) + ": x", .yamlLimit),
        ("17 MB", "name: x #" + String(repeating: " comment", count: (17 << 20) / 8), .yamlLimit),
        ("1 MB of brackets", "a: " + String(repeating: "[", count: 1 << 20), .yamlLimit),
        ("1 MB of braces", "a: " + String(repeating: "{", count: 1 << 20), .yamlLimit),
        ("1 MB of dashes", String(repeating: "- ", count: 1 << 19), .yamlLimit),
        ("1 MB of questions", String(repeating: "? ", count: 1 << 19), .yamlLimit),
        ("a deep block", (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), .yamlLimit),
        ("150,000 elements", "a:\n" + String(repeating: "- x\n", count: 150_000), .yamlLimit),
        ("a long line of elements", "a: [" + String(repeating: "x,", count: 150_000) + "]", .yamlLimit),
        ("a quarter megabyte of tabs", String(repeating: "\t", count: 1 << 20) + "x", .yamlTab),
        ("an open quote", "a: \"" + String(repeating: "x ", count: 1 << 19), .yamlSyntax),
        ("50,000 documents", String(repeating: "---\n", count: 50_000), .yamlDocuments)
    ]

    @Test(arguments: huge) func `ends with one clear finding`(name: String, text: String, rule: Rule) {
        let source = SourceText(name: "t.yaml", text: text)
        let document = YAMLDocument.read(source)
        #expect(document.root == nil)
        #expect(document.diagnostics.map(\.rule) == [rule], "\(name)")
        let output = TextRenderer().render([FileDiagnostics(source, document.diagnostics)])
        #expect(output.utf8.count < 2000, "\(name)")
    }

    @Test func `aliases may not grow the tree beyond bounds`() {
        let levels = (1..<30).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1)]\n" }.joined()
        let document = Self.read("l0: &l0 [x, x]\n" + levels)
        #expect(document.diagnostics.map(\.rule) == [.yamlLimit])
    }

    @Test func `aliases may not nest beyond the depth`() {
        let levels = (1..<100).map { "l\($0): &l\($0) [*l\($0 - 1)]\n" }.joined()
        let document = Self.read("l0: &l0 [x]\n" + levels)
        #expect(document.diagnostics.map(\.rule) == [.yamlLimit])
    }

    @Test func `merge keys may not grow the tree beyond bounds`() {
        let keys = (0..<100).map { "k\($0): x" }.joined(separator: ", ")
        let users = (0..<1000).map { "u\($0): { <<: *base }\n" }.joined()
        #expect(Self.read("base: &base { \(keys) }\n" + users).diagnostics.map(\.rule) == [.yamlLimit])
    }

    @Test func `repeated text may not grow beyond bounds`() {
        let users = String(repeating: "- *text\n", count: 100)
        let document = Self.read("text: &text \(String(repeating: "x", count: 400_000))\nusers:\n" + users)
        #expect(document.diagnostics.map(\.rule) == [.yamlLimit])
    }

    @Test(arguments: ["a: &a [*a]", "a: &a { b: *a }", "a: &a { <<: *a }", "&a [&b [*a, *b]]"])
    func `an alias within its own anchor is found`(text: String) {
        let document = Self.read(text)
        #expect(document.diagnostics.allSatisfy { $0.rule == .yamlAlias })
        #expect(!document.diagnostics.isEmpty)
    }

    /// What would take minutes if any step grew with the square of the input.
    static let tedious: [(String, String)] = [
        ("sources of one name", "sources:\n" + String(repeating: "- generate\n", count: 10_000)),
        (
            "unknown aliases",
            "a:\n" + (0..<5000).map { "- &a\($0) *b\($0)\n- &c\($0) x\n- *b\($0)\n" }.joined()
        ),
        ("unknown options", "settings: {" + (0..<10_000).map { "option\($0): 1, " }.joined() + "}"),
        ("missing variables", "name: \"" + String(repeating: "${A}", count: 20_000) + "\""),
        (
            "deep indentation",
            "name: |1\n" + String(repeating: " ", count: 900) + "${"
                + String(repeating: "x\n ", count: 20_000)
        ),
        (
            "references",
            "sinks: {" + (0..<3000).map { "s\($0): stdout, " }.joined() + "}\nstages:\n"
                + (0..<3000).map { "- tap: { ref: t\($0) }\n" }.joined()
        )
    ]

    @Test(.timeLimit(.minutes(10)), arguments: tedious) func `is read in linear time`(
        name: String, text: String
    ) {
        let reading = PipelineSpec.read(
            SourceText(name: "t.yaml", text: text), catalog: TestCatalog.catalog,
            mode: .resolving(OutsideValues(environment: [:], file: { _ in [] })))
        #expect(reading.spec == nil)
        #expect(TextRenderer().render([reading.diagnostics]).utf8.count < 200_000)
    }
}
