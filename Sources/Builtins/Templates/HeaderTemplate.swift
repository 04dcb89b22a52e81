import Diagnostics
import Notation
import PipelineSpec

/// The value of a header in which the fields of a record can stand.
struct HeaderTemplate: FieldValue {
    let template: TextTemplate
    /// Whether values from outside the spec stand in it.
    let isSecret: Bool

    static var typeDescription: String { PlainTemplate.typeDescription }
    var literal: JSONLiteral? { nil }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<HeaderTemplate>], _ reader: inout SpecReader
    ) -> HeaderTemplate? {
        reader.template(node, expected: typeDescription) {
            HeaderTemplate(
                template: TextTemplate($0, .header), isSecret: node.scalar?.substitution == .secret)
        }
    }

    /// It may hold a password.
    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        SecretText.canonical(node, &form)
    }

    static func schema(_ constraints: [Constraint<HeaderTemplate>]) -> JSONLiteral { String.schema([]) }
}
