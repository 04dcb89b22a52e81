package import Diagnostics

/// The JSON Schema (draft 2020-12) of pipeline files, made of the catalogue.
///
/// It describes YAML's core data model, so that editors complete, explain and check while one types. Whatever
/// the reader accepts, the schema accepts; expressions, references and the like only the reader can judge.
package struct PipelineSchema {
    private let catalog: Catalog

    private let isPublished: Bool

    /// - Parameter isPublished: whether it is the one that has an address, not that of a program with more components.
    package init(_ catalog: Catalog, isPublished: Bool = true) {
        self.catalog = catalog
        self.isPublished = isPublished
    }

    /// Where the schema is published.
    private static let identifier = "https://feedspine.dev/schemas/pipeline.schema.json"

    /// The whole schema.
    package var document: JSONLiteral {
        let head: [JSONLiteral.Member] =
            [.init("$schema", "https://json-schema.org/draft/2020-12/schema")]
            + (isPublished ? [.init("$id", .string(Self.identifier))] : [])
        return JSONLiteral.object(head).adding(members)
    }

    private var members: [JSONLiteral.Member] {
        guard case .object(let members) = body else { return [] }
        return members
    }

    private var body: JSONLiteral {
        [
            "title": "FeedSpine pipeline",
            "description": "A streaming pipeline over content feeds: sources, stages and sinks.",
            "type": "object",
            "required": ["name", "sources"],
            "properties": .object(properties),
            "patternProperties": ["^x-": ["description": "Free for anchors."]],
            "additionalProperties": false,
            "$defs": .object(definitions)
        ]
    }

    private var properties: [JSONLiteral.Member] {
        let header = PipelineSections.header.fields.map { JSONLiteral.Member($0.name, $0.documentedSchema) }
        return header + [
            .init("defaults", defaults),
            .init(
                "sinks",
                described(
                    "Sinks by name, used as `tap: { ref: NAME }`.",
                    orNull([
                        "type": "object", "additionalProperties": reference("namedSink")
                    ]))),
            .init(
                "sources",
                described(
                    "Where records come from.",
                    [
                        "type": "array", "minItems": 1, "items": reference("source")
                    ])),
            .init(
                "stages",
                described(
                    "What happens to records, in order.",
                    orNull([
                        "type": "array", "items": reference("stage")
                    ])))
        ]
    }

    private var definitions: [JSONLiteral.Member] {
        [
            .init(
                "placeholder",
                [
                    "type": "string", "pattern": "\\$\\{",
                    "description":
                        "A value from outside: `${NAME}`, `${NAME:-default}`, `${NAME:?message}` or `${file:/path}`."
                ]),
            .init("expression", described("A CEL expression.", SchemaFragment.text)),
            .init("condition", described("A CEL condition.", SchemaFragment.text)),
            .init("source", entry(catalog.sources.descriptions, siblings: SourceOptions.options.fields)),
            .init("stage", entry(catalog.stages.descriptions, siblings: StepOptions.options.fields)),
            .init("map", entry(catalog.maps.descriptions, siblings: [])),
            .init("sink", entry(sinks, siblings: SinkOptions.options.fields)),
            .init("namedSink", entry(sinks, siblings: [])),
            .init("tapEntry", ["anyOf": [reference("sink"), sinkReference]])
        ] + catalog.sinks.descriptions.map { .init(sinkName($0), $0.schema) }
    }

    /// The sinks, whose options stand once for both of their places.
    private var sinks: [ComponentDescription] {
        catalog.sinks.descriptions.map { sink in
            var sink = sink
            sink.schema = reference(sinkName(sink))
            return sink
        }
    }

    private func sinkName(_ sink: ComponentDescription) -> String { "sink.\(sink.name)" }

    /// A name alone, or a mapping with exactly one component and the options beside it.
    private func entry(_ components: [ComponentDescription], siblings: [FieldDescription]) -> JSONLiteral {
        let properties =
            components.map { JSONLiteral.Member($0.name, described($0.doc, $0.schema)) }
            + siblings.map { .init($0.name, $0.documentedSchema) }
        let choice = components.map { JSONLiteral.object([.init("required", [.string($0.name)])]) }
        let mapping: JSONLiteral = [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
            "oneOf": .array(choice)
        ]
        let alone = components.filter(\.canBeOmitted)
        guard !alone.isEmpty else { return mapping }
        let names = alone.map { component -> JSONLiteral in
            ["const": .string(component.name), "description": .string(component.doc)]
        }
        return ["anyOf": [["oneOf": .array(names)], mapping]]
    }

    private var sinkReference: JSONLiteral {
        [
            "type": "object", "required": ["ref"], "additionalProperties": false,
            "properties": [
                "ref": described("The name of a sink under the top-level `sinks`.", SchemaFragment.text)
            ]
        ]
    }

    /// Options by component; of several components with one name, an option of any.
    private var defaults: JSONLiteral {
        let all =
            catalog.sources.descriptions + catalog.stages.descriptions + catalog.maps.descriptions
            + catalog.sinks.descriptions
        let properties = catalog.allNames.map { name -> JSONLiteral.Member in
            let fields = all.filter { $0.name == name && !$0.isValue }.flatMap(\.fields)
            let byName = Dictionary(grouping: fields, by: \.name)
            var seen: Set<String> = []
            let options = fields.filter { seen.insert($0.name).inserted }.map { field -> JSONLiteral.Member in
                let schemas = (byName[field.name] ?? []).map(\.documentedSchema)
                return .init(field.name, schemas.count == 1 ? schemas[0] : ["anyOf": .array(schemas)])
            }
            return .init(
                name,
                orNull([
                    "type": "object", "properties": .object(options), "additionalProperties": false
                ]))
        }
        let mapping: JSONLiteral = [
            "type": "object", "properties": .object(properties), "additionalProperties": false
        ]
        return described("Options by component, used where an entry does not give them.", orNull(mapping))
    }

    private func described(_ text: String, _ schema: JSONLiteral) -> JSONLiteral {
        guard case .object(let members) = schema else { return schema }
        // Where a component's value is its only option, the component says more than the option.
        return .object([.init("description", .string(text))] + members.filter { $0.name != "description" })
    }

    private func orNull(_ schema: JSONLiteral) -> JSONLiteral { ["anyOf": [schema, ["type": "null"]]] }

    private func reference(_ name: String) -> JSONLiteral { ["$ref": .string("#/$defs/" + name)] }
}
