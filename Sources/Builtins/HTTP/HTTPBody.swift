import PipelineSpec
import Records

import class CEL.EvaluationContext
import class CEL.Program

/// What is sent of a record, as a spec says it.
enum HTTPBody: FieldGroup {
    case json(JSONTemplate)
    case form(OptionMap<FormTemplate>)
    case text(PlainTemplate)
    case cel(Expression)

    static let options = Options<HTTPBody>(
        Field<JSONTemplate?>(
            "json", "JSON, its texts templates; a text that is one field alone takes the field's own type.",
            example: "{ text: \"{title}\" }"),
        Field<OptionMap<FormTemplate>?>("form", "The fields of a form.", example: "{ text: \"{title}\" }"),
        Field<PlainTemplate?>("text", "Plain text.", example: "\"{title} {url}\""),
        Field<Expression?>(
            "cel", "A CEL expression, whose value is sent as JSON.", example: "'{\"text\": title}'"),
        shorthand: "text"
    ) { json, form, text, cel in
        if let json { return .json(json) }
        if let form { return .form(form) }
        if let cel { return .cel(cel) }
        return .text(text ?? "")
    }
    .choosingOne(of: "json", "form", "text", "cel")
}

/// Makes the body of a request, or the part of it that is a record's.
enum BodyMaker: Sendable {
    case record
    case template(TextTemplate, type: String)
    case expression(Program, EvaluationContext)

    init(_ body: HTTPBody?, _ context: BuildContext) throws {
        switch body {
        case nil: self = .record
        case .json(let json): self = .template(json.template, type: "application/json")
        case .form(let fields):
            self = .template(TextTemplate(form: fields), type: "application/x-www-form-urlencoded")
        case .text(let text): self = .template(text.template, type: "text/plain; charset=utf-8")
        case .cel(let expression):
            self = .expression(try context.compile(expression.source), context[EvaluationContextKey.self])
        }
    }

    var contentType: String {
        if case .template(_, let type) = self { type } else { "application/json" }
    }

    /// Whether what it makes is a JSON value, and so can be one of several.
    var isJSON: Bool { contentType == "application/json" }

    func append(_ record: borrowing Record, to output: inout OutputBuffer) throws {
        switch self {
        case .record: output.append(record)
        case .template(let template, _): output.append(try template.render(record))
        case .expression(let program, let context):
            var builder = ChunkBuilder()
            guard try program.append(record, in: context, to: &builder) else { throw NoBody() }
            let (chunk, roots) = try builder.finish(origin: record.chunk.origin)
            output.append(chunk.node(at: roots[0]))
        }
    }

    func bytes(_ record: borrowing Record) throws -> [UInt8] {
        var output = OutputBuffer()
        try append(record, to: &output)
        return Array(output.bytes)
    }
}

/// An expression that has no value for a record.
struct NoBody: Error, CustomStringConvertible {
    var description: String { "the expression of `body` has no value for the record" }
}
