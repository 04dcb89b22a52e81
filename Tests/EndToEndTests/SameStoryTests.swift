import Foundation
import TestSupport
import Testing

/// `dedup` with `near`, by the built program.
@Suite("The same story once") struct SameStoryTests {
    private static let kills = 8
    /// Records for each life of the program.
    private static let portion = 250

    private struct Item: Decodable {
        let story: Int
        var cluster: String?
        var similar: String?
    }

    @Test("killed again and again, each story is delivered once, and with the same record")
    func killed() async throws {
        let calm = try Workspace()
        let stormy = try Workspace()
        for workspace in [calm, stormy] { try workspace.write("news.yaml", spec("- jsonl: items.jsonl")) }
        try await Program.killAgainAndAgain(
            "news.yaml", in: stormy.path, kills: SameStoryTests.kills, at: 1...15, seed: 20_261_128
        ) { life in
            // Those of earlier portions are told again.
            let portion = lines(SameStoryTests.portion, stories: 0..<(life + 1) * 100, seed: UInt64(life))
            for workspace in [calm, stormy] { try workspace.append(portion, to: "items.jsonl") }
        }
        let undisturbed = try await Program.run(["news.yaml", "--progress", "none"], in: calm.path)
        #expect(undisturbed.status == 0, "\(undisturbed.error)")
        #expect(try stormy.read("out.jsonl") == calm.read("out.jsonl"))
        let stories = try items(calm).map(\.story)
        #expect(stories.count == Set(stories).count && stories.count > SameStoryTests.kills * 80)
    }

    @Test("what two sources deliver at the same time comes once")
    func twoSources() async throws {
        let workspace = try Workspace()
        for name in ["one", "two", "three"] {
            try workspace.write("\(name).jsonl", lines(800, stories: 0..<400, seed: UInt64(name.utf8.count)))
        }
        let sources = "- jsonl: one.jsonl\n  - jsonl: two.jsonl\n  - jsonl: three.jsonl"
        try workspace.write("news.yaml", spec(sources, rate: ""))
        let run = try await Program.run(["news.yaml", "--progress", "none"], in: workspace.path)
        #expect(run.status == 0, "\(run.error)")
        let stories = try items(workspace).map(\.story)
        #expect(stories.count == Set(stories).count)
        #expect(stories.count > 350)
    }

    @Test("a key and texts in one stage; with `mark` all go on with their story, also over runs")
    func marks() async throws {
        let workspace = try Workspace()
        try workspace.write("items.jsonl", lines(300, stories: 0..<150, seed: 3))
        try workspace.write(
            "news.yaml",
            """
            name: news
            sources: [jsonl: items.jsonl]
            stages:
              - dedup: { key: [story, word], near: { text: [text], then: mark }, history: 3d }
              - map: { set: { cluster: meta.cluster, similar: '"similar_to" in meta ? meta.similar_to : ""' } }
              - tap: { jsonl: out.jsonl }
            """)
        for seed in [4, 5] as [UInt64] {
            let run = try await Program.run(["news.yaml", "--progress", "none"], in: workspace.path)
            #expect(run.status == 0, "\(run.error)")
            try workspace.write(
                "items.jsonl", workspace.read("items.jsonl") + lines(300, stories: 0..<150, seed: seed))
        }
        let items = try items(workspace)
        var clusters: [Int: String] = [:]
        for item in items {
            let cluster = try #require(item.cluster)
            let isFirst = clusters[item.story] == nil
            #expect(item.similar == (isFirst ? "" : cluster))
            #expect(clusters[item.story, default: cluster] == cluster)
            clusters[item.story] = cluster
        }
        #expect(clusters.count < items.count && Set(clusters.values).count == clusters.count)
    }

    @Test("another similarity goes on with the history; other texts begin anew, and `plan` says so")
    func edits() async throws {
        let workspace = try Workspace()
        try workspace.write("items.jsonl", lines(50, stories: 0..<25, seed: 3))
        func write(_ near: String) throws {
            try workspace.write(
                "news.yaml",
                """
                name: news
                sources: [jsonl: items.jsonl]
                stages: [dedup: { key: [story], near: \(near), history: 3d }, tap: { jsonl: out.jsonl }]
                """)
        }
        try write("{ text: [text] }")
        let run = try await Program.run(["news.yaml", "--progress", "none"], in: workspace.path)
        #expect(run.status == 0, "\(run.error)")
        try write("{ text: [text], similarity: 0.7, then: mark }")
        #expect(try await Program.run(["plan", "news.yaml"], in: workspace.path).status == 0)
        try write("{ text: [title, text] }")
        let plan = try await Program.run(["plan", "news.yaml"], in: workspace.path)
        #expect(plan.status == 2)
        #expect(plan.output.contains("stage 'dedup near' starts anew"), "\(plan.output)")
        #expect(plan.output.contains("no longer keeps from it what sources show again"), "\(plan.output)")
    }

    private func spec(_ sources: String, rate: String = "\n  - rate_limit: 1000/s") -> String {
        """
        name: news
        settings: { checkpoint: 20ms, buffer: 100 }
        sources:
          \(sources)
        stages:
          - dedup: { near: { text: [title, text], similarity: 0.7 }, history: 3d }\(rate)
          - batch: 7
          - tap: { jsonl: out.jsonl }

        """
    }

    private func items(_ workspace: Workspace) throws -> [Item] {
        try workspace.lines("out.jsonl").map { try JSONDecoder().decode(Item.self, from: Data($0.utf8)) }
    }

    /// Each item is of one of the stories, with a word of its own among so many that no two signatures in a billion miss each
    /// other: the secret that they are made with is another in each state.
    private func lines(_ count: Int, stories: Range<Int>, seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ -> String in
            let story = Int.random(in: stories, using: &random)
            var words = (0..<280).map { "s\(story)w\($0)" }
            let word = Int.random(in: words.indices, using: &random)
            words[word] = "changed\(seed)"
            let text = words.joined(separator: " ")
            return #"{"story":\#(story),"word":\#(word),"title":"Story \#(story)","text":"\#(text)"}"# + "\n"
        }.joined()
    }
}
