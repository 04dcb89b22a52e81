import CEL
import Records

/// JSON that stands in a text.
enum JSONFunction {
    static let parse = Function(
        "parse_json", "The value of a JSON text.",
        examples: [
            .init(#"parse_json('{"label":"spam","score":3}').label"#, "'spam'"),
            .init("parse_json('[1, 2.5, null]')", "[1, 2.5, null]")
        ],
        parameters: [.string], result: .dyn
    ) { arguments in
        guard case .string(let text)? = arguments.first else { return .null }
        return OwnedValue(try JSON(parsing: text))
    }
}

extension OwnedValue {
    fileprivate init(_ json: JSON) {
        self =
            switch json {
            case .null: .null
            case .bool(let value): .bool(value)
            case .int(let value): .int(value)
            case .double(let value): .double(value)
            case .string(let text): .string(text)
            case .array(let elements): .list(elements.map(OwnedValue.init))
            case .object(let members): .map(members.map { (.string($0.name), OwnedValue($0.value)) })
            }
    }
}
