package import Pacing
package import Streaming

/// The options that stand beside a stage's name.
package struct StepOptions: Sendable {
    package let name: String?
    package let was: String?
    package let when: Condition?
    package let onError: OnError?
    package let buffer: Int?

    static let options = Options<StepOptions>(
        CommonField.name, CommonField.was, CommonField.when, CommonField.onError, CommonField.buffer
    ) { StepOptions(name: $0, was: $1, when: $2, onError: $3, buffer: $4) }
}

/// The options that stand beside a source's name.
package struct SourceOptions: Sendable {
    package let name: String?
    package let was: String?
    /// Records for which it does not hold are dropped.
    package let when: Condition?
    package let onError: SourceFailureRule
    /// The time between two readings with `--watch`; nil reads once.
    package let every: Duration?
    /// Bounds for what servers and feeds say about the next reading.
    package let minEvery: Duration?
    package let maxEvery: Duration?
    /// Requests, not records.
    package let rateLimit: Rate?
    package let retry: RetryPolicy?
    package let timeout: Duration?
    /// The path of a JSON Schema of the records.
    package let schema: String?

    static let options = Options<SourceOptions>(
        CommonField.name,
        CommonField.was,
        Field<Condition?>("when", "Only records for which this holds are taken.", example: "score > 10"),
        Field<SourceFailureRule>(
            "on_error", default: .retry, "What happens when the source fails as a whole.", example: "drop"),
        CommonField.buffer,
        Field<Duration?>(
            "every",
            "Reads again after this time when the pipeline watches; later where the server or the feed says that "
                + "nothing is new before.", .positive, example: "15m"),
        Field<Duration?>(
            "min_every", "Never reads again sooner, whatever `every` says; without `every`, takes its place.",
            .positive, example: "5m"),
        Field<Duration?>(
            "max_every",
            "The longest time that a server or a feed can put the next reading off, but for `Retry-After`; a day if "
                + "left out.", .positive, example: "6h"),
        Field<Rate?>("rate_limit", "At most so many requests.", example: "30/m"),
        Field<RetryPolicy?>("retry", "Attempts and pauses when reading fails.", example: "5"),
        Field<Duration?>(
            "timeout",
            "The longest time that a request may take, its whole document included; 5m if left out.",
            .positive, example: "30s"),
        Field<String?>(
            "schema", "A JSON Schema file that describes the records.", .filePath,
            example: "schemas/order.json")
    ) { name, was, when, onError, _, every, minEvery, maxEvery, rateLimit, retry, timeout, schema in
        SourceOptions(
            name: name, was: was, when: when, onError: onError, every: every, minEvery: minEvery,
            maxEvery: maxEvery,
            rateLimit: rateLimit, retry: retry, timeout: timeout,
            schema: schema)
    }
}

extension SourceOptions {
    /// The time between two readings when nobody wishes for more; nil reads once.
    package var interval: Duration? {
        guard let wanted = every ?? minEvery else { return nil }
        return max(wanted, minEvery ?? wanted)
    }
}

/// What becomes of a run when one of its sources fails.
package enum SourceFailureRule: String, OptionEnum {
    case retry, drop, fail

    package var doc: String {
        switch self {
        case .retry:
            "Try again (`retry`), then give it up for this round; the others go on, and the run says so at its end."
        case .drop: "The same, but a source that was given up is no failure of the run."
        case .fail: "The same, but a source that was given up ends the run."
        }
    }

    var engine: Pipeline.SourceNode.Failure {
        switch self {
        case .retry: .report
        case .drop: .ignore
        case .fail: .endRun
        }
    }
}

/// The options that stand beside a sink's name.
struct SinkOptions: Sendable {
    let name: String?
    let was: String?

    static let options = Options<SinkOptions>(CommonField.name, CommonField.was) {
        SinkOptions(name: $0, was: $1)
    }

    /// The options beside a sink that has its name in front.
    static let named = Options<SinkOptions>(CommonField.was) { SinkOptions(name: nil, was: $0) }
}

/// Options that several kinds of entries have.
private enum CommonField {
    static let name = Field<String?>(
        "name", "The name in figures, logs and records; made of the address if left out.", .identifier,
        example: "tech")
    static let was = Field<String?>(
        "was", "The address that it had before, so that the state goes on with a changed one.", .notEmpty,
        example: "items/old.jsonl")
    static let when = Field<Condition?>(
        "when", "Only records for which this holds; others go past.", example: "score > 10")
    static let onError = Field<OnError?>(
        "on_error", "What happens to a record that fails here.", example: "drop")
    static let buffer = Field<Int?>(
        "buffer", "Records that may wait before it; the default is the pipeline's.", .range(1...10_000_000),
        example: "1000")
}
