import Diagnostics
import PipelineSpec
import Records

/// A text with places that the fields of a record fill: `{title} by {author}`.
///
/// It is read and checked with the spec, and rendering is a function of the record: each value is escaped for where it
/// stands, so that no record changes what stands around it. A field that a record does not have fills in nothing.
struct TextTemplate: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case text(String)
        case field(FieldPath, Escaping)
    }

    let parts: [Part]

    init(_ parts: [Part]) { self.parts = parts }

    /// - Parameter escaping: of every value.
    init(_ pieces: [TemplateParser.Piece], _ escaping: Escaping) {
        parts = pieces.map { piece in
            switch piece {
            case .text(let text): .text(text)
            case .field(let path, _): .field(path, escaping)
            }
        }
    }

    /// The text of a template without a field; nil for others.
    var constant: String? {
        var text = ""
        for part in parts {
            guard case .text(let piece) = part else { return nil }
            text += piece
        }
        return text
    }

    /// The template as one would write it: the same for templates that say the same.
    var spelled: String {
        parts.map { part in
            switch part {
            case .text(let text): text.replacing("{", with: "{{")
            case .field(let path, _): "{\(path)}"
            }
        }.joined()
    }

    /// The fields that it names.
    var fields: [FieldPath] {
        parts.compactMap { if case .field(let path, _) = $0 { path } else { nil } }
    }

    /// - Parameter value: what a field has; nil for one that is not there.
    /// - Throws: ``UnfitValue`` where a value cannot stand in its place.
    func render(_ value: (FieldPath) -> FieldText?) throws(UnfitValue) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .field(let path, let escaping): result += try escaping.apply(to: value(path), of: path)
            }
        }
        return result
    }

    func render(_ record: borrowing Record) throws(UnfitValue) -> String {
        try render { FieldText($0, of: record) }
    }
}

/// A template that is text and nothing more: a message, a title.
struct PlainTemplate: FieldValue, ExpressibleByStringLiteral {
    let template: TextTemplate
    private let text: String

    /// - Precondition: it is a valid template.
    init(stringLiteral text: String) {
        guard let pieces = try? TemplateParser.parse(text) else {
            preconditionFailure("'\(text)' is no template")
        }
        template = TextTemplate(pieces, .none)
        self.text = text
    }

    private init(_ template: TextTemplate, _ text: String) {
        self.template = template
        self.text = text
    }

    static var typeDescription: String { "text in which `{field}` is filled in" }
    var literal: JSONLiteral? { .string(text) }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<PlainTemplate>], _ reader: inout SpecReader
    ) -> PlainTemplate? {
        reader.template(node, expected: typeDescription) {
            PlainTemplate(TextTemplate($0, .none), node.scalar?.text ?? "")
        }.flatMap { reader.constrained($0, constraints, at: node.range) }
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        String.canonical(node, &form)
    }

    static func schema(_ constraints: [Constraint<PlainTemplate>]) -> JSONLiteral { String.schema([]) }
}
