import Builtins
import Diagnostics
import Foundation
import PipelineSpec
import Testing

@Suite("The JSON Schema of pipelines") struct SchemaTests {
    /// Findings that a schema can have too.
    private static let structural: Set<Rule> = [
        .unknownOption, .unknownComponent, .missingComponent, .severalComponents, .missingOption,
        .missingValue,
        .wrongType, .noSources
    ]

    @Test func `stays the same text from run to run`() {
        let first = PipelineSchema(Catalog.builtin).document.text(pretty: true)
        #expect(first == PipelineSchema(Catalog.builtin).document.text(pretty: true))
    }

    @Test(.enabled(if: SchemaValidator.isAvailable, "needs python3 with the package jsonschema"))
    func `agrees with the reader, says an independent validator`() throws {
        var instances: [SchemaValidator.Instance] = []
        for path in Fixtures.specs("valid") { instances.append(try instance(path, isValid: true)) }
        for path in Fixtures.specs("broken") {
            let reading = PipelineSpec.read(try Fixtures.source(path), catalog: Catalog.builtin)
            let rules = Set(reading.diagnostics.diagnostics.map(\.rule))
            guard !rules.isDisjoint(with: Self.structural), !Self.onlyTheReader.contains(path) else {
                continue
            }
            guard YAMLDocument.read(reading.diagnostics.source).root != nil else { continue }
            instances.append(try instance(path, isValid: false))
        }
        #expect(instances.count > 20)
        let schema = PipelineSchema(Catalog.builtin).document
        #expect(try SchemaValidator.disagreements(schema, instances) == [])
    }

    /// Specs whose only structural findings concern what the schema does not see: aliases, merge keys, anchors.
    private static let onlyTheReader: Set<String> = ["broken/merge-of-scalar.yaml"]

    private func instance(_ path: String, isValid: Bool) throws -> SchemaValidator.Instance {
        let source = try Fixtures.source(path)
        let root = try #require(YAMLDocument.read(source).root)
        var reader = SpecReader(source)
        let value = try #require(JSONLiteral.read(root, [], &reader))
        return SchemaValidator.Instance(name: path, isValid: isValid, value: value)
    }
}

/// Python's `jsonschema`, which knows nothing of this project.
enum SchemaValidator {
    struct Instance {
        let name: String
        let isValid: Bool
        let value: JSONLiteral
    }

    static let isAvailable = (try? run("import jsonschema", input: "")) != nil

    /// The instances that the schema judges otherwise than expected, with the validator's reason.
    static func disagreements(_ schema: JSONLiteral, _ instances: [Instance]) throws -> [String] {
        let input: JSONLiteral = [
            "schema": schema,
            "instances": .array(
                instances.map {
                    ["name": .string($0.name), "valid": .bool($0.isValid), "value": $0.value]
                })
        ]
        return try run(script, input: input.text()).split(separator: "\n").map(String.init)
    }

    private static let script = """
        import json, sys
        from jsonschema import Draft202012Validator
        data = json.load(sys.stdin)
        Draft202012Validator.check_schema(data["schema"])
        validator = Draft202012Validator(data["schema"])
        for instance in data["instances"]:
            errors = list(validator.iter_errors(instance["value"]))
            if bool(errors) == instance["valid"]:
                reason = errors[0].json_path + " " + errors[0].message[:200] if errors else "accepted"
                print(instance["name"] + ": " + reason)
        """

    private struct PythonFailure: Error { let output: String }

    private static func run(_ script: String, input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        // The script reads all of its input before it writes, so that neither side waits for the other.
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        let errors = try stderr.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw PythonFailure(output: String(decoding: errors, as: UTF8.self))
        }
        return String(decoding: output, as: UTF8.self)
    }
}
