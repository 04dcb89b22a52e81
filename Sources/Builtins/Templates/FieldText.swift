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
        case .string, .escapedString: text = node.string ?? ""
        case .array: text = node.elements.map { $0.string ?? FieldText.json($0) }.joined(separator: ", ")
        default: text = FieldText.json(node)
        }
        json = FieldText.json(node)
    }

    /// Nil where the record has no such field, or null.
    init?(_ path: FieldPath, of record: borrowing Record) {
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

    private static func json(_ node: Node) -> String { String(decoding: node.text, as: UTF8.self) }
}
