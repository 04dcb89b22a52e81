package import Diagnostics
package import Records

/// The place of a field in a record: names with dots between, such as `content.type`. One in a spec is checked
/// against what is known of the records there.
package struct FieldPath: ScalarValue, Hashable {
    package let keys: [Key]

    /// The outermost field.
    package var first: Key { keys[0] }

    package init(scalar: ScalarText) throws(ValueProblem) {
        guard let path = FieldPath(scalar.text) else {
            throw .invalid("a field path has a name before, between and after its dots", suggestion: nil)
        }
        self = path
    }

    /// More names than records are nested.
    private static let maximumDepth = 64

    /// Nil when a name is empty, or there are too many.
    package init?(_ text: String) {
        let names = text.split(separator: ".", omittingEmptySubsequences: false)
        guard !names.contains(""), names.count <= FieldPath.maximumDepth else { return nil }
        keys = names.map { Key(String($0)) }
    }

    /// - Parameter keys: at least one.
    package init(first: Key, _ rest: [Key] = []) { keys = [first] + rest }

    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<FieldPath>], _ reader: inout SpecReader
    ) -> FieldPath? {
        let path = readScalar(node, constraints, &reader)
        if path != nil, let scalar = node.scalar { reader.registerField(scalar, at: node.range) }
        return path
    }

    package static var typeDescription: String { "a field path such as `content.type`" }
    package static var scalarSchema: JSONLiteral { ["type": "string", "pattern": "^[^.]+(\\.[^.]+)*$"] }
    package var literal: JSONLiteral? { .string(description) }

    /// The value at the place in a record; nil where a name of the path is absent.
    package func node(in record: borrowing Record) -> Node? {
        guard var node = record[first] else { return nil }
        for key in keys.dropFirst() {
            guard let next = node[key] else { return nil }
            node = next
        }
        return node
    }
}

extension FieldPath: CustomStringConvertible {
    package var description: String { keys.map(\.name).joined(separator: ".") }
}
