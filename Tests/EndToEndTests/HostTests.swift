import Foundation
import Testing

/// What the program says, keeps and leaves alone.
@Suite(.timeLimit(.minutes(10))) struct HostTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func run(
        _ arguments: String..., in folder: String = "", environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await Program.run(
            ["--progress", "none"] + arguments, in: "\(workspace.path)/\(folder)", environment: environment)
    }

    private func isJSON(_ line: String) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any]
    }

    private func report() throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(try workspace.read("report.json").utf8))
        return try #require(json as? [String: Any])
    }

    @Test func theStateStandsBesideTheSpecWhereverTheProgramIsStarted() async throws {
        try workspace.write("specs/in.jsonl", "{\"id\":1}\n")
        try workspace.write(
            "specs/p.yaml", "name: p\nsources: [jsonl: in.jsonl]\nstages: [tap: { jsonl: out.jsonl }]\n")
        try workspace.write("elsewhere/file", "")
        #expect(try await run("p.yaml", in: "specs").status == 0)
        #expect(try await run("../specs/p.yaml", in: "elsewhere").status == 0)
        #expect(try workspace.lines("specs/out.jsonl") == ["{\"id\":1}"])
        #expect(workspace.exists("specs/.feedspine/p.db") && !workspace.exists("elsewhere/.feedspine"))
    }

    @Test func aDryRunSeesTheStateAndChangesNothing() async throws {
        try workspace.write("in.jsonl", "{\"id\":1}\n")
        try workspace.write(
            "p.yaml", "name: p\nsources: [jsonl: in.jsonl]\nstages: [tap: { jsonl: out.jsonl }]\n")
        #expect(try await run("--dry-run", "p.yaml").outputLines == ["{\"id\":1}"])
        #expect(!workspace.exists(".feedspine") && !workspace.exists("out.jsonl"))
        #expect(try await run("--state", "s.db", "p.yaml").status == 0)
        try workspace.write("in.jsonl", "{\"id\":1}\n{\"id\":2}\n")
        let state = try Data(contentsOf: URL(fileURLWithPath: "\(workspace.path)/s.db"))
        #expect(try await run("--dry-run", "--state", "s.db", "p.yaml").outputLines == ["{\"id\":2}"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(workspace.path)/s.db")) == state)
        #expect(try await run("--state", "s.db", "p.yaml").status == 0)
        #expect(try workspace.lines("out.jsonl") == ["{\"id\":1}", "{\"id\":2}"])
    }

    @Test func deliveredIsWhatSinksTook() async throws {
        try workspace.write(
            "p.yaml",
            "name: p\nsources: [generate: 5]\nstages: [{ tap: { jsonl: out.jsonl } }, { filter: \"false\" }]\n"
        )
        #expect(try await run("--report", "report.json", "p.yaml").status == 0)
        #expect(try report()["delivered"] as? Int == 5)
    }

    @Test func recordsThatAllFailAreToldOfAndCounted() async throws {
        try workspace.write("in.jsonl", "{\"t\":\"x\"}\n{\"t\":\"y\"}\n")
        try workspace.write(
            "p.yaml",
            """
            name: p
            sources: [jsonl: in.jsonl]
            stages: [{ map: { set: { n: int(t) } } }, { tap: { jsonl: out.jsonl } }]
            """)
        let outcome = try await Program.run(
            ["--fail-on-dead-letters", "--report", "report.json", "p.yaml"], in: workspace.path)
        #expect(outcome.status == 65)
        #expect(outcome.error.contains("warning: no record was delivered: 2 failed in 'set'"))
        #expect(outcome.error.contains("2 records failed; dead letters are in"))
        #expect(!outcome.error.contains("Nothing passed the filters"))
        #expect(try report()["failed"] as? Int == 2)
        #expect(try report()["dead_letters"] as? Int == 2)
    }

    @Test(arguments: [
        ["p.yaml"], ["bad.yaml"], ["--no-such-option"], ["p.yaml", "--report", "/proc/none/report.json"],
        ["plan", "bad.yaml"]
    ])
    func everyLineIsJSONWhereThatIsAskedFor(arguments: [String]) async throws {
        try workspace.write("in.jsonl", "{\"id\":1}\nbroken\n")
        try workspace.write(
            "p.yaml",
            "name: p\nsources: [jsonl: [in.jsonl, gone.jsonl]]\nstages: [tap: { jsonl: out.jsonl }]\n")
        try workspace.write("bad.yaml", "name: [\n")
        let outcome = try await Program.run(arguments + ["--log-format", "json"], in: workspace.path)
        let lines = outcome.error.split(separator: "\n").map(String.init)
        #expect(outcome.status != 0 && !lines.isEmpty)
        #expect(lines.allSatisfy(isJSON), "\(outcome.error)")
    }

    @Test func aLineOfTheLogCannotBeForged() async throws {
        try workspace.write("in.jsonl", "{\"t\":\"\\u001b[2J\\nerror: all is lost\"}\n")
        try workspace.write(
            "p.yaml",
            """
            name: p
            sources: [jsonl: in.jsonl]
            stages: [{ map: { set: { n: int(t) } }, on_error: fail }, { tap: { jsonl: out.jsonl } }]
            """)
        let outcome = try await run("p.yaml")
        #expect(outcome.status == 1)
        #expect(!outcome.error.contains("\u{1B}"))
        #expect(!outcome.error.split(separator: "\n").contains { $0.hasPrefix("error: all") })
    }

    @Test func aReportLeavesLinksAndModesAsTheyAre() async throws {
        try workspace.write(
            "p.yaml", "name: p\nsources: [generate: 1]\nstages: [tap: { jsonl: out.jsonl }]\n")
        try workspace.write("target.json", "old")
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o640], ofItemAtPath: "\(workspace.path)/target.json")
        try files.createSymbolicLink(
            atPath: "\(workspace.path)/report.json", withDestinationPath: "target.json")
        #expect(try await run("--report", "report.json", "p.yaml").status == 0)
        #expect(try files.destinationOfSymbolicLink(atPath: "\(workspace.path)/report.json") == "target.json")
        let mode = try files.attributesOfItem(atPath: "\(workspace.path)/target.json")[.posixPermissions]
        #expect(mode as? Int == 0o640)
        #expect(try report()["read"] as? Int == 1)
    }

    @Test func aReportThatCannotBeWrittenIsAnError() async throws {
        try workspace.write(
            "p.yaml", "name: p\nsources: [generate: 1]\nstages: [tap: { jsonl: out.jsonl }]\n")
        try workspace.write("file", "")
        let outcome = try await run("--report", "file/report.json", "p.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("the report cannot be written: "))
    }

    @Test func aPlanSaysWhatAnEditDoes() async throws {
        func write(_ key: String) throws {
            try workspace.write(
                "p.yaml",
                """
                name: p
                sources: [jsonl: in.jsonl]
                stages: [{ dedup: { key: [\(key)] } }, { tap: { jsonl: out.jsonl } }]
                """)
        }
        try workspace.write("in.jsonl", "{\"id\":1}\n")
        try write("id")
        #expect(try await Program.run(["plan", "p.yaml"], in: workspace.path).status == 0)
        #expect(!workspace.exists(".feedspine"))
        #expect(try await run("p.yaml").status == 0)
        let same = try await Program.run(["plan", "p.yaml"], in: workspace.path)
        #expect(same.status == 0, "\(same.output)")
        #expect(same.outputLines.last == "Nothing changes: everything goes on where it was.")
        try write("url")
        let changed = try await Program.run(["plan", "--format", "json", "p.yaml"], in: workspace.path)
        let json = try JSONSerialization.jsonObject(with: Data(changed.output.utf8)) as? [String: Any]
        #expect(changed.status == 2, "\(changed.error)")
        #expect(json?["repeats"] as? Bool == true)
        try workspace.write("p.yaml", "name: [")
        #expect(try await Program.run(["plan", "p.yaml"], in: workspace.path).status == 78)
        for command in ["plan", "validate", "run"] {
            #expect(try await Program.run([command, "none.yaml"], in: workspace.path).status == 66)
        }
    }
}
