import Diagnostics
import Notation
import PipelineSpec
import Streaming

/// https://docs.joinmastodon.org/methods/statuses/#create
enum MastodonPost {
    enum Visibility: String, OptionEnum {
        case `public`, unlisted, `private`

        var doc: String {
            switch self {
            case .public: "For everybody."
            case .unlisted: "For everybody, but not in public timelines."
            case .private: "For followers."
            }
        }
    }

    /// Characters as people see them; an address counts as 23.
    static func limit(_ most: Int) -> TextLimit {
        var limit = TextLimit(most, .graphemes)
        limit.address = 23
        return limit
    }

    static let component = Component<any Sink>(
        "mastodon", "Posts statuses by a Mastodon account.",
        details: """
            The server shows a status that comes again within an hour after a crash once, by its `Idempotency-Key`. Nobody \
            is mentioned by a field. `server` can also be one that is compatible with Mastodon; some take longer texts.
            """,
        ServiceSink.server("The account's server.", example: "https://mastodon.social"),
        Field<SecretText>(
            "token", "An access token with `write:statuses`.", example: "\"${MASTODON_TOKEN}\"",
            role: .address),
        Field<PlainTemplate>("text", default: "{title}\n{url}", "The status.", role: .address),
        Field<PlainTemplate?>("warning", "What is shown until the text is asked for.", role: .address),
        Field<Visibility>("visibility", default: .public, "Who sees it."),
        Field<String?>("language", "The language of all statuses, such as `de`.", .notEmpty),
        Field<Int>(
            "max_characters", default: 500, "How long the server lets a status be.", .range(50...1_000_000)),
        ServiceSink.timeout
    ) { context, server, token, text, warning, visibility, language, most, timeout in
        // What is told before counts, too.
        let warning = warning.map { ServiceText($0, limit(most / 2), .mentions) }
        let text = ServiceText(text, limit(warning == nil ? most : most - most / 2), .mentions)
        let address = try ServiceSink.url(server, "/api/v1/statuses")
        return try ServiceSink.make(context, hiding: [], timeout: timeout, token: token.secret) {
            record, key in
            let body = JSONLiteral.present([
                "status": .string(try text.needed(record)),
                "spoiler_text": .string(try warning?.text(record) ?? ""),
                "visibility": .string(visibility.rawValue), "language": language.map { .string($0) }
            ])
            return .json(body.text(), to: address, key: key)
        }
    }
    .with(ServiceSink.traits)
}
