import Diagnostics
import Notation
import PipelineSpec
import Records
import Streaming

/// https://docs.ntfy.sh/publish/#publish-as-json
enum Ntfy {
    /// A longer message becomes an attachment.
    static let limit = TextLimit(4096, .bytes)
    static let titleLimit = TextLimit(250, .bytes)

    static let component = Component<any Sink>(
        "ntfy", "Sends push notifications by ntfy.",
        details: "A record without a text is notified of by its title.",
        Field<String>("topic", "The topic.", .notEmpty, example: "news", role: .address),
        ServiceSink.server("https://ntfy.sh", "The server."),
        Field<Secret?>("token", "An access token."),
        Field<PlainTemplate>("title", default: "{title}", "The title.", role: .address),
        Field<PlainTemplate>("text", default: "{summary}", "The message.", role: .address),
        Field<PlainTemplate>("url", default: "{url}", "What a tap on it opens.", role: .address),
        Field<Int>("priority", default: 3, "From 1, the least, to 5.", .range(1...5)),
        Field<[String]>("tags", default: [], "Tags, and names of emoji.", role: .address),
        ServiceSink.timeout,
        shorthand: "topic"
    ) { context, topic, server, token, title, text, url, priority, tags, timeout in
        let push = Push(title: ServiceText(title, titleLimit), text: ServiceText(text, limit))
        let link = ServiceText(url, nil)
        let address = try ServiceSink.url(server, "/")
        return try ServiceSink.make(context, hiding: [], timeout: timeout, token: token) { record, key in
            let (title, message) = try push.parts(record)
            let body = JSONLiteral.present([
                "topic": .string(topic), "title": .string(title), "message": .string(message),
                "click": .string(try link.text(record)), "priority": priority == 3 ? nil : .int(priority),
                "tags": .array(tags.map { .string($0) })
            ])
            return .json(body.text(), to: address, key: key)
        }
    }
    .with(ServiceSink.traits)
}

/// What a notification says: its title is its message where it has none.
struct Push: Sendable {
    let title: ServiceText
    let text: ServiceText

    func parts(_ record: borrowing Record) throws -> (title: String, message: String) {
        let (title, message) = (try title.text(record), try text.text(record))
        if !message.isEmpty { return (title, message) }
        guard !title.isEmpty else { throw NothingToSay() }
        return ("", title)
    }
}
