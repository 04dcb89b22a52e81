import Diagnostics
import PipelineSpec
import Streaming

/// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
enum Slack {
    /// Longer texts are cut by Slack, in the middle of whatever stands there.
    static let limit = TextLimit(40_000, .utf16)

    static let component = Component<any Sink>(
        "slack", "Posts to a Slack channel through an incoming webhook.",
        details: """
            The text is Slack's mrkdwn: `*{title}*` is bold and `<{url}|{title}>` a link. `&`, `<` and `>` in fields are \
            escaped, so that none of them mentions anybody or makes a link.
            """,
        Field<SecretURL>(
            "webhook", "The address of the webhook.", example: "\"${SLACK_WEBHOOK}\"", role: .address),
        Field<PlainTemplate>("text", default: "{title}\n{url}", "The message.", role: .address),
        ServiceSink.timeout
    ) { context, webhook, text, timeout in
        let text = ServiceText(text, limit, .slack)
        return try ServiceSink.make(context, hiding: webhook.secrets, timeout: timeout) { record, key in
            .json(
                JSONLiteral.present(["text": .string(try text.needed(record))]).text(), to: webhook.url,
                key: key)
        }
    }
    .with(ServiceSink.traits)
}
