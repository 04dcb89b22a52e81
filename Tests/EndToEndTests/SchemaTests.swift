import Testing

/// Sources that name a JSON Schema of their records.
@Suite struct SchemaTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write("specs/orders.jsonl", "{\"id\":\"a\",\"total\":7}\n{\"id\":\"b\",\"total\":2}\n")
        try workspace.write(
            "specs/order.json",
            #"{"type":"object","properties":{"id":{"type":"string"},"total":{"type":"integer"}}}"#)
    }

    private func write(filter: String, schema: String = "order.json", source: String = "") throws {
        try workspace.write(
            "specs/orders.yaml",
            """
            name: orders
            sources: [{ jsonl: orders.jsonl, schema: \(schema) }\(source)]
            stages:
              - map: { set: { "sizes.large": total > 5 } }
              - filter: \(filter)
              - tap: stdout
            """)
    }

    @Test("expressions are checked against it, and against what maps add")
    func checked() async throws {
        try write(filter: totalIsLarge)
        let outcome = try await Program.run(
            ["specs/orders.yaml", "--state", ":memory:"], in: workspace.path)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.outputLines == [#"{"id":"a","total":7,"sizes":{"large":true}}"#])

        try write(filter: "totl > 5")
        let misspelt = try await Program.run(["validate", "specs/orders.yaml"], in: workspace.path)
        #expect(misspelt.status == 78)
        #expect(misspelt.output.contains("specs/orders.yaml:5:13: error[expression-name]"))
        #expect(misspelt.output.contains("did you mean `total`?"))
    }

    private let totalIsLarge = "sizes.large && id.startsWith(\"a\")"

    @Test("the fields of feed items are known besides where some join in")
    func mixedWithItems() async throws {
        try write(filter: "total > 5 || score > 5 || totl > 5", source: ", { generate: 1 }")
        let outcome = try await Program.run(["validate", "specs/orders.yaml"], in: workspace.path)
        #expect(outcome.status == 78)
        #expect(outcome.output.contains("did you mean `total`?"))
        #expect(outcome.output.contains("1 error\n"), "\(outcome.output)")
    }

    @Test("nothing is known where records of any shape join in")
    func mixed() async throws {
        try write(filter: "totl > 5", source: ", { jsonl: others.jsonl }")
        let outcome = try await Program.run(["validate", "specs/orders.yaml"], in: workspace.path)
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test("one that is not there is no concern of validate, but of a run")
    func missing() async throws {
        try write(filter: "totl > 5", schema: "none.json")
        let checked = try await Program.run(["validate", "specs/orders.yaml"], in: workspace.path)
        #expect(checked.status == 0, "\(checked.output)")
        let run = try await Program.run(["specs/orders.yaml"], in: workspace.path)
        #expect(run.status == 78)
        #expect(run.error.contains("none.json: cannot read it: No such file or directory"))
    }

    @Test(
        "one that cannot be used is named",
        arguments: [
            ("[1,", "the text ends inside a value"), (#"{"type":"string"}"#, "describes no object")
        ])
    func broken(text: String, words: String) async throws {
        try workspace.write("specs/order.json", text)
        try write(filter: "true")
        let outcome = try await Program.run(["validate", "specs/orders.yaml"], in: workspace.path)
        #expect(outcome.status == 78)
        #expect(outcome.output.contains("specs/orders.yaml:2:42: error[invalid-value]"))
        #expect(outcome.output.contains(words), "\(outcome.output)")
    }
}
