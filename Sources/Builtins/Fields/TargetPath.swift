import Diagnostics
import PipelineSpec

/// The place of a field that is written, whether records have it or not.
struct TargetPath: ScalarValue {
    let path: FieldPath

    init(_ path: FieldPath) { self.path = path }

    init(scalar: ScalarText) throws(ValueProblem) { path = try FieldPath(scalar: scalar) }

    static var typeDescription: String { FieldPath.typeDescription }
    static var scalarSchema: JSONLiteral { FieldPath.scalarSchema }
    var literal: JSONLiteral? { path.literal }
}

/// The place of a field that every record must have; its default is checked, too.
struct NeededPath: FieldValue {
    let path: FieldPath

    init(_ path: FieldPath) { self.path = path }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<NeededPath>], _ reader: inout SpecReader
    ) -> NeededPath? { FieldPath.read(node, [], &reader).map(NeededPath.init) }

    static func used(_ fallback: NeededPath, at range: SourceRange, _ reader: inout SpecReader) {
        reader.registerField(default: fallback.path.description, at: range)
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        FieldPath.canonical(node, &form)
    }

    static var typeDescription: String { FieldPath.typeDescription }
    static func schema(_ constraints: [Constraint<NeededPath>]) -> JSONLiteral { FieldPath.schema([]) }
    var literal: JSONLiteral? { path.literal }
}

/// A value that is not about the records of the pipeline but about something else, such as an API's answer.
struct Foreign<Value: FieldValue>: FieldValue {
    typealias Core = Value.Core

    let value: Value

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<Core>], _ reader: inout SpecReader
    ) -> Foreign? {
        reader.overAnything { Value.read(node, constraints, &$0).map(Foreign.init) }
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        Value.canonical(node, &form)
    }

    static var typeDescription: String { Value.typeDescription }
    static var members: [FieldDescription] { Value.members }
    static var choices: [Choice] { Value.choices }
    static func schema(_ constraints: [Constraint<Core>]) -> JSONLiteral { Value.schema(constraints) }
    var literal: JSONLiteral? { value.literal }
}
