import Foundation
import Testing

/// The sink that shows items as a feed, run as a user runs it.
@Suite struct PlanetTests {
    @Test func `the example makes one feed of many in each format, and reads it again`() async throws {
        let workspace = try Workspace()
        try workspace.copy("pipelines")
        let first = try await Program.run(["pipelines/planet.yaml"], in: workspace.path)
        #expect(first.status == 0, "\(first.error)")
        let files = ["planet.atom", "planet.json", "planet.xml"]
        #expect(try workspace.files("pipelines/public") == files)
        let before = try files.map { try workspace.read("pipelines/public/\($0)") }

        // Each is a feed with the same items as the others.
        var items: Set<[String]> = []
        for file in files {
            try workspace.write("again.yaml", again("pipelines/public/\(file)"))
            let read = try await Program.run(
                ["again.yaml", "--state", ":memory:", "--progress", "none"], in: workspace.path)
            #expect(read.status == 0, "\(read.error)")
            #expect(read.outputLines.count > 10)
            items.insert(read.outputLines)
        }
        #expect(items.count == 1)

        let second = try await Program.run(["pipelines/planet.yaml"], in: workspace.path)
        #expect(second.status == 0, "\(second.error)")
        #expect(try files.map { try workspace.read("pipelines/public/\($0)") } == before)
    }

    private func again(_ file: String) -> String {
        """
        name: again
        sources: [{ rss: \(file) }]
        stages: [{ map: { pick: [title, url] } }, { tap: stdout }]
        """
    }

    private func spec(_ options: String) -> String {
        """
        name: planet
        sources: [{ jsonl: items.jsonl }]
        stages: [{ tap: { feed: { \(options) } } }]
        """
    }

    @Test func `an edited spec shows the old items in the new form`() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "items.jsonl",
            (1...9).map { #"{"id":"urn:x:\#($0)","published":"2026-11-0\#($0)"}"# + "\n" }.joined())
        var texts: [String] = []
        for options in [
            "path: a.xml, home: 'https://h.example/'", "path: a.xml, home: 'https://h.example/', items: 3",
            "path: a.xml, format: json, items: 100"
        ] {
            try workspace.write("planet.yaml", spec(options))
            let plan = try await Program.run(["plan", "planet.yaml"], in: workspace.path)
            #expect(plan.status == 0, "\(plan.output) \(plan.error)")
            let outcome = try await Program.run(["planet.yaml", "--progress", "none"], in: workspace.path)
            #expect(outcome.status == 0, "\(outcome.error)")
            texts.append(try workspace.read("a.xml"))
        }
        #expect(texts[0].components(separatedBy: "<guid").count == 10)
        #expect(texts[1].components(separatedBy: "<guid").count == 4)
        #expect(texts[2].components(separatedBy: #""id""#).count == 4)
        #expect(texts[2].contains("urn:x:9") && texts[2].contains("urn:x:7"))
    }

    @Test func `a file that is somebody's, and a feed that names no page, are told of`() async throws {
        let workspace = try Workspace()
        try workspace.write("items.jsonl", "{\"id\":1}\n")
        try workspace.write("a.atom", "my own words")
        try workspace.write("planet.yaml", spec("path: a.atom"))
        let outcome = try await Program.run(["planet.yaml", "--progress", "none"], in: workspace.path)
        #expect(outcome.status == 1)
        #expect(
            outcome.error.contains("a.atom is there, and is no feed that this program wrote; move it away"))
        #expect(try workspace.read("a.atom") == "my own words")
        let dry = try await Program.run(
            ["--dry-run", "planet.yaml", "--progress", "none"], in: workspace.path)
        #expect(dry.status == 0 && dry.outputLines.count == 1, "\(dry.error)")

        try workspace.write("planet.yaml", spec("path: a.xml"))
        let invalid = try await Program.run(["validate", "planet.yaml"], in: workspace.path)
        #expect(invalid.status == 78)
        #expect("\(invalid.output)\(invalid.error)".contains("give `home`, or `url`"))
    }
}
