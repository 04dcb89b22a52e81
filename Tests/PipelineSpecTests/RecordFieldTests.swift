import Builtins
import Diagnostics
import PipelineSpec
import Records
import Testing

/// What is known of the fields of records at the places of a pipeline.
@Suite struct RecordFieldTests {
    /// The fields that are unknown to a pipeline, in the order of their places.
    private func unknown(sources: String, stages: String) -> [String] {
        let text = "name: fields\nsources: [\(sources)]\nstages: [\(stages), { tap: stdout }]\n"
        let reading = PipelineSpec.read(
            SourceText(name: "t.yaml", text: text), catalog: .builtin,
            itemType: ExpressionEnvironment.builtin.itemType,
            checkExpression: ExpressionEnvironment.builtin.check
        ) { path in
            let properties = path.split(separator: ".")[0].split(separator: "+").map {
                "\"\($0)\":{\"type\":\"string\"}"
            }
            return try JSON(parsing: "{\"properties\":{\(properties.joined(separator: ","))}}")
        }
        return reading.diagnostics.diagnostics.filter { $0.rule == .expressionName }.map {
            reading.diagnostics.source.text($0.range.start.offset..<$0.range.end.offset)
        }
    }

    @Test(arguments: [
        ("rss: a.xml", ["nothing"]), ("rss: a.xml, generate: 1, reddit: { file: a }", ["nothing"]),
        ("{ jsonl: a, schema: order.json }", ["title", "nothing"]),
        ("{ jsonl: a, schema: order.json }, { jsonl: b, schema: title.json }", ["nothing"]),
        ("rss: a.xml, { jsonl: b, schema: order.json }", ["nothing"]),
        ("rss: a.xml, jsonl: b", []), ("rss: a.xml, nowhere: 1", []),
        ("{ jsonl: a, schema: \"${SCHEMA}\" }", [])
    ])
    func `are those that some source has`(sources: String, unknown names: [String]) {
        let probe = sources.contains("order") ? "order" : "id"
        #expect(
            unknown(sources: sources, stages: "{ filter: \(probe) != title + nothing }") == names)
    }

    @Test(arguments: [
        ("{ map: { set: { a: title, b.c: title } } }", "a + b.c", []),
        ("{ map: { set: { a: title, b.c: title } } }", "b.d", ["d"]),
        (
            "{ map: { unset: [title, content.text] } }", "title + content.text + content.html",
            ["title", "text"]
        ),
        ("{ map: { unset: title }, when: score > 1 }", "title", []),
        ("{ map: { rename: { title: head, content.text: body.plain } } }", "head + body.plain", []),
        ("{ map: { rename: { title: head } } }", "title", ["title"]),
        ("{ map: { pick: [id, content.text] } }", "id + content.text", []),
        ("{ map: { pick: [id, content.text] } }", "title + content.html", ["title", "html"]),
        ("{ map: { pick: \"${FIELDS}\" } }", "anything", []),
        ("{ map: { classify: { field: kind, rules: [] } } }", "kind", []),
        ("{ map: content_hash }", "content_hash", []),
        ("{ map: { content_hash: { into: digest } } }", "digest", [])
    ])
    func `follow what maps do`(map: String, use: String, unknown names: [String]) {
        #expect(unknown(sources: "rss: a.xml", stages: "\(map), { filter: \(use) != id }") == names)
    }

    @Test func `are known to the sinks that a tap refers to`() {
        let text = """
            name: refs
            sinks: { table: { sqlite: { path: a.db, key: ulr } } }
            sources: [rss: a.xml]
            stages: [{ tap: { ref: table } }]
            """
        let reading = PipelineSpec.read(
            SourceText(name: "t.yaml", text: text), catalog: .builtin,
            itemType: ExpressionEnvironment.builtin.itemType,
            checkExpression: ExpressionEnvironment.builtin.check)
        #expect(
            reading.diagnostics.diagnostics.map { "\($0.range.start) \($0.message)" } == [
                "2:46 unknown field 'ulr' of the record"
            ])
    }

    @Test func `are those of a schema whose path from outside is never shown`() {
        struct NotThere: Error, CustomStringConvertible {
            let path: String
            var description: String { "\(path) is not there" }
        }
        let outside = OutsideValues(environment: ["SCHEMA": "hidden.json"], file: { _ in [] })
        let text = "name: s\nsources: [{ jsonl: a, schema: \"${SCHEMA}\" }]\nstages: [tap: stdout]\n"
        let reading = PipelineSpec.read(
            SourceText(name: "t.yaml", text: text), catalog: .builtin, mode: .resolving(outside),
            schema: { throw NotThere(path: $0) })
        let findings = reading.diagnostics.diagnostics.map { "\($0.range.start) \($0.message)" }
        #expect(findings == ["2:31 the schema `${…}` cannot be used: it cannot be read"])
    }

    @Test func `are not followed through more changes than a person would make`() {
        let stages = (0..<3000).map { "{ map: { set: { f\($0): title } } }" }.joined(separator: ", ")
        #expect(unknown(sources: "rss: a.xml", stages: stages + ", { filter: nothing != title }") == [])
    }

    @Test func `are those of the answer, not of the record, where an API is asked`() {
        let api = """
            { http_json: { url: "https://a.example", items: data.posts, next: { cursor: paging.next },
              since: updated }, schema: order.json }
            """
        #expect(unknown(sources: api, stages: "{ filter: order != title }") == ["updated", "title"])
    }
}
