import Foundation
import Records
import Testing

/// The cases of JSONTestSuite, when they are there.
enum ConformanceCases {
    /// `json/test_parsing` below the folder of the environment variable, else beside the package.
    static let folder: URL = {
        let root =
            ProcessInfo.processInfo.environment["FEEDSPINE_CONFORMANCE"].map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../shared/conformance").standardized
        return root.appendingPathComponent("json/test_parsing")
    }()

    static let names: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".json") }.sorted()
}

@Suite(
    "RFC 8259 by JSONTestSuite",
    .enabled(if: !ConformanceCases.names.isEmpty, "conformance cases not found; set FEEDSPINE_CONFORMANCE"))
struct JSONConformanceTests {
    @Test("y_ is accepted, n_ is refused, i_ does not crash", arguments: ConformanceCases.names)
    func agrees(name: String) throws {
        let bytes = [UInt8](try Data(contentsOf: ConformanceCases.folder.appendingPathComponent(name)))
        let accepted = (try? JSON(parsing: bytes)) != nil
        if name.hasPrefix("y_") { #expect(accepted) }
        if name.hasPrefix("n_") { #expect(!accepted) }
    }
}
