import Diagnostics
import PipelineSpec

/// A mapping whose keys are field paths of the user's, in the order of the file.
struct FieldMap<Path: ScalarValue, Value: FieldValue>: FieldValue {
    typealias Core = Value.Core

    let entries: [(path: Path, value: Value)]

    static var typeDescription: String { OptionMap<Value>.typeDescription }
    static var members: [FieldDescription] { Value.members }
    static var asksForEntry: JSONLiteral.Member? { OptionMap<Value>.asksForEntry }
    var literal: JSONLiteral? { nil }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<Core>], _ reader: inout SpecReader
    ) -> FieldMap? {
        guard let pairs = node.pairs else {
            reader.reportShape(node, expected: typeDescription)
            return nil
        }
        let entries = pairs.compactMap { pair in
            reader.within(option: pair.key.text) { reader -> (path: Path, value: Value)? in
                let path = Path.read(YAMLNode(key: pair.key, in: reader.source), [], &reader)
                let value = Value.read(pair.value, constraints, &reader)
                guard let path, let value else { return nil }
                return (path, value)
            }
        }
        return entries.count == pairs.count ? FieldMap(entries: entries) : nil
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        OptionMap<Value>.canonical(node, &form)
    }

    static func schema(_ constraints: [Constraint<Core>]) -> JSONLiteral {
        OptionMap<Value>.schema(constraints)
    }
}
