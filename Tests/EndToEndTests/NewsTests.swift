import GRDB
import Testing

/// The example of the README, run the way a new user runs it.
@Suite struct NewsTests {
    @Test func `the first run delivers to both sinks, the second nothing new`() async throws {
        let workspace = try Workspace()
        try workspace.copy("pipelines")

        let first = try await Program.run(["pipelines/news.yaml"], in: workspace.path)
        #expect(first.status == 0, "\(first.error)")
        #expect(first.output.isEmpty)
        let history = try history(workspace)
        #expect(history.count >= 10)
        #expect(try rows(workspace) == history.count)
        #expect(first.error.contains("\(history.count) new items were delivered."))
        #expect(first.error.contains("first item after"))

        let second = try await Program.run(["pipelines/news.yaml"], in: workspace.path)
        #expect(second.status == 0, "\(second.error)")
        #expect(second.error.contains("Nothing new"))
        #expect(try self.history(workspace) == history)
    }

    @Test func `one story from several sources is delivered once`() async throws {
        let workspace = try Workspace()
        try workspace.copy("pipelines")
        let outcome = try await Program.run(
            ["pipelines/news.yaml", "--report", "report.json"], in: workspace.path)
        #expect(outcome.status == 0, "\(outcome.error)")
        let urls = try await DatabaseQueue(path: "\(workspace.path)/pipelines/history/news.db").read { db in
            try String.fetchAll(db, sql: "SELECT url FROM items")
        }
        #expect(Set(urls).count == urls.count)
        #expect(!urls.contains { $0.contains("utm_") })
        let report = try workspace.read("report.json")
        #expect(report.contains(#""time_to_first_item_queued_seconds""#))
        #expect(report.contains(#""deduplication_hit_rate""#))
    }

    @Test func `a dry run prints and leaves nothing behind`() async throws {
        let workspace = try Workspace()
        try workspace.copy("pipelines")
        let outcome = try await Program.run(["--dry-run", "pipelines/news.yaml"], in: workspace.path)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.outputLines.count >= 10)
        #expect(outcome.outputLines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        #expect(!workspace.exists("pipelines/history"))
        #expect(!workspace.exists("pipelines/.feedspine"))
    }

    @Test func `the feeds of a list are delivered once, too`() async throws {
        let workspace = try Workspace()
        try workspace.copy("pipelines")
        for news in ["new items were delivered.", "Nothing new"] {
            let outcome = try await Program.run(["pipelines/subscriptions.yaml"], in: workspace.path)
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.error.contains(news))
        }
        let items = try history(workspace)
        #expect(items.count >= 20)
        for feed in ["tech.rss", "releases.atom"] {
            let text = try workspace.read("pipelines/samples/\(feed)")
            let title = try #require(text.firstMatch(of: /<title>([^<]+)</)).1
            #expect(items.contains { $0.contains(#""title":"\#(title)""#) }, "\(title)")
        }
    }

    @Test func `every example is valid`() async throws {
        let outcome = try await Program.run(
            [
                "validate", "--warnings-as-errors", "pipelines/news.yaml", "pipelines/live.yaml",
                "pipelines/subscriptions.yaml"
            ], in: Program.root)
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    private func history(_ workspace: Workspace) throws -> [String] {
        let files = try workspace.files("pipelines/history").filter { $0.hasSuffix(".jsonl") }
        return try files.flatMap { try workspace.lines("pipelines/history/\($0)") }
    }

    private func rows(_ workspace: Workspace) throws -> Int {
        try DatabaseQueue(path: "\(workspace.path)/pipelines/history/news.db").read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM items") ?? 0
        }
    }
}
