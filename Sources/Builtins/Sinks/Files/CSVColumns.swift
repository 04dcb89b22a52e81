import Diagnostics
import PipelineSpec

/// The columns of a table of text: fields by their names, or names with what stands in them.
enum CSVColumns: FieldValue {
    case fields([FieldPath])
    case expressions(OptionMap<Expression>)

    static var typeDescription: String { "a list of fields, or a mapping of names to CEL expressions" }
    static var asksForEntry: JSONLiteral.Member? { [FieldPath].asksForEntry }
    var literal: JSONLiteral? { nil }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<CSVColumns>], _ reader: inout SpecReader
    ) -> CSVColumns? {
        if node.pairs != nil {
            return OptionMap<Expression>.read(node, [], &reader).map(CSVColumns.expressions)
        }
        return [FieldPath].read(node, [], &reader).map(CSVColumns.fields)
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        node.pairs == nil
            ? [FieldPath].canonical(node, &form) : OptionMap<Expression>.canonical(node, &form)
    }

    static func schema(_ constraints: [Constraint<CSVColumns>]) -> JSONLiteral {
        ["anyOf": [[FieldPath].schema([]), OptionMap<Expression>.schema([])]]
    }
}

/// What stands between the columns of a table of text.
enum CSVDelimiter: String, OptionEnum {
    case comma, semicolon, tab

    var doc: String {
        switch self {
        case .comma: "A comma."
        case .semicolon: "A semicolon, which spreadsheets expect where numbers have a decimal comma."
        case .tab: "A tab."
        }
    }

    var byte: UInt8 {
        switch self {
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        case .tab: UInt8(ascii: "\t")
        }
    }
}
