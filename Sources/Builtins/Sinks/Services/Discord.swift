import Diagnostics
import Fetching
import PipelineSpec
import Streaming

/// https://discord.com/developers/docs/resources/webhook#execute-webhook
enum Discord {
    static let limit = TextLimit(2000, .utf16)
    static let nameLimit = TextLimit(80, .utf16)

    static let component = Component<any Sink>(
        "discord", "Posts to a Discord channel through a webhook.",
        details: """
            The text is Discord's Markdown, in which characters of fields that mean something are escaped; addresses stay \
            links. Nobody is mentioned (`allowed_mentions`), whatever a field says.
            """,
        Field<SecretURL>(
            "webhook", "The address of the webhook.", example: "\"${DISCORD_WEBHOOK}\"", role: .address),
        Field<PlainTemplate>("text", default: "{title}\n{url}", "The message.", role: .address),
        Field<PlainTemplate?>(
            "username", "The name that the message is from; the webhook's if left out.",
            example: "\"{feed.title}\"", role: .address),
        ServiceSink.timeout
    ) { context, webhook, text, username, timeout in
        let text = ServiceText(text, limit, .markdown)
        let name = username.map { ServiceText($0, nameLimit) }
        // Else Discord answers before it knows whether it takes the message.
        let url = webhook.url.setting(query: [("wait", "true")])
        return try ServiceSink.make(context, hiding: webhook.secrets, timeout: timeout) { record, key in
            let body = JSONLiteral.present([
                "content": .string(try text.needed(record)),
                "username": .string(try name?.text(record) ?? ""),
                "allowed_mentions": ["parse": []]
            ])
            return .json(body.text(), to: url, key: key)
        }
    }
    .with(ServiceSink.traits)
}
