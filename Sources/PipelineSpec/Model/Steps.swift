import Diagnostics
import Streaming

/// What a step does, as far as the options beside its name depend on it.
struct StepTraits {
    /// Whether records wait before it, in a buffer.
    var waits = false
    /// Whether a record can fail in it, apart from a `when`.
    var canFail = false
    /// Whether trying again may help.
    var retries = false
}

/// The steps that are part of the language: their names, options and documentation.
package struct BuiltInStep: Sendable {
    package let name: String
    package let doc: String
    package let details: String
    let traits: StepTraits
    /// Nil for the steps that hold components.
    let options: Options<StageSpec.Operation>?
    /// An example's value as YAML.
    package let example: String

    private init(
        _ name: String, _ doc: String, details: String = "", _ traits: StepTraits = StepTraits(),
        example: String,
        _ options: Options<StageSpec.Operation>? = nil
    ) {
        self.name = name
        self.doc = doc
        self.details = details
        self.traits = traits
        self.options = options
        self.example = example
    }

    /// All steps, in the order of the documentation.
    package static let all = [filter, map, dedup, rateLimit, batch, tap]
    static let names = all.map(\.name)

    static let filter = BuiltInStep(
        "filter", "Lets only those records through for which a CEL condition holds.",
        details:
            "A record without a field that the condition needs does not match; it is counted as `missing`.",
        StepTraits(canFail: true), example: "content.type == \"important\"",
        Options(value: Field<Condition>("filter", "The condition.", example: "score > 10", role: .address)) {
            .filter($0)
        })

    static let map = BuiltInStep(
        "map", "Changes every record with a map component.",
        details: "The value is a map's name, or a mapping of the name to its options.",
        StepTraits(canFail: true),
        example: "clean")

    static let dedup = BuiltInStep(
        "dedup", "Drops records that were delivered before.",
        details: "A record becomes history with its delivery, so that a failed delivery loses nothing.",
        example: "{ key: [url], history: 24h, ttl: 7d }",
        Options(
            Field<[Expression]>(
                "key", "What makes two records the same: fields or expressions, which must all be equal.",
                example: "[url]", role: .address),
            Field<Duration>(
                "history", default: .seconds(86_400), "How long a record counts as seen.", .positive),
            Field<Duration>(
                "ttl", default: .seconds(7 * 86_400), "How long the state remembers it; at least `history`.",
                .positive)
        ) { .dedup(DedupSpec(key: $0, history: $1, ttl: max($1, $2))) })

    static let rateLimit = BuiltInStep(
        "rate_limit", "Lets at most so many records through in a time.", StepTraits(waits: true),
        example: "10/s",
        Options(Field<Rate>("rate", "Records per second, minute, hour or day.", example: "10/s")) {
            .rateLimit($0)
        })

    static let batch = BuiltInStep(
        "batch", "Collects records and passes them on together, at whichever limit is reached first.",
        StepTraits(waits: true), example: "{ size: 100, bytes: 1MB, every: 5s }",
        Options(
            Field<Int?>("size", "Records.", .range(1...1_000_000), example: "100"),
            Field<ByteSize?>("bytes", "Bytes of the records as JSON.", .notEmpty, example: "1MB"),
            Field<Duration?>("every", "Time since the batch's first record.", .positive, example: "5s"),
            shorthand: "size"
        ) { .batch(BatchLimits(size: $0, bytes: $1?.bytes, every: $2)) })

    static let tap = BuiltInStep(
        "tap", "Writes records to a sink, or to several at the same time, and passes them on.",
        details: "The value is a sink with its options, `{ ref: NAME }` for one of the top-level `sinks`, "
            + "or a list of these.",
        StepTraits(waits: true, canFail: true, retries: true),
        example: "{ jsonl: \"history/news-{date}.jsonl\" }")
}

extension BuiltInStep {
    /// The step as help, schema and reference see it.
    package var description: ComponentDescription {
        ComponentDescription(
            name: name, doc: doc, details: details, fields: options?.fields ?? [],
            shorthand: options?.shorthand,
            isValue: options?.isValue ?? true, canBeOmitted: false, schema: options?.schema ?? .object([]))
    }
}
