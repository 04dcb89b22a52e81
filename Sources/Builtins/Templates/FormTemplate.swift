import Diagnostics
import Notation
import PipelineSpec

/// The value of a form's field in which the fields of a record can stand.
struct FormTemplate: FieldValue {
    let template: TextTemplate

    static var typeDescription: String { PlainTemplate.typeDescription }
    var literal: JSONLiteral? { nil }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<FormTemplate>], _ reader: inout SpecReader
    ) -> FormTemplate? {
        reader.template(node, expected: typeDescription) { pieces in
            let parts = TextTemplate(pieces, .form).parts
            return FormTemplate(
                template: TextTemplate(
                    parts.map {
                        if case .text(let text) = $0 { .text(PercentEncoding.form(text)) } else { $0 }
                    }))
        }
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        String.canonical(node, &form)
    }

    static func schema(_ constraints: [Constraint<FormTemplate>]) -> JSONLiteral { String.schema([]) }
}

extension TextTemplate {
    /// A whole form, its fields in their order.
    init(form fields: OptionMap<FormTemplate>) {
        var parts: [Part] = []
        for field in fields.entries {
            parts.append(.text((parts.isEmpty ? "" : "&") + PercentEncoding.form(field.key) + "="))
            parts += field.value.template.parts
        }
        self.init(parts)
    }
}
