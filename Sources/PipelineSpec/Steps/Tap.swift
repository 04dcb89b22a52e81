import Diagnostics
import Streaming

extension TapOperation {
    static let component = Component<any StageOperation>(
        "tap", "Writes records to a sink, or to several at the same time, and passes them on.",
        details: """
            The value is a sink with its options, `{ ref: NAME }` for one of the top-level `sinks`, or a list of these.
            """,
        value: Field<SinkEntries>(
            "sinks", "Where to write.", example: "{ jsonl: \"history/news-{date}.jsonl\" }", role: .address)
    ) { context, _ in
        TapOperation(try context[StagePartsKey.self].sinks.map { try $0.target(context) })
    }
    .behaving(StageTraits(place: .atDelivery, waits: true, canFail: true, retries: true))
}

extension SinkSpec {
    /// The sink, built.
    func target(_ context: BuildContext) throws -> Pipeline.Target {
        Pipeline.Target(
            name: name, identity: identity, was: was,
            sink: try make(context.named(name, identity: identity.text)))
    }
}

/// The sinks of a stage: entries within the entry. What they are stands in ``StageParts``.
struct SinkEntries: FieldValue {
    static var typeDescription: String { "a sink with its options, `{ ref: NAME }`, or a list of these" }
    static var entries: NestedEntries? { .sinks }
    var literal: JSONLiteral? { nil }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<SinkEntries>], _ reader: inout SpecReader
    ) -> SinkEntries? { SinkEntries() }

    static func schema(_ constraints: [Constraint<SinkEntries>]) -> JSONLiteral {
        let entry: JSONLiteral = ["$ref": "#/$defs/tapEntry"]
        return ["anyOf": [entry, ["type": "array", "minItems": 1, "items": entry]]]
    }
}
