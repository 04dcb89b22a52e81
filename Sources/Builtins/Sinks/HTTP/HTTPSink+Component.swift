import Fetching
import Notation
import PipelineSpec
import Records
import Streaming

extension HTTPSink {
    /// What a request is for.
    enum Extent: String, OptionEnum {
        case record, batch

        var doc: String {
            switch self {
            case .record: "A request for each record."
            case .batch: "A request for many records: those of a `batch` stage, or what has come meanwhile."
            }
        }
    }

    static let component = Component<any Sink>(
        "http", "Sends records to a server over HTTP.",
        details: """
            A record is delivered when the server answers 2xx. After 429 and 503 with `Retry-After` it waits as long as \
            it is told, up to `max_wait`; 401 ends the run, for the credentials are at fault; any other 4xx refuses that \
            record alone, which goes to the dead letters with what the server said; after anything else it is tried again as the tap's `on_error` says. Each request has \
            an `Idempotency-Key` that is the same whenever its record comes again, so a server that minds it has each \
            record once; without that a record may come twice after a crash.

            `{field}` in `url`, `headers` and `body` is filled in from the record and escaped for where it stands; `{{` \
            is a brace. The host is always the spec's, unless the whole `url` is one field. Redirects are followed only \
            where the same is to be sent to the same host (307, 308). A batch that is refused with 400, 413 or 422 is \
            sent again in halves, until it is known for which records. Its body is a JSON array, or a line for each \
            record (`bulk`).
            """,
        Field<URLTemplate>(
            "url", "Where to send.", example: "https://example.com/hooks/{source}", role: .address),
        Field<HTTPMethod>("method", default: .post, "The method.", role: .address),
        Field<OptionMap<HeaderTemplate>>("headers", default: OptionMap([]), "Headers.", role: .address),
        Field<HTTPBody?>("body", "What is sent of a record; the record as JSON if left out.", role: .address),
        Field<Extent>("per", default: .record, "What a request is for.", role: .address),
        Field<HTTPBulk?>("bulk", "How the records of a batch are sent.", role: .address),
        Field<SecretText?>("token", "A bearer token to send.", role: .address),
        Field<BasicCredentials?>("basic", "Name and password to send."),
        Field<RequestSignature?>("sign", "How the server can tell who sends."),
        Field<String>(
            "key_header", default: "Idempotency-Key",
            "The header with what a request is known by; `\"\"` for none."),
        Field<Int>("concurrency", default: 1, "Requests at the same time.", .range(1...1000)),
        Field<FieldPath>(
            "order_by", default: FieldPath(first: Key("id")),
            "Records with the same value are sent one after the other."),
        Field<Duration>("timeout", default: HTTPCourier.defaultTimeout, "For a whole request.", .positive),
        Field<Duration>(
            "max_wait", default: HTTPCourier.defaultWait,
            "The longest that a request waits because the server asks for it."),
        Field<Bool>(
            "allow_private", default: false, "Send to a private address that a record names.")
    ) {
        context, url, method, headers, body, extent, bulk, token, basic, signature, keyHeader, concurrency,
        order, timeout, wait, allowPrivate in
        let secrets = [token?.secret, basic?.password, signature?.secret].compactMap { $0?.revealed }
        var courier = try HTTPCourier(context, hiding: secrets)
        courier.timeout = timeout
        courier.longestWait = wait
        courier.keyHeader = keyHeader
        courier.signature = signature
        courier.allowPrivate = allowPrivate
        courier.isAddressFromRecord = url.isFromRecord
        courier.identify(token, basic)
        let calls = HTTPCalls(
            url: url, method: method.method, headers: headers.entries.map { ($0.key, $0.value) },
            body: method == .get ? nil : try BodyMaker(body, context),
            keys: DeliveryKeys(pipeline: context.pipeline, sink: context.identity))
        switch extent {
        case .record:
            return HTTPSink(
                .records(
                    RecordCalls(concurrency: concurrency, orderBy: order) { try calls.call(for: $0) }),
                courier)
        case .batch:
            let bulk = bulk ?? HTTPBulk()
            if bulk.answers != nil { courier.answerLimit = BulkAnswers.limit }
            return HTTPSink(.batches(try calls.batches(bulk)), courier)
        }
    }
    .depending(
        on: .idle("basic", because: "`token` is sent instead") {
            $0.text("token").map { !$0.isEmpty } ?? false
        },
        .idle("bulk", because: "each record is a request of its own without `per: batch`") {
            $0.text("per") == "record"
        },
        .idle("concurrency", because: "batches are sent one after the other") { $0.text("per") == "batch" },
        .idle("order_by", because: "one request after the other keeps the order of all") {
            $0.text("per") == "batch" || $0.text("concurrency") == "1"
        },
        .idle("body", because: "a GET request has none") { $0.text("method") == "get" },
        .idle("allow_private", because: "the host is the spec's") {
            $0.text("url").map { !$0.hasPrefix("{") } ?? false
        },
        .refused("method", because: "cannot send a batch with GET, which has no body") {
            $0.text("per") == "batch" && $0.text("method") == "get"
        },
        .refused("url", because: "cannot fill a record's fields into the address of a batch") {
            $0.text("per") == "batch" && $0.text("url").map(hasField) == true
        },
        .refused("body", because: "sends a batch as JSON, which `json` and `cel` make") {
            $0.text("per") == "batch"
                && ($0.text("body") != nil
                    || $0.names(within: "body").contains { $0 == "form" || $0 == "text" })
        },
        .refused("headers", because: "cannot fill a record's fields into the headers of a batch") {
            $0.text("per") == "batch" && $0.members("headers").contains(where: hasField)
        }
    )
    .with(ComponentTraits(sendsRequests: true))

    private static func hasField(_ text: String) -> Bool {
        let pieces = (try? TemplateParser.parse(text)) ?? []
        return pieces.contains { if case .field = $0 { true } else { false } }
    }
}

extension HTTPCalls {
    /// - Throws: ``NoBatch`` for what the options' rules should have found.
    func batches(_ bulk: HTTPBulk) throws -> BatchCalls {
        guard let url = url.constant, let body, body.isJSON else { throw NoBatch() }
        return BatchCalls(
            url: url, method: method,
            headers: headers.compactMap { header in
                header.value.template.constant.map { (header.name, Secret($0)) }
            }, body: body, bulk: bulk, keys: keys)
    }
}

/// A batch that cannot be one request.
struct NoBatch: PermanentFailure, CustomStringConvertible {
    var description: String {
        "a batch is sent as JSON (`body: { json: … }` or `{ cel: … }`) to an address without fields"
    }
}
