import Fetching
import Notation
import Pacing
import PipelineSpec
import Records
import Streaming

extension HTTPMap {
    private static let defaultConcurrency = 4
    private static let defaultAnswer = ByteSize(bytes: 1_000_000)

    static let component = MapComponent(
        "http", "Asks a server about each record, and keeps something of the answer.",
        details: """
            Expressions in `value`, `set` and `cost` see `answer` (the JSON of the body) and `response` (`status` and \
            `headers`) beside the record's fields; `parse_json` reads JSON that stands in a text of the answer. With \
            `schema`, what is kept is checked, and filters behind the map know its fields.

            After 429 and 503 with `Retry-After` it waits as long as it is told, up to `max_wait`; any other 4xx fails that \
            record alone, with what the server said; anything else is tried again (`retry`). Answers come in any order, and \
            records go on in theirs.

            With `cache`, what was answered once is asked again only after `for`: an answer is in the state before its \
            record goes on, and what several records ask at the same time is asked once. The key covers what is asked as the \
            spec has it, so another `url` or `body` asks anew. With `budget`, a request is booked in the state before it is \
            sent, so no kill lets it be exceeded in any time as long as its period; every request counts, those that are \
            tried again, too. With `cost`, `most` is booked and corrected when the answer tells; what is answered with a \
            failure costs nothing. In a dry run only GET requests without `cache` and `budget` are sent; answers that \
            are in the state are used.
            """,
        produces: .feedItem,
        fields: .writesKeysOf(option: "set", else: .writes(option: "into", schema: "schema")),
        Field<URLTemplate>("url", "What to ask.", example: "https://example.com/pages/{id}"),
        Field<HTTPMethod?>(
            "method", "The method; GET without a `body`, else POST, if left out.", example: "put"),
        Field<OptionMap<HeaderTemplate>>("headers", default: OptionMap([]), "Headers."),
        Field<HTTPBody?>(
            "body", "What is sent; nothing if left out.", example: "{ json: { text: \"{title}\" } }"),
        Field<SecretText?>("token", "A bearer token to send.", example: "\"${API_TOKEN}\""),
        Field<BasicCredentials?>("basic", "Name and password to send."),
        Field<RequestSignature?>("sign", "How the server can tell who sends."),
        Field<String>(
            "key_header", default: "Idempotency-Key",
            "The header with what a request that is no GET is known by when it comes again; `\"\"` for none."),
        Field<OverAnswer<Expression>?>(
            "value", "What is kept of the answer; all of it if left out.",
            example: "'parse_json(answer.choices[0].message.content)'"),
        Field<AnswerSchema?>(
            "schema", "A JSON Schema that what is kept must keep to.", example: "schemas/verdict.json"),
        Field<TargetPath>(
            "into", default: TargetPath(FieldPath(first: Key("answer"))), "The field that it goes into."),
        Field<OverAnswer<FieldMap<TargetPath, Expression>>?>(
            "set", "Fields to set instead, each to the value of an expression.",
            example: "{ country: 'answer.address.country' }"),
        Field<HTTPReply.Form>("format", default: .json, "What the answer is."),
        Field<[Int]>(
            "answers", default: [], "Statuses beside 2xx that are answers, too; one without JSON is null.",
            .range(400...599), example: "[404]"),
        Field<ByteSize>("max_answer", default: defaultAnswer, "The most bytes of an answer.", .notEmpty),
        Field<AnswerCache?>(
            "cache", "Keeps answers, so that nothing is asked twice.", example: "{ for: 30d }"),
        Field<CallBudget?>("budget", "How much may be spent.", example: "1000/d"),
        Field<Int>(
            "concurrency", default: defaultConcurrency, "Requests at the same time.", .range(1...1000)),
        Field<Rate?>("rate_limit", "At most so many requests.", example: "30/m"),
        Field<Duration>("timeout", default: HTTPCourier.defaultTimeout, "For a whole request.", .positive),
        Field<RetryPolicy>(
            "retry", default: RetryPolicy(attempts: 3), "Attempts and pauses when asking fails."),
        Field<Duration>(
            "max_wait", default: HTTPCourier.defaultWait,
            "The longest that a request waits because the server asks for it."),
        Field<Bool>("allow_private", default: false, "Ask a private address that a record names.")
    ) {
        context, url, method, headers, body, token, basic, signature, keyHeader, value, schema, into, set,
        form,
        statuses, largest, cache, budget, concurrency, rate, timeout, retry, wait, allowPrivate in
        let secrets = [token?.secret, basic?.password, signature?.secret].compactMap { $0?.revealed }
        let method = method?.method ?? (body == nil ? .get : .post)
        var courier = try HTTPCourier(context, hiding: secrets, rate: rate)
        courier.peer = "server"
        courier.asks = true
        courier.answers = Set(statuses)
        courier.answerLimit = largest.bytes
        courier.finishes = cache != nil
        courier.timeout = timeout
        courier.longestWait = wait
        courier.keyHeader = method == .get ? "" : keyHeader
        courier.signature = signature
        courier.allowPrivate = allowPrivate
        courier.isAddressFromRecord = url.isFromRecord
        courier.identify(token, basic)
        var requests = HTTPCalls(
            url: url, method: method, headers: headers.entries.map { ($0.key, $0.value) },
            body: try body.map { try BodyMaker($0, context) },
            keys: DeliveryKeys(pipeline: context.pipeline, sink: ""))
        // Another question about the same record is another request.
        requests.keys = DeliveryKeys(
            pipeline: context.pipeline, sink: "map http \(String(hexadecimal: requests.question))")
        return HTTPMap(
            requests, courier, form,
            AnswerUse(
                target: try target(value, schema, into, set, context),
                context: context[EvaluationContextKey.self]),
            keys: try cache.map { try AnswerKeys(requests, form, $0, context) },
            meter: try budget.map { try CallMeter($0, origin: url.origin, context) },
            retry: retry, random: context[SurroundingsKey.self].random, concurrency: concurrency)
    }
    .depending(
        on: .idle("basic", because: "`token` is sent instead") {
            $0.text("token").map { !$0.isEmpty } ?? false
        },
        .idle("allow_private", because: "the host is the spec's") {
            $0.text("url").map { !$0.hasPrefix("{") } ?? false
        },
        .refused("body", because: "cannot send a body with GET") { $0.text("method") == "get" },
        .refused("set", because: "takes either `set`, or `into` with `value` and `schema`") {
            $0.has("into") || $0.has("value") || $0.has("schema")
        }
    )
    .showing(
        """
        { url: "https://api.example.com/pages/{source}", set: { country: answer.address.country }, cache: 30d, \
        budget: 1000/d }
        """
    )
    .with(ComponentTraits(sendsRequests: true, waits: true))

    private static func target(
        _ value: OverAnswer<Expression>?, _ schema: AnswerSchema?, _ into: TargetPath,
        _ set: OverAnswer<FieldMap<TargetPath, Expression>>?, _ context: BuildContext
    ) throws -> AnswerUse.Target {
        if let set { return .fields(try SetMap(set.value, context)) }
        return .field(
            into.path, value: try value.map { try context.compile($0.value.source) },
            schema: try schema?.load(context))
    }
}
