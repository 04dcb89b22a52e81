import Foundation
import Records
import Subprocess
import TestSupport
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// The metrics and the alerts, as Prometheus' own tool sees them.
@Suite("promtool", .timeLimit(.minutes(5))) struct PromtoolTests {
    /// Runs the tool; nil, and a word, where there is none.
    private func promtool(
        _ arguments: [String], in folder: String, input: String = ""
    ) async throws -> (isGood: Bool, said: String)? {
        let isThere = try? await Executable.name("promtool").resolveExecutablePath(in: .inherit)
        guard isThere != nil else {
            print(
                "promtool is not installed (scripts/setup --tests installs it): \(arguments[0]) not checked")
            return nil
        }
        let result = try await Subprocess.run(
            .name("promtool"), arguments: Arguments(arguments), workingDirectory: FilePath(folder),
            input: .string(input), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return (result.terminationStatus.isSuccess, result.standardOutput + result.standardError)
    }

    @Test("the alert rules are valid, and their tests pass")
    func rules() async throws {
        let folder = "\(Program.root)/packaging/prometheus"
        for arguments in [["check", "rules", "alerts.yaml"], ["test", "rules", "alerts.test.yaml"]] {
            if let answer = try await promtool(arguments, in: folder) {
                #expect(answer.isGood, "\(answer.said)")
            }
        }
    }

    @Test("every metric that a rule names is served, and Prometheus finds no fault with any")
    func metrics() async throws {
        let workspace = try Workspace()
        try workspace.write("items.jsonl", "{\"id\":1}\n")
        try workspace.write(
            "run.yaml",
            """
            name: run
            sources: [{ jsonl: items.jsonl, every: 1h }]
            stages: [{ filter: id > 0 }, { dedup: id }, { tap: { jsonl: out.jsonl } }]
            """)
        let (served, _) = try await Program.serving(
            ["run.yaml", "--watch", "--http", "0"], in: workspace.path
        ) { program in
            _ = try await program.figures { $0["checkpoints"]?.int ?? 0 > 0 }
            return (
                try await program.ask("/metrics", ["Accept": "text/plain"]).text,
                try OpenMetrics(try await program.ask("/metrics").text)
            )
        }
        let rules = try String(
            contentsOfFile: "\(Program.root)/packaging/prometheus/alerts.yaml", encoding: .utf8)
        let named = rules.matches(of: /\b(?:feedspine|time_to)_[a-z_]+\b/).map { String($0.output) }
        #expect(named.count > 10)
        for name in Set(named) {
            #expect(served.1.samples.contains { $0.name == name }, "\(name) is not served")
        }
        if let answer = try await promtool(["check", "metrics"], in: workspace.path, input: served.0) {
            #expect(answer.isGood && answer.said.isEmpty, "\(answer.said)")
        }
    }
}
