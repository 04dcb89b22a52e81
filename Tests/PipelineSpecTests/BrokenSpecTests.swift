import Builtins
import Diagnostics
import Foundation
import PipelineSpec
import Testing

@Suite("Broken specs") struct BrokenSpecTests {
    static let specs = Fixtures.specs("broken")

    @Test func `there are enough of them`() { #expect(Self.specs.count >= 40) }

    @Test(arguments: specs) func `give the expected findings`(path: String) throws {
        let reading = PipelineSpec.read(
            try Fixtures.source(path), catalog: Catalog.builtin, folder: "/specs",
            itemType: ExpressionEnvironment.builtin.itemType,
            checkExpression: ExpressionEnvironment.builtin.check)
        let text = TextRenderer().render([reading.diagnostics])
        let expected = Fixtures.url(path).deletingPathExtension().appendingPathExtension("txt")
        if Fixtures.updates { try Data(text.utf8).write(to: expected) }
        #expect(text == String(decoding: try Data(contentsOf: expected), as: UTF8.self))
        #expect(!text.isEmpty)
        #expect(text.utf8.count < 10_000, "even a huge value must not fill the screen")
        #expect((reading.spec == nil) == (reading.diagnostics.errorCount > 0))
    }
}

@Suite("Valid specs") struct ValidSpecTests {
    @Test(arguments: Fixtures.specs("valid")) func `give no findings`(path: String) throws {
        let reading = PipelineSpec.read(
            try Fixtures.source(path), catalog: Catalog.builtin, folder: "/specs",
            itemType: ExpressionEnvironment.builtin.itemType,
            checkExpression: ExpressionEnvironment.builtin.check)
        #expect(TextRenderer().render([reading.diagnostics]) == "")
        #expect(reading.spec != nil)
    }
}
