import Diagnostics
import Notation
import PipelineSpec

/// The fields of a form, whose values are templates.
struct FormTemplate: FieldValue {
    let template: TextTemplate

    static var typeDescription: String { "a mapping of names to text in which `{field}` is filled in" }
    static var asksForEntry: JSONLiteral.Member? { .init("minProperties", 1) }
    var literal: JSONLiteral? { nil }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<FormTemplate>], _ reader: inout SpecReader
    ) -> FormTemplate? {
        guard let pairs = node.pairs else {
            reader.reportShape(node, expected: typeDescription)
            return nil
        }
        var parts: [TextTemplate.Part] = []
        var isComplete = true
        for pair in pairs {
            let value = reader.within(option: pair.key.text) {
                $0.template(pair.value, expected: PlainTemplate.typeDescription) { TextTemplate($0, .form) }
            }
            guard let value else {
                isComplete = false
                continue
            }
            let name = encoded(pair.key.text)
            parts.append(.text((parts.isEmpty ? "" : "&") + name + "="))
            parts += value.parts.map { part in
                if case .text(let text) = part { .text(encoded(text)) } else { part }
            }
        }
        return isComplete ? FormTemplate(template: TextTemplate(parts)) : nil
    }

    private static func encoded(_ text: String) -> String {
        PercentEncoding.encode(text.utf8) { PercentEncoding.isUnreserved($0) || $0 == 0x20 }
            .replacing(" ", with: "+")
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        OptionMap<String>.canonical(node, &form)
    }

    static func schema(_ constraints: [Constraint<FormTemplate>]) -> JSONLiteral {
        OptionMap<String>.schema([])
    }
}
