import Diagnostics
import PipelineSpec
import Records

/// The subject of a mail: of a digest `{count}` is the number of its items, and other fields are those of the first.
struct SubjectTemplate: FieldValue {
    static let count = "count"
    /// Characters; mailboxes show fewer.
    private static let limit = TextLimit(300, .scalars)

    let template: TextTemplate

    static var typeDescription: String { PlainTemplate.typeDescription }
    var literal: JSONLiteral? { nil }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<SubjectTemplate>], _ reader: inout SpecReader
    ) -> SubjectTemplate? {
        reader.template(node, expected: typeDescription, own: [count]) {
            SubjectTemplate(template: TextTemplate($0, .none))
        }
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        String.canonical(node, &form)
    }

    static func schema(_ constraints: [Constraint<SubjectTemplate>]) -> JSONLiteral { String.schema([]) }

    /// - Parameter count: of the digest's items; nil for a mail that is no digest.
    func text(_ record: borrowing Record, count: Int?) throws -> String {
        var template = template
        if let count {
            template = TextTemplate(
                template.parts.map { part in
                    if case .field(let path, _) = part, path.description == SubjectTemplate.count {
                        return .text("\(count)")
                    }
                    return part
                })
        }
        return try template.fitted(record, to: SubjectTemplate.limit)
    }
}
