package import Diagnostics

extension Options {
    /// The JSON Schema of what may stand behind the name.
    package var schema: JSONLiteral {
        if isValue { return fields.first.map(\.documentedSchema) ?? .object([]) }
        var forms = [objectSchema]
        if let shorthand, let field = fields.first(where: { $0.name == shorthand }) {
            forms.append(field.documentedSchema)
        }
        if canBeOmitted { forms.append(["type": "null"]) }
        return forms.count == 1 ? forms[0] : ["anyOf": .array(forms)]
    }

    private var objectSchema: JSONLiteral {
        var members: [JSONLiteral.Member] = [
            .init("type", "object"),
            .init("properties", .object(fields.map { .init($0.name, $0.documentedSchema) })),
            .init("additionalProperties", false)
        ]
        let required = fields.filter(\.isRequired).map { JSONLiteral.string($0.name) }
        if !required.isEmpty { members.append(.init("required", .array(required))) }
        for (keyword, choice) in [("oneOf", alternatives), ("anyOf", needed)] where !choice.isEmpty {
            members.append(.init(keyword, .array(choice.map { ["required": [.string($0)]] })))
        }
        return .object(members)
    }
}

extension FieldDescription {
    /// The schema with description, default and example, which editors show.
    package var documentedSchema: JSONLiteral {
        var members: [JSONLiteral.Member] = [.init("description", .string(doc))]
        if let defaultValue { members.append(.init("default", defaultValue)) }
        if let example = exampleLiteral { members.append(.init("examples", .array([example]))) }
        return JSONLiteral.object(members).adding(schemaMembers)
    }

    private var schemaMembers: [JSONLiteral.Member] {
        guard case .object(let members) = schema else { return [] }
        return members
    }

    private var exampleLiteral: JSONLiteral? {
        guard let example else { return nil }
        let source = SourceText(name: "example", text: example)
        guard let node = YAMLDocument.read(source).root else { return nil }
        var reader = SpecReader(source)
        return JSONLiteral.read(node, [], &reader)
    }
}
