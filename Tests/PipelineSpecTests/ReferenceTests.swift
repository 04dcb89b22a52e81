import PipelineSpec
import Testing

@Suite("The reference") struct ReferenceTests {
    @Test func `has every component, option and rule`() {
        let page = ReferencePage(TestCatalog.catalog).markdown
        for name in TestCatalog.catalog.allNames { #expect(page.contains("### \(name)\n")) }
        #expect(page.contains("| `rules.when` | a CEL condition | required |"))
        #expect(page.contains("| `limit` | an integer, between 1 and 100 | default `25` |"))
        #expect(page.contains("`gzip`: With gzip."))
        #expect(page.contains("| `duplicate-key` | error |"))
    }

    @Test func `of one name shows all its kinds, with options and an example`() throws {
        let page = try #require(TerminalReference(TestCatalog.catalog).page("jsonl"))
        #expect(page.contains("jsonl (source)"))
        #expect(page.contains("jsonl (sink)"))
        #expect(page.contains("  compression (default none)\n"))
        #expect(page.contains("  jsonl: items/*.jsonl\n"))
    }

    @Test(arguments: [40, 80, 200]) func `stays within the terminal`(width: Int) throws {
        let reference = TerminalReference(TestCatalog.catalog, width: width)
        let texts = [reference.overview] + TestCatalog.catalog.allNames.compactMap(reference.page)
        for line in texts.joined(separator: "\n").split(separator: "\n") where !line.contains(": ") {
            #expect(line.count <= width, "\(line)")
        }
    }

    @Test func `suggests a name for an unknown one`() {
        let reference = TerminalReference(TestCatalog.catalog)
        #expect(reference.page("sqlit") == nil)
        #expect(reference.suggestion(for: "sqlit") == "sqlite")
    }
}
