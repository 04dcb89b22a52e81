import Diagnostics
import PipelineSpec
import Streaming

/// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
enum Teams {
    /// A message has at most 28 KB, the card and the escapes of JSON included.
    static let limit = TextLimit(10_000, .bytes)
    static let titleLimit = TextLimit(1000, .bytes)

    static let component = Component<any Sink>(
        "teams", "Posts cards to a Microsoft Teams channel through a webhook of a workflow.",
        details: "Title and text are plain: nothing in a field is taken for Markdown.",
        Field<SecretURL>(
            "webhook", "The address of the webhook.", example: "\"${TEAMS_WEBHOOK}\"", role: .address),
        Field<PlainTemplate>("title", default: "{title}", "The heading.", role: .address),
        Field<PlainTemplate>("text", default: "{summary}", "What stands below it.", role: .address),
        Field<PlainTemplate>("url", default: "{url}", "Where the card's button leads.", role: .address),
        ServiceSink.timeout
    ) { context, webhook, title, text, url, timeout in
        let title = ServiceText(title, titleLimit)
        let text = ServiceText(text, limit)
        let link = ServiceText(url, nil)
        return try ServiceSink.make(context, hiding: webhook.secrets, timeout: timeout) { record, key in
            let (heading, below) = (try title.text(record), try text.text(record))
            guard !heading.isEmpty || !below.isEmpty else { throw NothingToSay() }
            let body = message(heading, below, link: try link.text(record))
            return .json(body.text(), to: webhook.url, key: key)
        }
    }
    .with(ServiceSink.traits)

    private static func message(_ title: String, _ text: String, link: String) -> JSONLiteral {
        var blocks: [JSONLiteral] = []
        if !title.isEmpty { blocks.append(block(title, ["size": "Medium", "weight": "Bolder"])) }
        if !text.isEmpty { blocks.append(block(text, [:])) }
        let card = JSONLiteral.present([
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard",
            "version": "1.4", "body": .array(blocks),
            "actions": link.beginsAsAddress
                ? [["type": "Action.OpenUrl", "title": "Open", "url": .string(link)]] : nil
        ])
        return [
            "type": "message",
            "attachments": [
                [
                    "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": .null,
                    "content": card
                ]
            ]
        ]
    }

    /// A `TextBlock` would take the text for Markdown.
    private static func block(_ text: String, _ style: JSONLiteral) -> JSONLiteral {
        var run: JSONLiteral = ["type": "TextRun", "text": .string(text)]
        if case .object(let members) = style { run = run.adding(members) }
        return ["type": "RichTextBlock", "inlines": [run]]
    }
}
