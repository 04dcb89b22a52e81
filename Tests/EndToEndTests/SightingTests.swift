import Testing

/// `state sightings`, the way a user asks who has shown a story.
@Suite struct SightingTests {
    private let spec = """
        name: t
        sources:
          - { jsonl: a.jsonl, name: a }
          - { jsonl: b.jsonl, name: b }
        settings: { max_concurrent_sources: 1 }
        stages:
          - dedup: { key: [url], sightings: true }
          - tap: { jsonl: out.jsonl }
        """

    @Test func `each source with its times, as text and as JSON`() async throws {
        let workspace = try Workspace()
        try workspace.write("t.yaml", spec)
        try workspace.write("a.jsonl", "{\"url\":\"u1\"}\n{\"url\":\"u2\"}\n{\"url\":\"u1\"}\n")
        try workspace.write("b.jsonl", "{\"url\":\"u1\"}\n")
        #expect(try await Program.run(["t.yaml"], in: workspace.path).status == 0)
        #expect(try workspace.lines("out.jsonl").count == 2)

        let text = try await Program.run(["state", "sightings", "t.yaml", "url=u1"], in: workspace.path)
        #expect(text.status == 0, "\(text.error)")
        let lines = text.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].hasPrefix("a ") && lines[1].hasSuffix(" 2"))
        #expect(lines[2].hasPrefix("b ") && lines[2].hasSuffix(" 1"))

        let json = try await Program.run(
            ["state", "sightings", "--format", "json", "t.yaml", "url=u2"], in: workspace.path)
        #expect(json.output.contains(#""source": "a""#))
        #expect(!json.output.contains(#""source": "b""#))

        let unknown = try await Program.run(["state", "sightings", "t.yaml", "url=u3"], in: workspace.path)
        #expect(unknown.output == "no sightings\n")
    }

    @Test func `texts that look like numbers are asked for in quotes`() async throws {
        let workspace = try Workspace()
        try workspace.write("t.yaml", spec)
        try workspace.write("a.jsonl", "{\"url\":\"12\"}\n{\"url\":34}\n")
        try workspace.write("b.jsonl", "")
        #expect(try await Program.run(["t.yaml"], in: workspace.path).status == 0)
        for (key, isKnown) in [("\"12\"", true), ("12", false), ("34", true), ("\"34\"", false)] {
            let answer = try await Program.run(
                ["state", "sightings", "t.yaml", "url=\(key)"], in: workspace.path)
            #expect((answer.output != "no sightings\n") == isKnown, "\(key)")
        }
    }

    @Test func `what is asked wrongly is said`() async throws {
        let workspace = try Workspace()
        try workspace.write("t.yaml", spec)
        let field = try await Program.run(["state", "sightings", "t.yaml", "id=u1"], in: workspace.path)
        #expect(field.status == 1)
        #expect(field.error.contains("do not make up the key"))
        let word = try await Program.run(["state", "sightings", "t.yaml", "u1"], in: workspace.path)
        #expect(word.status == 64)
        try workspace.write("t.yaml", spec.replacing(", sightings: true", with: ""))
        let none = try await Program.run(["state", "sightings", "t.yaml", "url=u1"], in: workspace.path)
        #expect(none.status == 1)
        #expect(none.error.contains("give it `sightings: true`"))
    }
}
