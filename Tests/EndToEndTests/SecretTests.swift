import Foundation
import Testing

/// What came from outside a spec is not shown, wherever a component mentions it.
@Suite struct SecretTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test(
        "a value from the environment is left out of logs, the display and the report",
        arguments: [
            ["--log-format", "text", "--log-level", "trace"], ["--log-format", "json", "--progress", "none"],
            ["--progress", "plain"]
        ])
    func environment(options: [String]) async throws {
        try workspace.write(
            "spec.yaml",
            """
            name: secret
            sources:
              - { jsonl: "${FOLDER}/missing.jsonl", retry: 2 }
              - { rss: "http://127.0.0.1:9/${FOLDER}?key=${KEY}", retry: 1, timeout: 1s }
            stages:
              - tap: { jsonl: "out/all.jsonl" }
            """)
        let outcome = try await Program.run(
            ["spec.yaml", "--report", "report.json"] + options, in: workspace.path,
            environment: ["FOLDER": "hunter2", "KEY": "say \"friend\" and \u{1F511}"])
        #expect(outcome.status == 75, "\(outcome.error)")
        let report = try workspace.read("report.json")
        for text in [outcome.error, outcome.output, report] {
            #expect(!text.contains("hunter2") && !text.contains("friend"), "\(text)")
        }
        #expect(outcome.error.contains("<redacted>/missing.jsonl: cannot read it"))
        #expect(report.contains("<redacted>"))
    }

    @Test("a value that is none of its field does not appear in the finding")
    func findings() async throws {
        try workspace.write(
            "spec.yaml",
            """
            name: secret
            sources:
              - rss: { url: "http://${HOST}/", headers: { X-Key: "${HOST}" } }
            stages:
              - tap: stdout
            """)
        let outcome = try await Program.run(
            ["spec.yaml"], in: workspace.path, environment: ["HOST": "hunter2 hunter2"])
        #expect(outcome.status == 78)
        #expect(!outcome.error.contains("hunter2"), "\(outcome.error)")
        #expect(outcome.error.contains("must be an http or https address"), "\(outcome.error)")
    }

    @Test("findings show no value, also where it stands in the place of a name")
    func missingReference() async throws {
        try workspace.write(
            "spec.yaml",
            """
            name: secret
            sources:
              - jsonl: in.jsonl
            stages:
              - tap: { ref: "${SINK}" }
            """)
        let outcome = try await Program.run(
            ["spec.yaml"], in: workspace.path, environment: ["SINK": "hunter2hunter2"])
        #expect(outcome.status == 78)
        #expect(!outcome.error.contains("hunter2"), "\(outcome.error)")
        #expect(outcome.error.contains("there is no sink"), "\(outcome.error)")
    }

    @Test("a value cannot be read in the state, and what stands in a place with it goes on")
    func positions() async throws {
        try workspace.write(
            "spec.yaml",
            """
            name: secret
            sources:
              - jsonl: "in-${KEY}/*.jsonl"
            stages:
              - tap: { jsonl: "out-${KEY}/all.jsonl" }
            """)
        for lines in ["{\"id\":1}\n", "{\"id\":1}\n{\"id\":2}\n"] {
            try workspace.write("in-hunter2/a.jsonl", lines)
            let outcome = try await Program.run(
                ["spec.yaml"], in: workspace.path, environment: ["KEY": "hunter2"])
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(try workspace.read("out-hunter2/all.jsonl") == lines)
            let state = try Data(contentsOf: URL(filePath: workspace.path + "/.feedspine/secret.db"))
            #expect(state.firstRange(of: Data("hunter2".utf8)) == nil)
        }
    }

    @Test("a secret file without end is refused")
    func endlessFile() async throws {
        try workspace.write(
            "spec.yaml",
            """
            name: secret
            sources:
              - jsonl: "${file:/dev/zero}"
            stages:
              - tap: stdout
            """)
        let outcome = try await Program.run(["spec.yaml"], in: workspace.path)
        #expect(outcome.status == 78)
        #expect(outcome.error.contains("it has more than 1048576 bytes"), "\(outcome.error)")
    }
}
