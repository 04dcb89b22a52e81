import PipelineSpec
import Records
import Streaming

import class CEL.EvaluationContext
import class CEL.Program

/// Writes the value of the first rule that holds into a field.
struct ClassifyMap: Transform {
    struct Rule: FieldGroup {
        let when: Condition
        let value: String

        static let options = Options<Rule>(
            Field<Condition>("when", "The rule's condition.", example: "'score > 100'"),
            Field<String>("value", "What to write when it holds.", example: "important")
        ) { Rule(when: $0, value: $1) }
    }

    static let component = MapComponent(
        "classify", "Writes the value of the first rule whose condition holds into a field.",
        details: "A condition that needs an absent field does not hold.",
        produces: .feedItem, fields: .writes(option: "field"),
        Field<TargetPath>(
            "field", default: TargetPath(FieldPath(first: Key("content"), [Key("type")])),
            "Where to write it."),
        Field<[Rule]>(
            "rules", "The rules, tried in order.", example: "[{ when: 'score > 100', value: important }]"),
        Field<String?>("default", "What to write when no rule holds; nothing if left out.", example: "normal")
    ) { context, field, rules, value in
        ClassifyMap(
            field: field.path,
            rules: try rules.map {
                CompiledRule(program: try context.compile($0.when.source), value: $0.value)
            },
            fallback: value, context: context[EvaluationContextKey.self])
    }

    struct CompiledRule: Sendable {
        let program: Program
        let value: String
    }

    let field: FieldPath
    let rules: [CompiledRule]
    let fallback: String?
    let context: EvaluationContext

    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        guard let value = try value(for: record) ?? fallback else { return }
        var changes = FieldChanges()
        changes.add(field, .write { $0.string(value) })
        try changes.apply(to: record, &edit)
    }

    private func value(for record: borrowing Record) throws -> String? {
        for rule in rules {
            switch rule.program.matches(record, in: context) {
            case .matched: return rule.value
            case .notMatched, .missing: continue
            case .failed(let error): throw error
            }
        }
        return nil
    }
}
