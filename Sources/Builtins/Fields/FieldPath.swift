import Diagnostics
import PipelineSpec
import Records

/// The place of a field in a record: names with dots between, such as `content.type`.
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

    /// Nil when a name is empty.
    init?(_ text: String) {
        let names = text.split(separator: ".", omittingEmptySubsequences: false)
        guard !names.contains("") else { return nil }
        keys = names.map { Key(String($0)) }
    }

    /// - Parameter keys: at least one.
    init(first: Key, _ rest: [Key] = []) { keys = [first] + rest }

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
