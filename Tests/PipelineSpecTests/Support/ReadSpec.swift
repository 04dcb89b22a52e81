import Diagnostics
import PipelineSpec
import Testing

/// Reads a spec against the catalogue of the tests.
func readSpec(_ text: String, _ mode: ReadingMode = .checking) -> PipelineReading {
    PipelineSpec.read(SourceText(name: "t.yaml", text: text), catalog: TestCatalog.catalog, mode: mode)
}

/// A spec in which nothing is to be found.
func validSpec(_ text: String, _ mode: ReadingMode = .checking) throws -> PipelineSpec {
    let reading = readSpec(text, mode)
    #expect(TextRenderer().render([reading.diagnostics]) == "")
    return try #require(reading.spec)
}
