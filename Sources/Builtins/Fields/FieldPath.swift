import Diagnostics
import PipelineSpec
import Records

/// The place of a field in a record: names with dots between, such as `content.type`. One in a spec is checked
/// against what is known of the records there.
struct FieldPath: ScalarValue, Hashable {
    let keys: [Key]

    /// The outermost field.
    var first: Key { keys[0] }

    init(scalar: ScalarText) throws(ValueProblem) {
        guard let path = FieldPath(scalar.text) else {
            throw .invalid("a field path has a name before, between and after its dots", suggestion: nil)
        }
        self = path
    }

    /// More names than records are nested.
    private static let maximumDepth = 64

    /// Nil when a name is empty, or there are too many.
    init?(_ text: String) {
        let names = text.split(separator: ".", omittingEmptySubsequences: false)
        guard !names.contains(""), names.count <= FieldPath.maximumDepth else { return nil }
        keys = names.map { Key(String($0)) }
    }

    /// - Parameter keys: at least one.
    init(first: Key, _ rest: [Key] = []) { keys = [first] + rest }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<FieldPath>], _ reader: inout SpecReader
    ) -> FieldPath? {
        let path = readScalar(node, constraints, &reader)
        if path != nil, let scalar = node.scalar { reader.registerField(scalar, at: node.range) }
        return path
    }

    static var typeDescription: String { "a field path such as `content.type`" }
    static var scalarSchema: JSONLiteral { ["type": "string", "pattern": "^[^.]+(\\.[^.]+)*$"] }
    var literal: JSONLiteral? { .string(description) }

    /// The value at the place in a record; nil where a name of the path is absent.
    func node(in record: borrowing Record) -> Node? {
        guard var node = record[first] else { return nil }
        for key in keys.dropFirst() {
            guard let next = node[key] else { return nil }
            node = next
        }
        return node
    }
}

extension FieldPath: CustomStringConvertible {
    var description: String { keys.map(\.name).joined(separator: ".") }
}

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
