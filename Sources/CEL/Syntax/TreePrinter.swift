/// Shows a checked tree, a node a line, children indented, each with its type.
struct TreePrinter {
    private let checked: CheckedExpression
    private(set) var text = ""

    init(_ checked: CheckedExpression) {
        self.checked = checked
        append(checked.tree.root, level: 0)
    }

    private mutating func append(_ id: ExpressionID, level: Int) {
        let node = checked.tree[id]
        text += String(repeating: "  ", count: level)
        text +=
            "\(TreePrinter.label(node.kind)): \(checked.types[id]) @\(node.range.lowerBound)-\(node.range.upperBound)\n"
        for child in node.kind.children { append(child, level: level + 1) }
    }

    private static func label(_ kind: Expression.Kind) -> String {
        switch kind {
        case .literal(let literal): "literal \(literal.source)"
        case .identifier(let name, let isAbsolute): "name \(isAbsolute ? "." : "")\(name)"
        case .select(_, let field, .plain): "select .\(field)"
        case .select(_, let field, .test), .select(_, let field, .testField): "has .\(field)"
        case .select(_, let field, .optional): "select .?\(field)"
        case .index(_, _, let isOptional): isOptional ? "index [?]" : "index []"
        case .operation(let operation, _): "operation \(operation.symbol)"
        case .logic(let kind, _): "logic \(kind.rawValue)"
        case .conditional: "conditional ?:"
        case .call(let function, let target, _, _): "\(target == nil ? "call" : "method") \(function)"
        case .list: "list"
        case .map: "map"
        case .message(let name): "message \(name)"
        case .comprehension(let node): "\(node.kind.rawValue) \(node.variables.joined(separator: ", "))"
        case .bind(let variable, _, _): "bind \(variable)"
        case .block: "block"
        case .blockIndex(let index): "block index \(index)"
        case .optionalMap(_, let variable, _, let isFlat): "\(isFlat ? "optFlatMap" : "optMap") \(variable)"
        case .fallback: "default"
        }
    }
}

extension Literal {
    /// The literal as CEL text.
    var source: String {
        let value: OwnedValue =
            switch self {
            case .null: .null
            case .bool(let value): .bool(value)
            case .int(let value): .int(value)
            case .uint(let value): .uint(value)
            case .double(let value): .double(value)
            case .string(let value): .string(value)
            case .bytes(let value): .bytes(value)
            }
        return value.description
    }
}
