import Builtins
import Diagnostics
import PipelineSpec
import Testing

/// What a pipeline reads and writes at the same time.
@Suite struct FileCheckTests {
    /// The severity of what is found about an input and an output; nil for nothing.
    private func finding(input: String, output: String) -> Severity? {
        let text = """
            name: files
            sources: [{ jsonl: "\(input)" }]
            stages: [{ tap: { jsonl: "\(output)" } }]
            """
        let reading = PipelineSpec.read(
            SourceText(name: "t.yaml", text: text), catalog: .builtin, folder: "/specs")
        return reading.diagnostics.diagnostics.first { $0.rule == .fileConflict }?.severity
    }

    @Test(arguments: [
        ("loop.jsonl", "./loop.jsonl"), ("/specs/loop.jsonl", "x/../loop.jsonl"), ("../a.jsonl", "/a.jsonl"),
        ("items[1].jsonl", "items[1].jsonl")
    ])
    func `the file that is read cannot be written`(input: String, output: String) {
        #expect(finding(input: input, output: output) == .error)
    }

    @Test(arguments: [
        ("sources: [{ jsonl: a, schema: s.json }]", "s.json"), ("sources: [{ jsonl: a }]", "x/../t.yaml"),
        ("settings: { state: b.db }\nsources: [{ jsonl: b.db }]", "out"),
        ("sources: [{ jsonl: .feedspine/x.db }]", "out")
    ])
    func `a schema, the spec and the state are nothing else besides`(head: String, output: String) {
        let text = "name: x\n\(head)\nstages: [{ tap: { jsonl: \(output) } }]\n"
        let reading = PipelineSpec.read(
            SourceText(name: "some/where/t.yaml", text: text), catalog: .builtin, folder: "/specs")
        #expect(
            reading.diagnostics.diagnostics.filter { $0.rule == .fileConflict }.map(\.severity) == [.error])
    }

    @Test(arguments: [
        ("data/*.jsonl", "data/result.jsonl"), ("data/?.jsonl", "data/r.jsonl"),
        ("**/*.jsonl", "a/b/c.jsonl"), ("**/*.jsonl", "c.jsonl"), ("a/**/b.jsonl", "a/b.jsonl"),
        ("day-202[0-9]-*.jsonl", "day-{date}.jsonl"), ("*-??.jsonl", "at-{hour}.jsonl"),
        ("[!a-c]*.jsonl", "d.jsonl"), ("[]x].jsonl", "].jsonl"),
        ("2026-01-01.jsonl", "{date}.jsonl"), ("2026/a.jsonl", "{date:yyyy}/a.jsonl"),
        ("data/*.jsonl", "data/{feed.title}.jsonl"), ("in.jsonl", "{kind}.jsonl"),
        ("2026/01.jsonl", "{published:yyyy/MM}.jsonl"), ("**/x.jsonl", "a-{kind}/x.jsonl")
    ])
    func `what a pattern or a date may stand for is warned of`(input: String, output: String) {
        #expect(finding(input: input, output: output) == .warning)
    }

    @Test(arguments: [
        ("in.jsonl", "out.jsonl"), ("data/*.jsonl", "data/sub/result.jsonl"),
        ("data/*.jsonl", "result.jsonl"),
        ("a/**/b.jsonl", "a/xb.jsonl"), ("[0-9]*.jsonl", "result.jsonl"), ("[!a-c]*.jsonl", "a.jsonl"),
        ("day-????-??.jsonl", "day-{date}.jsonl"), ("at-[a-z]*.jsonl", "at-{hour}.jsonl"), ("-", "-x"),
        ("data/in.jsonl", "{kind}.jsonl"), ("a.jsonl", "x-{kind}.jsonl"),
        ("2026/a.jsonl", "{date:yyyy}/b.jsonl"),
        ("2026/01/x.jsonl", "{published:yyyy-MM}/x.jsonl")
    ])
    func `what cannot be the same is not`(input: String, output: String) {
        #expect(finding(input: input, output: output) == nil)
    }
}
