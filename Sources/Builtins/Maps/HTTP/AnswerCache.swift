import PipelineSpec

/// How long answers are kept, and what they are kept by.
struct AnswerCache: FieldGroup {
    let key: [Expression]?
    let lifetime: Duration

    static let options = Options<AnswerCache>(
        Field<[Expression]?>(
            "key",
            "What makes two records ask the same: fields or expressions, which must all be equal. Left out, it is the "
                + "request that is made of the record: address, headers and body.", example: "[url]"),
        Field<Duration>("for", default: .seconds(30 * 86_400), "How long an answer counts.", .positive),
        shorthand: "for"
    ) { AnswerCache(key: $0, lifetime: $1) }
}
