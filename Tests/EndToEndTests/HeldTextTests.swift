import Foundation
import Subprocess
import Synchronization
import Testing

/// Texts that are plain stay so while a run waits, and after it.
@Suite(.timeLimit(.minutes(10))) struct HeldTextTests {
    private let workspace: Workspace
    /// What a reader sees; each looks like markup.
    private let titles = ["List<T> and Map<K, V>", "A <script> in a title", "&lt; is for <b>"]

    init() throws { workspace = try Workspace() }

    private func write(rate: String) throws {
        try workspace.write(
            "p.yaml",
            """
            name: p
            sources: [{ rss: feed.xml }]
            stages:
              - tap: { jsonl: read.jsonl }
              - rate_limit: \(rate)
              - map: clean
              - tap: { jsonl: out.jsonl }
            """)
    }

    private func writeFeed(_ titles: [String]) throws {
        let entries = titles.map {
            let text = $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            return "<entry><id>\(text)</id><title>\(text)</title><summary>\(text)</summary></entry>"
        }
        try workspace.write(
            "feed.xml", "<feed xmlns='http://www.w3.org/2005/Atom'>\(entries.joined())</feed>")
    }

    private func delivered() throws -> [[String]] {
        guard workspace.exists("out.jsonl") else { return [] }
        return try workspace.lines("out.jsonl").map { line in
            let item = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return ["title", "summary"].compactMap { item[$0] as? String }
        }
    }

    @Test func `titles that look like markup are whole when a rate limit has held them over a restart`()
        async throws
    {
        // So many that the tap in front says so.
        let titles = (1...4).flatMap { round in self.titles.map { "\($0) \(round)" } }
        try writeFeed(titles)
        try write(rate: "1/h")
        let arguments = ["p.yaml", "--progress", "none"]
        let sent = Mutex(false)
        let stopped = try await Program.run(arguments + ["--log-level", "debug"], in: workspace.path) {
            line in
            guard line.contains("delivered") else { return nil }
            return sent.withLock { sent in
                defer { sent = true }
                return sent ? nil : .terminate
            }
        }
        #expect(stopped.status == 0, "\(stopped.error)")
        #expect(try delivered().count < titles.count)

        // Only what was held can come now.
        try writeFeed([])
        try write(rate: "1000/s")
        let next = try await Program.run(arguments, in: workspace.path)
        #expect(next.status == 0, "\(next.error)")
        #expect(try delivered() == titles.map { [$0, $0] })
    }
}
