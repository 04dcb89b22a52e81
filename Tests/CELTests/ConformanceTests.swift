import Foundation
import Testing

@testable import conformance

/// The cases of the CEL project: `cel` below the folder of FEEDSPINE_CONFORMANCE, else beside the package.
private let folder: String = {
    let root =
        ProcessInfo.processInfo.environment["FEEDSPINE_CONFORMANCE"].map { URL(fileURLWithPath: $0) }
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../shared/conformance").standardized
    return root.appendingPathComponent("cel").path
}()

@Suite(
    .enabled(
        if: FileManager.default.fileExists(atPath: folder + "/basic.json"),
        "conformance cases not found; set FEEDSPINE_CONFORMANCE"))
struct ConformanceTests {
    /// The case that docs/expressions.md explains.
    static let deviations: Set<String> = ["comparisons/gte_literal/gte_dyn_int_big_lossy_double"]

    @Test("All cases pass but those that the documentation lists")
    func cases() throws {
        let results = try CELSuite().run(folder: folder)
        #expect(results.count >= 1314)
        for result in results where !ConformanceTests.deviations.contains(result.id) {
            #expect(result.failure == nil, "\(result.id)")
        }
        #expect(Set(results.filter { $0.failure != nil }.map(\.id)) == ConformanceTests.deviations)
    }
}
