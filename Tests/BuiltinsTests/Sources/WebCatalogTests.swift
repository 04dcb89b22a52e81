import Foundation
import PipelineSpec
import Records
import Testing

@testable import Builtins

@Suite struct WebCatalogTests {
    private static let audit = CatalogAudit(
        SourceHarness.catalog, checkExpression: ExpressionEnvironment.builtin.check)

    @Test(arguments: ["reddit", "mastodon", "hackernews", "http_json"])
    func componentsDescribeThemselves(name: String) throws {
        let subject = try #require(Self.audit.subjects.first { $0.component.name == name })
        #expect(Self.audit.problems(of: subject) == [])
    }

    @Test(arguments: [
        ("reddit: { subreddit: a, client_id: b }", "`client_id` and `client_secret` together"),
        ("mastodon: { instance: \"https://m.example\", tag: a, account: b }", "not both")
    ])
    func optionsThatDoNotGoTogetherAreRefused(source: String, reason: String) async throws {
        try await SourceHarness.run { _, harness in
            let error = await #expect(throws: SourceHarness.Unreadable.self) { try await harness.run(source) }
            #expect(error?.text.contains(reason) == true)
        }
    }

    /// The documents that the example pipeline reads.
    @Test(arguments: [("reddit", "reddit-technology.json"), ("mastodon", "mastodon-ai.json")])
    func theSamplesOfTheExamplesAreRead(name: String, file: String) async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
            .standardized
        let samples = root.appending(path: "pipelines/samples").path()
        try await SourceHarness.run { _, harness in
            let outcome = try await harness.run("\(name): { file: \(file) }", directory: samples)
            #expect(outcome.failed.isEmpty)
            #expect(outcome.items.count >= 10)
            for item in outcome.items {
                #expect(item["title"]?.string?.isEmpty == false)
                #expect(item["url"]?.string?.hasPrefix("https://") == true)
                #expect(item["published"]?.string?.hasSuffix("Z") == true)
                #expect(item["source"]?.string == "\(name):file=\(file)")
            }
        }
    }
}
