import Builtins
import PipelineSpec
import Testing

/// What every component promises to its users, whatever it does.
@Suite struct CatalogTests {
    static let audit = CatalogAudit(.builtin, checkExpression: ExpressionEnvironment.builtin.check)

    @Test(arguments: audit.subjects) func `keeps its promises`(subject: CatalogAudit.Subject) {
        #expect(CatalogTests.audit.problems(of: subject) == [])
    }
}
