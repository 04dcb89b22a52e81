import Diagnostics
import Foundation
import Testing

@Suite("Findings for machines") struct MachineRendererTests {
    private static let file: FileDiagnostics = {
        let source = SourceText(name: "dir/nëws 1.yaml", text: "é: \"x\"\nsise: 1\n")
        return FileDiagnostics(
            source,
            [
                Diagnostic(
                    .unknownOption, "unknown option `sise`", at: source.range(8, 12),
                    suggestion: .replacement("size"),
                    notes: [.init("see", at: source.range(0, 2))]),
                Diagnostic(.noTap, "50%\nof it", at: source.range(4, 13))
            ])
    }()

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func `as JSON have places and replacements`() throws {
        let document = try object(JSONRenderer().render([Self.file]))
        #expect(document["errors"] as? Int == 1)
        #expect(document["warnings"] as? Int == 1)
        let findings = try #require(document["diagnostics"] as? [[String: Any]])
        let finding = try #require(findings.last)
        #expect(finding["rule"] as? String == "unknown-option")
        #expect(finding["replacement"] as? String == "size")
        #expect((finding["start"] as? [String: Int]) == ["line": 2, "column": 1, "offset": 8])
        #expect((finding["end"] as? [String: Int]) == ["line": 2, "column": 5, "offset": 12])
    }

    @Test func `as SARIF name their rule, place and fix`() throws {
        let document = try object(SARIFRenderer(version: "1.2.3").render([Self.file]))
        #expect(document["version"] as? String == "2.1.0")
        let run = try #require((document["runs"] as? [[String: Any]])?.first)
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        let rules = try #require(driver["rules"] as? [[String: Any]])
        #expect(rules.count == Rule.allCases.count)
        #expect(run["columnKind"] as? String == "unicodeCodePoints")
        let result = try #require((run["results"] as? [[String: Any]])?.last)
        let index = try #require(result["ruleIndex"] as? Int)
        #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
        let location = try #require(
            (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])
        #expect((location["artifactLocation"] as? [String: String])?["uri"] == "dir/n%C3%ABws%201.yaml")
        #expect((location["region"] as? [String: Int])?["startLine"] == 2)
        #expect((result["fixes"] as? [Any])?.count == 1)
        #expect((result["relatedLocations"] as? [Any])?.count == 1)
    }

    @Test func `as workflow commands are escaped`() {
        let expected = """
            ::warning file=dir/nëws 1.yaml,line=1,endLine=2,title=no-tap::50%25%0Aof it
            ::error file=dir/nëws 1.yaml,line=2,endLine=2,col=1,endColumn=5,title=unknown-option::unknown option `sise`%0Adid you mean `size`?

            """
        #expect(GitHubRenderer().render([Self.file]) == expected)
        let odd = FileDiagnostics(
            SourceText(name: "a:b,c%.yaml", text: "x"), [Diagnostic(.noTap, "m", at: .start)])
        #expect(GitHubRenderer().render([odd]).contains("file=a%3Ab%2Cc%25.yaml,"))
    }

    @Test(arguments: ["", "plain", "\"\\/", "\u{0}\u{1F}\n\t\r\u{7F}", "日本🙂", "\u{2028}"])
    func `strings are valid JSON`(text: String) throws {
        let document = try object(JSONLiteral.object([.init("s", .string(text))]).text())
        #expect(document["s"] as? String == text)
    }

    @Test(
        "JSON for a log holds nothing that a terminal acts on, and says the same",
        arguments: [
            "\u{9B}31m", "\u{85}forged", "\u{202E}txt.exe", "\u{2028}forged", "\u{E0041}", "é€\u{1F511}"
        ])
    func harmlessJSON(text: String) throws {
        let json = String(decoding: try JSONEncoder().encode([text]), as: UTF8.self)
        let shown = printable(json: json)
        #expect(printable(shown) == shown)
        #expect(try JSONDecoder().decode([String].self, from: Data(shown.utf8)) == [text])
        #expect(text != "é€\u{1F511}" || shown == json)
    }
}
