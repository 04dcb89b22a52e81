import FeedSpine
import FeedSpineRunner
import Foundation
import Testing

/// What the documentation of sources as feeds shows, word for word; `DocumentationTests` compares.
@Suite("Examples of sources as feeds", .timeLimit(.minutes(10)))
struct SourceFeedExamples {
    private struct Sending: Feed {
        let name = "sending"
        let body: @Sendable (RecordOutlet) async throws -> Void

        func read(from cursor: String?, into outlet: RecordOutlet) async throws { try await body(outlet) }
    }

    /// Only compiled: it asks the web.
    private func web() async throws {
        let spine = FeedSpine(
            storage: .sqlite("news.db"),
            feeds: [
                try SourceFeed("bbc", "rss: https://feeds.bbci.co.uk/news/technology/rss.xml"),
                try SourceFeed("swift", "{ reddit: { subreddit: swift, limit: 50 }, retry: 5 }")
            ])
        _ = spine
        let bbc = try SourceFeed("bbc", "rss: https://feeds.bbci.co.uk/news/technology/rss.xml")
        _ = bbc
    }

    /// Only compiled: it reads a file.
    private func file() async throws {
        let spine = FeedSpine(feeds: try SourceFeed.all(in: "pipelines/news.yaml"))
        _ = spine
    }

    @Test("a source is read as a pipeline file would have it read")
    func reading() async throws {
        let bbc = try SourceFeed("bbc", "generate: 3")
        let feed = Sending { outlet in
            try await bbc.read(from: nil, into: outlet)
        }
        #expect(try await FeedSpine(feeds: [feed]).pipeline().count() == 3)
    }

    @Test("what is wrong with an entry is said")
    func wrong() {
        let output = Written()
        func print(_ value: some Any) { output.append(["\(value)"]) }
        do { _ = try SourceFeed("bbc", "rrs: https://example.org") } catch { print(error) }
        #expect(output.lines.count == 1)
        #expect(output.lines.first?.contains("rrs") == true)
        #expect(throws: SourceFeedError.self) { try SourceFeed("a", "{ generate: 1, when: id > 1 }") }
        #expect(throws: SourceFeedError.self) { try SourceFeed("a", "") }
    }

    @Test("its positions are kept, so that nothing comes twice")
    func positions() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("feedspine-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ lines: String) throws {
            try Data(lines.utf8).write(to: URL(filePath: "\(folder)/a.jsonl"))
        }
        try write("{\"id\":1}\n{\"id\":2}\n")
        let spine = FeedSpine(
            feeds: [try SourceFeed("file", "jsonl: \(folder)/a.jsonl"), try SourceFeed("more", "generate: 2")]
        )
        #expect(try await spine.pipeline().count() == 4)
        try write("{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n")
        #expect(try await spine.collect().map(\.json) == [#"{"id":3}"#])
    }
}
