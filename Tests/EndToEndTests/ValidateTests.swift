import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What is found before a run, and said where a run would do nothing.
@Suite struct ValidateTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write("in.jsonl", "{\"id\":1,\"t\":\"x\"}\n")
    }

    private func program(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(arguments, in: workspace.path)
    }

    private func write(
        _ name: String, in folder: String = "", _ source: String, _ stages: String
    ) throws {
        try workspace.write(
            "\(folder)\(name).yaml", "name: \(name)\nsources: [{ \(source) }]\nstages: [\(stages)]\n")
    }

    @Test func `to watch what is never polled is wrong usage`() async throws {
        try write("a", "jsonl: in.jsonl", "{ tap: stdout }")
        let outcome = try await program("--watch", "a.yaml")
        #expect(outcome.status == 64)
        #expect(outcome.error.contains("`every`"))
        #expect(outcome.output.isEmpty)
    }

    @Test func `files that get into each other's way are neither valid nor run`() async throws {
        try write("a", "jsonl: in.jsonl", "{ tap: { jsonl: out.jsonl } }")
        try write("b", "jsonl: in.jsonl", "{ tap: { jsonl: out.jsonl } }")
        #expect(try await program("validate", "a.yaml").status == 0)
        let validated = try await program("validate", "a.yaml", "b.yaml")
        #expect(validated.status == 78)
        #expect(validated.output.contains("b.yaml:3:26: error[file-conflict]"), "\(validated.output)")
        #expect(try await program("a.yaml", "b.yaml").status == 78)
        #expect(!workspace.exists("out.jsonl"))
    }

    @Test func `a schema is looked at only in the spec's folder, and only if it is a file`() async throws {
        try workspace.write("outside.json", "not JSON")
        try workspace.write("specs/inside.json", "not JSON")
        #expect(mkfifo(workspace.path + "/specs/pipe", 0o600) == 0)
        #expect(symlink("../outside.json", workspace.path + "/specs/link.json") == 0)
        for (schema, status) in [
            ("inside.json", 78), ("../outside.json", 0), ("link.json", 0), ("pipe", 0), ("/dev/stdin", 0)
        ] {
            try write("a", in: "specs/", "jsonl: in.jsonl, schema: \(schema)", "{ tap: stdout }")
            let outcome = try await program("validate", "specs/a.yaml")
            #expect(outcome.status == Int32(status), "\(schema): \(outcome.output)")
        }
        try write("a", in: "specs/", "jsonl: in.jsonl, schema: pipe", "{ tap: stdout }")
        #expect(try await program("specs/a.yaml").status == 78)
    }

    @Test func `a pattern leaves out what the pipeline writes`() async throws {
        try workspace.write("data/in.jsonl", "{\"id\":1}\n")
        try write("a", "jsonl: \"data/*.jsonl\"", "{ tap: { jsonl: \"data/{date}.jsonl\" } }")
        for _ in 1...3 { #expect(try await program("a.yaml").status == 0) }
        let written = try workspace.files("data").filter { $0 != "in.jsonl" }
        #expect(try written.flatMap { try workspace.lines("data/\($0)") } == ["{\"id\":1}"])
    }

    @Test func `a run of which nothing is delivered because all failed says so`() async throws {
        try write("a", "jsonl: in.jsonl", "{ map: { set: { n: int(t) } } }, { tap: { jsonl: out.jsonl } }")
        let outcome = try await program("--progress", "none", "a.yaml")
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("no record was delivered: 1 failed in"), "\(outcome.error)")
    }

    @Test func `secrets in files stand beside the spec`() async throws {
        try workspace.write("specs/name", "in\n")
        try workspace.write(
            "specs/a.yaml", "name: a\nsources: [jsonl: \"../${file:name}.jsonl\"]\nstages: [tap: stdout]\n")
        #expect(try await program("specs/a.yaml").output == "{\"id\":1,\"t\":\"x\"}\n")
    }

    @Test func `a field that items cannot have is an error of an expression`() async throws {
        #expect(try await program("eval", "--item", "scoer > 5").status == 78)
    }
}
