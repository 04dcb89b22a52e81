import CEL
import Foundation
import Testing

@Suite struct ReferenceTests {
    static let document = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/expressions.md").standardized

    /// With FEEDSPINE_UPDATE_DOCS set, the document is written instead.
    @Test("The generated part of docs/expressions.md is up to date")
    func upToDate() throws {
        let text = try String(contentsOf: ReferenceTests.document, encoding: .utf8)
        let updated = try #require(ExpressionReference.updated(text), "the markers are gone")
        if ProcessInfo.processInfo.environment["FEEDSPINE_UPDATE_DOCS"] != nil {
            try updated.write(to: ReferenceTests.document, atomically: true, encoding: .utf8)
        } else {
            #expect(updated == text, "run the tests with FEEDSPINE_UPDATE_DOCS=1")
        }
    }

    @Test("Every function stands in the reference")
    func complete() {
        for function in FunctionSection.documented.flatMap(\.functions) {
            #expect(ExpressionReference.markdown.contains("\(function.name)("))
        }
    }
}
