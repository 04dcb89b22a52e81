import Diagnostics
import PipelineSpec
import Streaming
import Testing

@Suite("A catalogue") struct CatalogTests {
    static let audit = CatalogAudit(TestCatalog.catalog, checkExpression: TestExpressionChecker.check)

    @Test(arguments: audit.subjects) func `describes every component well`(subject: CatalogAudit.Subject) {
        #expect(Self.audit.problems(of: subject) == [])
    }

    @Test func `is audited for what is missing`() {
        let poor = Component<any Source>(
            "Poor-Name", "no sentence", Field<Int>("count", "")
        ) { _ in
            EmptySource(label: "")
        }
        let description = poor.description
        let subject = CatalogAudit.Subject(
            kind: "source", component: description, example: "rss: { ulr: x }\n")
        let problems = Self.audit.problems(of: subject)
        #expect(problems.contains("the name is not snake_case"))
        #expect(problems.contains("the description is not a sentence"))
        #expect(problems.contains("the required option `count` has no example"))
        #expect(problems.contains { $0.hasPrefix("the example is not valid") })
    }

    @Test func `tells where a name belongs`() {
        #expect(TestCatalog.catalog.kinds(of: "jsonl") == ["source", "sink"])
        #expect(TestCatalog.catalog.kinds(of: "dedup") == ["stage"])
        #expect(TestCatalog.catalog.kinds(of: "nothing") == [])
    }
}
