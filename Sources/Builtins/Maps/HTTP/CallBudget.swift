import Diagnostics
import Pacing
import PipelineSpec
import Streaming

/// How much may be spent on calls.
struct CallBudget: FieldGroup {
    /// What happens when nothing is left.
    enum WhenSpent: String, OptionEnum {
        case wait, pass, fail

        var doc: String {
            switch self {
            case .wait: "Records wait until the budget allows for more; what comes before them waits, too."
            case .pass: "Records go on as they are."
            case .fail: "Records fail; `on_error` says what becomes of them."
            }
        }
    }

    let calls: Rate?
    let limit: Double?
    let period: Duration
    let cost: OverAnswer<Expression>?
    let most: Double?
    let name: String?
    let whenSpent: WhenSpent

    static let options = Options<CallBudget>(
        Field<Rate?>("calls", "So many requests in a time.", example: "1000/d"),
        Field<Double?>(
            "limit", "So much in a time: requests, or what `cost` says.", .positive, example: "5.0"),
        Field<Duration>("per", default: .seconds(86_400), "The time that `limit` is for.", .positive),
        Field<OverAnswer<Expression>?>(
            "cost", "What a call has cost, of its answer: a number.", example: "answer.usage.total_tokens"),
        Field<Double?>(
            "most", "The most that a call can cost, which is booked before it is made.", .positive,
            example: "4000"),
        Field<String?>(
            "name", "What the state knows the budget by; the server's address if left out.", .notEmpty,
            example: "openai"),
        Field<WhenSpent>("when_spent", default: .wait, "What happens when nothing is left."),
        shorthand: "calls"
    ) {
        CallBudget(
            calls: $0, limit: $1, period: $2, cost: $3, most: $4, name: $5, whenSpent: $6)
    }
    .choosingOne(of: "calls", "limit")
    .depending(
        on: .idle("per", because: "`calls` says for which time it is") { $0.has("calls") },
        .idle("most", because: "a request is one without `cost`") { !$0.has("cost") },
        .refused("cost", because: "adds up costs to a `limit`, not to a number of `calls`") {
            $0.has("calls")
        },
        .refused("cost", because: "needs `most` beside `cost`, to be booked before the cost is known") {
            !$0.has("most")
        },
        .refused("most", because: "cannot spend more on a call (`most`) than there is (`limit`)") { given in
            guard let most = given.text("most").flatMap(Double.init),
                let limit = given.text("limit").flatMap(Double.init)
            else { return false }
            return most > limit
        })

    /// The bound in words.
    var text: String {
        if let calls { return "\(calls.specText) requests" }
        let limit = limit ?? 0
        return "\(Int64(exactly: limit).map { "\($0)" } ?? "\(limit)") in \(period.specText)"
    }
}

extension Constraint where Value == Double {
    fileprivate static let positive = Constraint(
        "more than 0", schema: [.init("exclusiveMinimum", .int(0))]
    ) { $0 > 0 }
}
