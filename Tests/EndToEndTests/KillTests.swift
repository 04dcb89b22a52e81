import Foundation
import GRDB
import TestSupport
import Testing

/// A run that is killed and started again gives what a run that was left alone gives.
@Suite struct KillTests {
    /// How often the program is killed; more in the long proof.
    static let kills = ProcessInfo.processInfo.environment["FEEDSPINE_SOAK"] == nil ? 20 : 300

    /// Enough for the run to be still going on at the last kill.
    private static let items = kills * 2000

    /// What the items come from.
    enum Input: CaseIterable { case jsonl, generate, opml }

    @Test("killed again and again, nothing is lost and nothing comes twice", arguments: Input.allCases)
    func killed(input: Input) async throws {
        let calm = try Workspace()
        let stormy = try Workspace()
        for workspace in [calm, stormy] { try prepare(workspace, input: input) }

        let undisturbed = try await Program.run(["news.yaml", "--progress", "none"], in: calm.path)
        #expect(undisturbed.status == 0, "\(undisturbed.error)")

        var random = SeededGenerator(seed: 20_261_121)
        var kills = 0
        // Every kill comes at a random one of the lines that a run prints for each few items.
        while kills < KillTests.kills {
            let line = Int.random(in: 1...20, using: &random)
            let outcome = try await Program.run(["news.yaml"], in: stormy.path, killedAtDelivery: line)
            if outcome.status == nil { kills += 1 } else { break }
        }
        let last = try await Program.run(["news.yaml", "--progress", "none"], in: stormy.path)
        #expect(last.status == 0, "\(last.error)")
        #expect(kills == KillTests.kills, "the run ended before it could be killed often enough")

        if input == .opml {
            try compareFeeds(stormy, calm)
        } else {
            for file in ["out/all.jsonl", "out/important.jsonl", "out/news.atom"] {
                #expect(try stormy.read(file) == calm.read(file), "\(file)")
            }
            #expect(try rows(stormy) == rows(calm))
        }
        #expect(try rows(calm).count > 1000)
        #expect(try stormy.files(".") == calm.files("."))
    }

    /// A feed that has to wait gives its turn to the next, so which of two feeds delivers an item that both have may
    /// differ; that each item comes once, and to every sink, may not.
    private func compareFeeds(_ stormy: Workspace, _ calm: Workspace) throws {
        struct Item: Decodable {
            let url: String
            let title: String
        }
        func items(_ workspace: Workspace, _ file: String) throws -> [Item] {
            try workspace.lines(file).map { try JSONDecoder().decode(Item.self, from: Data($0.utf8)) }
        }
        let all = try items(stormy, "out/all.jsonl")
        #expect(try all.map(\.url).sorted() == items(calm, "out/all.jsonl").map(\.url).sorted())
        #expect(Set(all.map(\.url)).count == all.count)
        let important = all.filter { $0.title.contains("important") }.map(\.url)
        #expect(try items(stormy, "out/important.jsonl").map(\.url) == important)
        #expect(try rows(stormy).count == important.count)
    }

    private func prepare(_ workspace: Workspace, input: Input) throws {
        let source =
            switch input {
            case .jsonl: "jsonl: items.jsonl"
            case .generate: "generate: { count: \(KillTests.items), duplicates: 0.3, seed: 5 }"
            // One after the other, so that the order is the same in each run.
            case .opml: "rss: { opml: feeds.opml, max_concurrent_feeds: 1 }"
            }
        if input == .jsonl { try writeItems(workspace) }
        if input == .opml { try writeFeeds(workspace) }
        try workspace.write(
            "news.yaml",
            """
            name: news
            settings: { checkpoint: 20ms, buffer: 100 }
            sources:
              - \(source)
            stages:
              - dedup: { key: [url], history: 24h }
              - rate_limit: 4000/s
              - tap: { jsonl: out/all.jsonl }
              - filter: \(input == .opml ? #"title.contains("important")"# : #"content.type == "important""#)
              - map: { set: { note: '"seen " + id' } }
              - batch: 7
              - tap:
                  - jsonl: out/important.jsonl
                  - sqlite: { path: out/news.db, key: url }
                  - feed: { path: out/news.atom, items: 50, title: News }
            """)
    }

    private func writeItems(_ workspace: Workspace) throws {
        let lines = randomItems().map { item in
            #"{"id":"\#(item.number)","url":"\#(item.url)","published":"\#(date(item.number))","content":{"type":"\#(item.type)"}}"#
        }
        try workspace.write("items.jsonl", lines.joined(separator: "\n") + "\n")
    }

    /// Many feeds, each with items of which others have some, too.
    private func writeFeeds(_ workspace: Workspace) throws {
        let items = randomItems()
        let size = 500
        let starts = Array(stride(from: 0, to: items.count, by: size))
        for (number, start) in starts.enumerated() {
            let entries = items[start..<min(start + size, items.count)].map { item in
                """
                <item><guid>\(item.number)</guid><link>\(item.url)</link><title>\(item.type)</title>\
                <pubDate>\(date(item.number))</pubDate></item>

                """
            }
            try workspace.write(
                "feeds/\(number).xml",
                "<rss version='2.0'><channel><title>\(number)</title>\n\(entries.joined())</channel></rss>")
        }
        let outlines = starts.indices.map { "<outline xmlUrl='feeds/\($0).xml'/>\n" }
        try workspace.write("feeds.opml", "<opml><body>\n\(outlines.joined())</body></opml>")
    }

    /// Several items have each of the dates.
    private func date(_ number: Int) -> String {
        let second = number / 7
        return
            "2026-11-\(10 + second / 86_400)T\(two(second / 3600 % 24)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private func randomItems() -> [(number: Int, url: String, type: String)] {
        var random = SeededGenerator(seed: 7)
        return (0..<KillTests.items).map { number in
            let place = Int.random(in: 0..<KillTests.items, using: &random)
            let type = ["important", "normal"].randomElement(using: &random) ?? ""
            return (number, "https://example.org/\(place)", type)
        }
    }

    private func rows(_ workspace: Workspace) throws -> [String] {
        try DatabaseQueue(path: "\(workspace.path)/out/news.db").read { db in
            try String.fetchAll(
                db, sql: "SELECT key || ' ' || source || ' ' || record FROM items ORDER BY key")
        }
    }
}
