import Builtins
import Diagnostics
import Foundation
import Notation
import PipelineSpec
import Streaming
import Testing

@Suite("Placeholders") struct InterpolationTests {
    private struct NoSuchFile: Error, CustomStringConvertible {
        let description = "no such file"
    }

    static let outside = OutsideValues(
        environment: [
            "NAME": "news", "NUMBER": "50", "FLAG": "true", "EMPTY": "", "PASSWORD": "hunter2!",
            "TENANT": "bücher-42",
            "YAML": "x: [1, 2]",
            "NESTED": "${NAME}", "LIST": "[a, b]"
        ],
        file: { path in
            switch path {
            case "/run/secrets/token": Array("s3cr3t-token\n".utf8)
            case "/run/secrets/binary": [0xFF, 0xFE, 0x00]
            default: throw NoSuchFile()
            }
        })

    private func read<Value: FieldValue>(
        _ type: Value.Type, _ text: String, _ mode: ReadingMode = .resolving(outside)
    ) -> (value: Value?, rules: [Rule]) {
        let spec = "name: x\nsources: [probe: { value: \(text) }]\nstages: [tap: null_sink]\n"
        let box = ValueBox<Value>()
        let catalog = Catalog(
            sources: [
                Component<any Source>("probe", "Keeps a value.", Field<Value>("value", "Kept.")) { value in
                    box.value = value
                    return EmptySource(label: "")
                }
            ], maps: [], sinks: [Component<any Sink>("null_sink", "Nothing.") { NullSink(label: "") }])
        let reading = PipelineSpec.read(SourceText(name: "t.yaml", text: spec), catalog: catalog, mode: mode)
        _ = try? reading.spec?.sources[0].make(BuildContext(directory: "", pipeline: "x"))
        return (box.value, reading.diagnostics.diagnostics.map(\.rule))
    }

    @Test(arguments: [
        ("\"${NAME}\"", "news"), ("\"a-${NAME}-${NUMBER}\"", "a-news-50"), ("'${UNSET:-it''s}'", "it's"),
        ("\"${EMPTY}\"", ""), ("\"${EMPTY:-full}\"", "full"), ("\"${UNSET:-${NAME}}\"", "news"),
        ("\"${UNSET:-${UNSET:-deep}}\"", "deep"), ("\"$${NAME}\"", "${NAME}"), ("\"$$${NAME}\"", "$${NAME}"),
        ("\"$NAME $5 {x}\"", "$NAME $5 {x}"), ("\"${file:/run/secrets/token}\"", "s3cr3t-token"),
        ("\"${YAML}\"", "x: [1, 2]"), ("\"${NESTED}\"", "${NAME}"), ("\"${LIST}\"", "[a, b]"),
        ("\"${UNSET:-}\"", "")
    ])
    func `are filled in after YAML is parsed`(text: String, value: String) {
        #expect(read(String.self, text).value == value)
    }

    @Test func `become what the field wants`() {
        #expect(read(Int.self, "\"${NUMBER}\"").value == 50)
        #expect(read(Bool.self, "\"${FLAG}\"").value == true)
        #expect(read(Duration.self, "\"${NUMBER}s\"").value == .seconds(50))
        #expect(read(JSONLiteral.self, "\"${NUMBER}\"").value == .int(50))
        #expect(read([String].self, "\"${LIST}\"").value == ["[a, b]"], "a value never changes the structure")
    }

    @Test(arguments: ["\"${NUMBER}\"", "\"${UNSET}\"", "\"${UNSET:?why}\"", "\"${file:/absent}\""])
    func `are not looked up while checking`(text: String) {
        let reading = read(Int.self, text, .checking)
        #expect(reading.rules == [])
        #expect(reading.value == nil)
    }

    @Test(arguments: [
        ("\"${UNSET}\"", Rule.missingVariable), ("\"${EMPTY:?}\"", .missingVariable),
        ("\"${file:/absent}\"", .unreadableSecret),
        ("\"${file:/run/secrets/binary}\"", .unreadableSecret), ("\"${\"", .interpolationSyntax),
        ("\"${A B}\"", .interpolationSyntax), ("\"${A:+x}\"", .interpolationSyntax),
        ("\"${A:-${B}\"", .interpolationSyntax),
        ("\"" + String(repeating: "${A:-", count: 100_000) + "\"", .interpolationSyntax)
    ])
    func `that cannot be filled in are found`(text: String, rule: Rule) {
        #expect(read(String.self, text).rules == [rule])
    }

    @Test func `never grow a value beyond bounds`() {
        let huge = OutsideValues(
            environment: ["HUGE": String(repeating: "x", count: 600_000)], file: { _ in [] })
        #expect(read(String.self, "\"${HUGE}${HUGE}\"", .resolving(huge)).rules == [.yamlLimit])
    }

    @Test(arguments: Fixtures.specs("unresolved")) func `give the expected findings, and no secret`(
        path: String
    ) throws {
        let reading = PipelineSpec.read(
            try Fixtures.source(path), catalog: Catalog.builtin, mode: .resolving(Self.outside),
            checkExpression: TestExpressionChecker.check)
        let files = [reading.diagnostics]
        let text = TextRenderer().render(files)
        let expected = Fixtures.url(path).deletingPathExtension().appendingPathExtension("txt")
        if Fixtures.updates { try Data(text.utf8).write(to: expected) }
        #expect(text == String(decoding: try Data(contentsOf: expected), as: UTF8.self))
        let renderings = [
            text, JSONRenderer().render(files), SARIFRenderer(version: "1").render(files),
            GitHubRenderer().render(files)
        ]
        #expect(renderings.allSatisfy { !$0.contains("hunter2") })
    }

    @Test func `keep their values out of descriptions and logs`() throws {
        let secret = try #require(read(Secret.self, "\"${PASSWORD}\"").value)
        #expect(secret.revealed == "hunter2!")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: Optional(secret)), dumped] {
            #expect(!text.contains("hunter2"))
        }
        let spec = "name: x\nsources: [rss: \"https://u:${PASSWORD}@example.org\"]\nstages: [tap: stdout]\n"
        let reading = PipelineSpec.read(
            SourceText(name: "t.yaml", text: spec), catalog: TestCatalog.catalog,
            mode: .resolving(Self.outside))
        #expect(
            reading.redactor.redact("GET https://u:hunter2!@example.org failed")
                == "GET https://u:<redacted>@example.org failed")
        #expect(reading.redactor.redact("nothing") == "nothing")
    }

    @Test func `are left out in the form that a host name has on the wire`() throws {
        let spec =
            "name: x\nsources: [rss: \"https://u@my-${TENANT}.example.org:8080/\"]\nstages: [tap: stdout]\n"
        let reading = PipelineSpec.read(
            SourceText(name: "t.yaml", text: spec), catalog: TestCatalog.catalog,
            mode: .resolving(Self.outside))
        let host = try #require(HostName.ascii("my-bücher-42.example.org"))
        #expect(host.hasPrefix("xn--my-bcher-42"))
        #expect(reading.redactor.redact("no host \(host)") == "no host <redacted>.example.org")
    }
}

/// Takes a value out of a constructor.
private final class ValueBox<Value: Sendable>: @unchecked Sendable {
    // Safe because a test builds and looks on one thread, one after the other.
    var value: Value?
}
