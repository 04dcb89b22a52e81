import Foundation
import TestSupport
import Testing

/// Files whose names come from the records.
@Suite(.timeLimit(.minutes(10))) struct ArchiveTests {
    @Test func `the example puts each item under its feed and month`() async throws {
        let workspace = try Workspace()
        try workspace.copy("pipelines")
        for _ in 0..<2 {
            let outcome = try await Program.run(
                ["pipelines/archive.yaml", "--progress", "none"], in: workspace.path)
            #expect(outcome.status == 0, "\(outcome.error)")
        }
        let feeds = try workspace.files("pipelines/history/archive")
        #expect(feeds == ["Northwire Technology", "Releases & changes"])
        let month = try workspace.files("pipelines/history/archive/Northwire Technology/2026")
        #expect(month == ["2026-11.jsonl"])
        let lines = try workspace.lines("pipelines/history/archive/Northwire Technology/2026/2026-11.jsonl")
        #expect(Set(lines).count == lines.count && lines.count > 10)
    }

    @Test func `killed again and again, each record stands once in the file that it names`() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "t.yaml",
            """
            name: t
            settings: { checkpoint: 20ms, buffer: 100 }
            sources: [{ jsonl: in.jsonl }]
            stages:
              - rate_limit: 4000/s
              - tap: { jsonl: { path: "out/{at:yyyy}/{kind}.jsonl", zone: Europe/Berlin, open_files: 3 } }
            """)
        var count = 0
        try await Program.killAgainAndAgain(
            "t.yaml", in: workspace.path, kills: 6, at: 1...15, seed: 20_261_128
        ) { _ in
            let lines = (count..<count + 400).map {
                // Half of them in the last hour of the year, which is the next one in Berlin.
                #"{"id":\#($0),"kind":"k\#($0 % 5)","at":"2025-12-31T2\#($0 / 5 % 2 * 3):10:00Z"}"# + "\n"
            }
            count += 400
            try workspace.append(lines.joined(), to: "in.jsonl")
        }
        struct Line: Decodable {
            let id: Int
            let kind: String
        }
        var found: [Int] = []
        for year in [2025, 2026] {
            let files = try workspace.files("out/\(year)")
            #expect(files == (0..<5).map { "k\($0).jsonl" })
            for file in files {
                let items = try workspace.lines("out/\(year)/\(file)").map {
                    try JSONDecoder().decode(Line.self, from: Data($0.utf8))
                }
                #expect(items.allSatisfy { "\($0.kind).jsonl" == file && 2025 + $0.id / 5 % 2 == year })
                #expect(items.map(\.id) == items.map(\.id).sorted())
                found += items.map(\.id)
            }
        }
        #expect(found.sorted() == Array(0..<count))
    }
}
