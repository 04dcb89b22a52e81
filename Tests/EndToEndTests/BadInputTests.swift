import Testing

/// What is broken is named with its place, and takes nothing else with it.
@Suite struct BadInputTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write("good.jsonl", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n")
    }

    /// Runs a pipeline of two sources into `out.jsonl`: one that is given, and one with the records `a` and `b`.
    private func run(_ source: String, sink: String = "jsonl: out.jsonl") async throws -> Program.Outcome {
        try workspace.write(
            "spec.yaml",
            """
            name: bad
            sources:
              - name: given
                \(source)
                retry: 1
              - jsonl: good.jsonl
            stages:
              - tap: { \(sink) }
            """)
        return try await Program.run(["spec.yaml"], in: workspace.path)
    }

    private func delivered() throws -> [String] { try workspace.lines("out.jsonl").sorted() }

    @Test(
        "a line that is no record is named and the others are read",
        arguments: [
            ("not json", "2:2"), (#"{"id":"#, "2:7"), ("[1]", "2:1"), (#"{"id":"\#u{1}"}"#, "2:8"),
            ("{'id':1}", "2:2")
        ])
    func badLine(line: String, place: String) async throws {
        try workspace.write("given.jsonl", "{\"id\":\"1\"}\n\(line)\n{\"id\":\"3\"}\n")
        let outcome = try await run("jsonl: given.jsonl")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.error.contains("given.jsonl:\(place): "), "\(outcome.error)")
        #expect(try delivered() == [#"{"id":"1"}"#, #"{"id":"3"}"#, #"{"id":"a"}"#, #"{"id":"b"}"#])
    }

    @Test(
        "a record of which a stage makes too much is given up with the reason, and the others are delivered",
        arguments: [
            ("lists.range(1000).map(x, t)", 300, "the stage makes more than 16000000 bytes of one record"),
            (
                "t+t+t+t+t+t+t+t+t+t+t+t+t+t+t+t+t+t+t+t", 20,
                "the evaluation costs more than is allowed"
            )
        ])
    func tooMuchMade(expression: String, count: Int, reason: String) async throws {
        let size = count == 20 ? 50_000 : 1000
        try workspace.write(
            "given.jsonl",
            "{\"id\":\"1\",\"t\":\"\(String(repeating: "t", count: size))\"}\n{\"t\":\"\",\"id\":\"2\"}\n")
        let fields = (0..<count).map { "f\($0): '\(expression)'" }.joined(separator: ", ")
        try workspace.write(
            "spec.yaml",
            """
            name: bad
            sources: [{ jsonl: given.jsonl }]
            stages:
              - map: { set: { \(fields) } }
                when: t != ""
              - map: { pick: [id] }
              - tap: { jsonl: out.jsonl }
            """)
        let outcome = try await Program.run(["spec.yaml"], in: workspace.path)
        #expect(outcome.status == 0, "\(outcome.error.prefix(2000))")
        #expect(try workspace.lines("out.jsonl") == [#"{"id":"2"}"#])
        let letters = try workspace.lines(".feedspine/bad.dead.jsonl")
        #expect(
            letters.count == 1 && letters.first?.contains(reason) == true,
            "\(letters.first?.suffix(400) ?? "")")
    }

    @Test func `a missing file fails alone`() async throws {
        let outcome = try await run("jsonl: nowhere.jsonl")
        #expect(outcome.status == 75)
        #expect(outcome.error.contains("nowhere.jsonl: cannot read it: No such file or directory"))
        #expect(outcome.error.contains("1 of 2 sources failed: given"))
        #expect(try delivered() == [#"{"id":"a"}"#, #"{"id":"b"}"#])
    }

    @Test func `a pattern without files fails alone`() async throws {
        let outcome = try await run("jsonl: nothing-*.jsonl")
        #expect(outcome.status == 75)
        #expect(outcome.error.contains("no file matches"))
    }

    @Test func `a feed that breaks off keeps the items before the break`() async throws {
        try workspace.write(
            "given.rss",
            """
            <rss version="2.0"><channel><title>t</title>
            <item><guid>1</guid><title>One</title></item>
            <item><guid>2</guid><title>Two</title></item>
            <item><guid>3</guid><title>Thr
            """)
        let outcome = try await run("rss: given.rss")
        #expect(outcome.status == 75)
        #expect(outcome.error.contains("given.rss:4"), "\(outcome.error)")
        #expect(outcome.error.contains("breaks off"))
        let titles = try delivered().filter { $0.contains("title") }
        #expect(titles.count == 2)
    }

    @Test func `a page that is no feed is called what it is`() async throws {
        try workspace.write("given.rss", "<!DOCTYPE html><html><body><form>Log in</form></body></html>")
        let outcome = try await run("rss: given.rss")
        #expect(outcome.status == 75)
        #expect(outcome.error.contains("this is an HTML page, not a feed"))
        #expect(try delivered() == [#"{"id":"a"}"#, #"{"id":"b"}"#])
    }

    @Test func `a folder that cannot be written ends the run with its name`() async throws {
        try workspace.write("file", "")
        let outcome = try await run("generate: { count: 1 }", sink: "jsonl: file/out.jsonl")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("/file"), "\(outcome.error)")
        #expect(outcome.error.contains("sink"))
    }

    @Test func `a full disk ends the run with its name`() async throws {
        let outcome = try await run("generate: { count: 1 }", sink: "jsonl: /dev/full")
        #expect(outcome.status == 1)
        #expect(
            outcome.error.contains("/dev/full: cannot write to it: No space left on device"),
            "\(outcome.error)")
    }

    @Test func `a missing variable is a problem of the spec, with its place`() async throws {
        let outcome = try await run("jsonl: ${NO_SUCH_VARIABLE_HERE}")
        #expect(outcome.status == 78)
        #expect(outcome.error.contains("spec.yaml:4:"), "\(outcome.error)")
        #expect(outcome.error.contains("missing-variable"))
    }
}
