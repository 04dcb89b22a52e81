import Diagnostics
import PipelineSpec
import Testing

@Suite("YAML") struct YAMLTests {
    private static func read(_ text: String) -> YAMLDocument {
        YAMLDocument.read(SourceText(name: "t.yaml", text: text))
    }

    /// The tree as JSON, typed by the core schema.
    private static func json(_ text: String) throws -> String {
        let document = read(text)
        #expect(document.diagnostics.isEmpty, "\(document.diagnostics)")
        var reader = SpecReader(SourceText(name: "t.yaml", text: text))
        let root = try #require(document.root)
        let value = try #require(JSONLiteral.read(root, [], &reader))
        return value.text()
    }

    @Test(arguments: [
        ("a: 1\nb: [x, 'y', \"z\"]", #"{"a":1,"b":["x","y","z"]}"#),
        ("a: &x {b: 1}\nc: *x", #"{"a":{"b":1},"c":{"b":1}}"#),
        ("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}", #"{"base":{"x":1,"y":2},"use":{"y":3,"x":1}}"#),
        ("a: {<<: [{x: 1}, {x: 2, y: 3}]}", #"{"a":{"x":1,"y":3}}"#),
        ("a: {'<<': {x: 1}}", #"{"a":{"<<":{"x":1}}}"#),
        ("a: >-\n  x\n  y\nb: |\n  z\n", #"{"a":"x y","b":"z\n"}"#),
        ("\u{FEFF}a: 1", #"{"a":1}"#),
        (
            "[no, yes, 1e3, 0x10, 0o17, 010, 1_000, ~, 1.5, .5, null, 12:30, 'true', +1, -0]",
            #"["no","yes",1000.0,16,15,10,"1_000",null,1.5,0.5,null,"12:30","true",1,0]"#
        ),
        ("[!!str 1, ! 2, !!int 3]", #"["1","2",3]"#),
        ("&a x: *a\n", #"{"x":"x"}"#),
        ("%YAML 1.1\n---\na: 1\n...\n", #"{"a":1}"#)
    ])
    func `is read into a tree`(text: String, json: String) throws { #expect(try Self.json(text) == json) }

    @Test(arguments: [
        ("a: 1\na: 2", Rule.duplicateKey, "2:1"), ("a: {b: 1, \"b\": 2}", .duplicateKey, "1:11"),
        ("a: *b", .yamlAlias, "1:4"), ("[a]: b", .yamlKey, "1:1"), ("a: !x b", .yamlTag, "1:4"),
        ("a:\n\tb: 1", .yamlTab, "2:1"), ("a: 1\n--- \nb: 2", .yamlDocuments, "2:1"),
        ("", .yamlEmpty, "1:1"), ("---\n...\n---\n", .yamlDocuments, "3:1"), ("# a\n", .yamlEmpty, "1:1"),
        ("é: é\u{1}", .yamlEncoding, "1:5"), ("a: {<<: x}", .wrongType, "1:9"),
        ("日本: 1\n日本: 2\n", .duplicateKey, "2:1"), ("a: \"é\" x", .yamlSyntax, "1:8")
    ])
    func `is refused with the place`(text: String, rule: Rule, place: String) throws {
        let finding = try #require(Self.read(text).diagnostics.first)
        #expect(finding.rule == rule)
        #expect(finding.range.start.description == place)
    }

    @Test func `duplicate keys name both places`() throws {
        let finding = try #require(Self.read("x: 1\ny: 2\nx: 3").diagnostics.first)
        #expect(finding.range.start.line == 3)
        #expect(finding.notes.first?.range?.start.line == 1)
    }

    @Test func `every node knows its range`() throws {
        let text = "list:\n  - one\n  - \"two\"   # comment\nmap:   { a: b }\n\nlast: &anchor text here\n"
        let source = SourceText(name: "t.yaml", text: text)
        let root = try #require(YAMLDocument.read(source).root)
        func covered(_ node: YAMLNode?) -> String? {
            node.map { source.text($0.range.start.offset..<$0.range.end.offset) }
        }
        #expect(covered(root["list"]?.elements?[1]) == "\"two\"")
        #expect(covered(root["map"]) == "{ a: b }")
        #expect(covered(root["last"]) == "text here")
        #expect(
            root.pairs?.map { source.text($0.key.range.start.offset..<$0.key.range.end.offset) } == [
                "list", "map", "last"
            ])
    }
}
