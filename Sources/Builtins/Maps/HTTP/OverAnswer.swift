import Diagnostics
import PipelineSpec

/// A value whose expressions see `answer` and `response` beside the record's fields.
struct OverAnswer<Value: FieldValue>: FieldValue {
    typealias Core = Value.Core

    let value: Value

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<Core>], _ reader: inout SpecReader
    ) -> OverAnswer? {
        reader.over(HTTPReply.fields) { Value.read(node, constraints, &$0).map(OverAnswer.init) }
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        Value.canonical(node, &form)
    }

    static var typeDescription: String { Value.typeDescription }
    static var members: [FieldDescription] { Value.members }
    static var choices: [Choice] { Value.choices }
    static var asksForEntry: JSONLiteral.Member? { Value.asksForEntry }
    static func schema(_ constraints: [Constraint<Core>]) -> JSONLiteral { Value.schema(constraints) }
    var literal: JSONLiteral? { value.literal }
}
