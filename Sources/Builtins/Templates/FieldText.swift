import CEL
import PipelineSpec
import Records

/// The value of a field as a template fills it in.
struct FieldText: Sendable, Hashable {
    /// The characters of a text; the JSON of a number, a truth value or an object; a list of such with commas between.
    let text: String
    /// The value as JSON.
    let json: String

    /// Nil for null.
    init?(_ node: Node) {
        switch node.kind {
        case .null: return nil
        case .array: text = node.elements.map { $0.plainText }.joined(separator: ", ")
        default: text = node.plainText
        }
        json = node.json
    }

    /// Nil where the record has no such field, or null. `meta.source` and the like are what expressions have under these
    /// names.
    init?(_ path: FieldPath, of record: borrowing Record) {
        if let field = MetaField(path) {
            guard let text = field.text(of: record) else { return nil }
            self = text
            return
        }
        guard let node = path.node(in: record) else { return nil }
        self.init(node)
    }

    init(_ text: String) {
        self.text = text
        json = JSON.string(text).text
    }

    /// - Parameter json: a whole JSON value.
    init(json: String) {
        text = json
        self.json = json
    }
}
