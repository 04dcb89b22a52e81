import Foundation
import Subprocess
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// Files that are compressed, rotated, tables of text or texts, read by programs that are not ours.
@Suite(.timeLimit(.minutes(10)), .enabled(if: hasPython, "python3 is needed")) struct FileFormTests {
    /// Prints the ids that stand in files, in the order of their names; a file that cannot be read to its end is an error.
    private static let reader = """
        import csv, glob, gzip, json, re, subprocess, sys
        for name in sorted(glob.glob(sys.argv[1])):
            if name.endswith(".zst"):
                text = subprocess.run(["zstdcat", name], check=True, capture_output=True, text=True).stdout
            elif name.endswith(".gz"):
                text = subprocess.run(["zcat", name], check=True, capture_output=True, text=True).stdout
            else:
                text = open(name, newline="").read()
            if ".csv" in name:
                rows = list(csv.DictReader(text.splitlines(keepends=True)))
                assert all(r["title"] == f'a "{r["id"]}", or\\nb;' and r["n"] == "12" for r in rows), name
                ids = [r["id"] for r in rows]
            elif ".jsonl" in name:
                ids = [str(json.loads(line)["id"]) for line in text.splitlines()]
            else:
                ids = re.findall("id ([0-9]+);", text)
            print("\\n".join(ids), end="\\n" if ids else "")

        """

    private func ids(_ pattern: String, in workspace: Workspace) async throws -> [Int] {
        let result = try await Subprocess.run(
            .name("python3"), arguments: ["read.py", pattern], workingDirectory: FilePath(workspace.path),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        #expect(result.terminationStatus.isSuccess, "\(pattern): \(result.standardError)")
        return result.standardOutput.split(separator: "\n").compactMap { Int($0) }
    }

    @Test func `killed again and again, each record stands once in files of every form`() async throws {
        let workspace = try Workspace()
        try workspace.write("read.py", FileFormTests.reader)
        try workspace.write(
            "t.yaml",
            #"""
            name: t
            settings: { checkpoint: 20ms, buffer: 100 }
            sources: [{ jsonl: in.jsonl }]
            stages:
              - rate_limit: 4000/s
              - tap:
                  - jsonl: { path: full/items.jsonl, rotate: 20KB }
                  - jsonl: { path: gzip/items.jsonl.gz, rotate: { size: 4KB, every: 1s } }
                  - jsonl: { path: "zstd/{kind}.jsonl.zst", open_files: 3 }
                  - csv: { path: table/items.csv, columns: { id: id, title: title, n: 3 * 4 }, rotate: 30KB }
                  - csv: { path: packed/items.csv.gz, columns: { id: id, title: title, n: 3 * 4 } }
                  - text: { path: text/items.txt, template: "id {id}; {title}", separator: " " }
                  - jsonl: { path: few/items.jsonl, rotate: { size: 3KB, keep: 2 } }
            """#)
        var count = 0
        try await Program.killAgainAndAgain(
            "t.yaml", in: workspace.path, kills: 8, at: 1...15, seed: 20_261_128
        ) { _ in
            let lines = (count..<count + 400).map {
                #"{"id":\#($0),"kind":"k\#($0 % 5)","title":"a \"\#($0)\", or\nb;"}"# + "\n"
            }
            count += 400
            try workspace.append(lines.joined(), to: "in.jsonl")
        }
        for folder in ["full", "gzip", "table", "packed", "text"] {
            let found = try await ids("\(folder)/*", in: workspace)
            // The newest file has the shortest name, which comes last: `.` is behind `-`.
            #expect(found == Array(0..<count), "\(folder)")
        }
        #expect(try await ids("zstd/*", in: workspace).sorted() == Array(0..<count))
        #expect(try workspace.files("full").count > 4)
        #expect(try workspace.files("gzip").count > 2)
        let few = try await ids("few/*", in: workspace)
        #expect(few == Array((count - few.count)..<count))
        #expect(try workspace.files("few").count == 3)
    }

    @Test func `a rotated log is read on by name`() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "write.yaml",
            """
            name: write
            settings: { checkpoint: 20ms, buffer: 10 }
            sources: [{ generate: 2000 }]
            stages: [{ rate_limit: 4000/s }, { tap: { jsonl: { path: log/items.jsonl, rotate: 50KB } } }]
            """)
        try workspace.write(
            "read.yaml",
            """
            name: read
            sources: [{ jsonl: "log/items*.jsonl" }]
            stages: [{ tap: { jsonl: out.jsonl } }]
            """)
        for spec in ["write.yaml", "read.yaml", "read.yaml"] {
            let outcome = try await Program.run([spec, "--progress", "none"], in: workspace.path)
            #expect(outcome.status == 0, "\(outcome.error)")
        }
        #expect(try workspace.files("log").count > 2)
        let lines = try workspace.lines("out.jsonl")
        #expect(lines.count == 2000 && Set(lines).count == 2000)
    }

    @Test func `columns that have changed are not mixed with those of before`() async throws {
        let workspace = try Workspace()
        func run(_ columns: String, _ path: String) async throws -> Program.Outcome {
            try workspace.write(
                "t.yaml",
                """
                name: t
                sources: [{ generate: 3 }]
                stages: [{ tap: { csv: { path: \(path), columns: \(columns) } } }]
                """)
            return try await Program.run(
                ["t.yaml", "--progress", "none", "--state", ":memory:"], in: workspace.path)
        }
        for path in ["a.csv", "a.csv.gz", "a.csv.zst"] {
            #expect(try await run("[id, title]", path).status == 0)
            #expect(try await run("[id, title]", path).status == 0)
            let outcome = try await run("[id, url]", path)
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("it begins with other columns; move"), "\(outcome.error)")
        }
        #expect(try workspace.lines("a.csv").count == 7)
    }
}
