import Diagnostics
import Notation
import PipelineSpec
import Streaming

/// https://core.telegram.org/bots/api#sendmessage
enum Telegram {
    /// "1-4096 characters after entities parsing", which Telegram counts in units of UTF-16.
    static let limit: TextLimit = {
        var limit = TextLimit(4096, .utf16)
        limit.countsMarkup = false
        return limit
    }()

    static let component = Component<any Sink>(
        "telegram", "Sends messages to a Telegram chat by a bot.",
        details: """
            The text is Telegram's HTML: `<b>{title}</b>` is bold and `<a href="{url}">{title}</a>` a link. Fields are \
            escaped.
            """,
        Field<SecretText>("token", "The bot's token.", example: "\"${TELEGRAM_TOKEN}\"", role: .address),
        Field<String>(
            "chat", "The chat's number, or `@name` of a channel.", .notEmpty, example: "\"@news\"",
            role: .address),
        Field<PlainTemplate>("text", default: "{title}\n{url}", "The message.", role: .address),
        Field<Bool>("silent", default: false, "Whether the message comes without a sound."),
        Field<Bool>("preview", default: true, "Whether the first link is shown as a picture of its page."),
        ServiceSink.server("https://api.telegram.org", "The Bot API."), ServiceSink.timeout
    ) { context, token, chat, text, silent, preview, server, timeout in
        let text = ServiceText(text, limit, .html)
        let url = try ServiceSink.url(server, "/bot\(token.revealed)/sendMessage")
        return try ServiceSink.make(context, hiding: [token.revealed], timeout: timeout) { record, key in
            let body = JSONLiteral.present([
                "chat_id": .string(chat), "text": .string(try text.needed(record)), "parse_mode": "HTML",
                "disable_notification": silent ? true : nil,
                "link_preview_options": preview ? nil : ["is_disabled": true]
            ])
            return .json(body.text(), to: url, key: key)
        }
    }
    .with(ServiceSink.traits)
}
