import Streaming

extension FilterOperation {
    static let component = Component<any StageOperation>(
        "filter", "Lets only those records through for which a CEL condition holds.",
        details:
            "A record without a field that the condition needs does not match; it is counted as `missing`.",
        value: Field<Condition>("filter", "The condition.", example: "score > 10", role: .address)
    ) { context, condition in FilterOperation(try context.predicate(condition)) }
    .showing("content.type == \"important\"")
    .behaving(.failing)
}
