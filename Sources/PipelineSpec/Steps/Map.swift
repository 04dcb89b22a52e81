import Diagnostics
import Streaming

extension MapOperation {
    static let component = Component<any StageOperation>(
        "map", "Changes every record with a map component.",
        details: "The value is a map's name, or a mapping of the name to its options.",
        value: Field<MapEntry>("map", "The map.", example: "clean", role: .address)
    ) { context, _ in
        guard let map = context[StagePartsKey.self].map else { throw DeferredValueError() }
        return try map.make(context).stage
    }
    .behaving(.failing)
}

/// The map of a stage: an entry within the entry. What it is stands in ``StageParts``.
struct MapEntry: FieldValue {
    static var typeDescription: String { "a map's name, or a mapping of it to its options" }
    static var entries: NestedEntries? { .map }
    var literal: JSONLiteral? { nil }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<MapEntry>], _ reader: inout SpecReader
    ) -> MapEntry? { MapEntry() }

    static func schema(_ constraints: [Constraint<MapEntry>]) -> JSONLiteral { ["$ref": "#/$defs/map"] }
}
