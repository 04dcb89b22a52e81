import PipelineSpec
import Streaming

/// https://healthchecks.io/docs/http_api/
enum Healthchecks {
    /// What is kept of a ping's body.
    static let limit = TextLimit(100_000, .bytes)

    static let component = Component<any Sink>(
        "healthchecks", "Pings a check of Healthchecks when records have come.",
        details: """
            There is one ping for all records that are written at once, with the text of the last of them; a check that \
            expects one a day says when nothing has come. A `batch` stage with `every` before the tap makes pings rarer.
            """,
        Field<SecretURL>(
            "ping", "The check's address.", example: "\"${HEALTHCHECKS_PING}\"", role: .address),
        Field<PlainTemplate>("text", default: "{title}", "What the ping says.", role: .address),
        ServiceSink.timeout
    ) { context, ping, text, timeout in
        let text = ServiceText(text, limit)
        return try ServiceSink.make(
            context, hiding: ping.secrets, timeout: timeout, onlyLatest: true
        ) { record, key in
            HTTPCall(
                url: ping.url, body: Array(try text.text(record).utf8),
                contentType: "text/plain; charset=utf-8", key: key)
        }
    }
    .with(ServiceSink.traits)
}
