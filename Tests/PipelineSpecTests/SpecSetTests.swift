import Builtins
import Diagnostics
import PipelineSpec
import Testing

/// Pipeline files that are checked together.
@Suite struct SpecSetTests {
    private func read(_ name: String, in folder: String = "/specs", _ text: String) -> PipelineReading {
        PipelineSpec.read(SourceText(name: name, text: text), catalog: .builtin, folder: folder)
    }

    private func spec(_ name: String, settings: String = "{}", sink: String) -> String {
        "name: \(name)\nsettings: \(settings)\nsources: [generate: 1]\nstages: [tap: \(sink)]\n"
    }

    /// The findings of each file in short.
    private func findings(_ readings: PipelineReading...) -> [[String]] {
        SpecSet.check(readings).map { file in
            file.diagnostics.map { "\($0.range.start) \($0.severity) \($0.rule.rawValue)" }
        }
    }

    @Test func `that keep apart have no findings`() {
        #expect(
            findings(
                read("a.yaml", spec("a", sink: "{ jsonl: a.jsonl }")),
                read("b.yaml", spec("b", sink: "{ jsonl: b.jsonl }")),
                read("c.yaml", in: "/others", spec("c", sink: "{ jsonl: a.jsonl }"))) == [[], [], []])
    }

    @Test func `of one name with one state are refused`() {
        #expect(
            findings(read("a.yaml", spec("a", sink: "stdout")), read("b.yaml", spec("a", sink: "stdout")))
                == [[], ["1:7 error duplicate-name"]])
    }

    @Test func `of one name with states of their own are warned of`() {
        #expect(
            findings(
                read("x/a.yaml", in: "/x", spec("a", sink: "stdout")),
                read("y/a.yaml", in: "/y", spec("a", sink: "stdout")))
                == [[], ["1:7 warning duplicate-name"]])
    }

    @Test func `cannot share a state that the settings name`() {
        #expect(
            findings(
                read("a.yaml", spec("a", settings: "{ state: s.db }", sink: "stdout")),
                read("b.yaml", spec("b", settings: "{ state: ./s.db }", sink: "stdout")))
                == [[], ["1:7 error file-conflict"]])
    }

    @Test(arguments: ["{ jsonl: out.jsonl }", "{ jsonl: /specs/x/../out.jsonl }", "{ sqlite: out.jsonl }"])
    func `cannot write one file`(sink: String) {
        #expect(
            findings(
                read("a.yaml", spec("a", sink: "{ jsonl: out.jsonl }")), read("b.yaml", spec("b", sink: sink))
            )
                == [[], [sink.contains("sqlite") ? "4:25 error file-conflict" : "4:24 error file-conflict"]])
    }

    @Test func `can write one database, and one device`() {
        func sink(_ table: String) -> String {
            "[{ sqlite: { path: x.db, table: \(table) } }, { jsonl: /dev/null }]"
        }
        #expect(
            findings(read("a.yaml", spec("a", sink: sink("a"))), read("b.yaml", spec("b", sink: sink("b"))))
                == [[], []])
    }

    @Test func `that write one table are warned of, and refused where its keys differ`() {
        #expect(
            findings(
                read("a.yaml", spec("a", sink: "{ sqlite: x.db }")),
                read("b.yaml", spec("b", sink: "{ sqlite: ./x.db }")),
                read("c.yaml", spec("c", sink: "{ sqlite: { path: x.db, key: url } }")))
                == [[], ["4:25 warning file-conflict"], ["4:33 error file-conflict"]])
    }

    @Test(arguments: ["-wal", "-shm", "-journal"])
    func `cannot write what stands beside the database of another`(suffix: String) {
        #expect(
            findings(
                read("a.yaml", spec("a", sink: "{ sqlite: x.db }")),
                read("b.yaml", spec("b", sink: "{ jsonl: x.db\(suffix) }")))
                == [[], ["4:24 error file-conflict"]])
        #expect(
            findings(
                read("a.yaml", spec("a", sink: "{ jsonl: .feedspine/b.db\(suffix) }")),
                read("b.yaml", spec("b", sink: "stdout"))) == [[], ["1:7 error file-conflict"]])
    }

    @Test func `keep their own findings`() {
        #expect(
            findings(read("a.yaml", spec("a", sink: "nowhere")), read("b.yaml", spec("a", sink: "stdout")))
                == [["4:15 error unknown-component"], ["1:7 error duplicate-name"]])
    }
}
