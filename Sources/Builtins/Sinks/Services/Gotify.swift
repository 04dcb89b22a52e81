import Diagnostics
import Notation
import PipelineSpec
import Streaming

/// https://gotify.net/api-docs#/message/createMessage
enum Gotify {
    static let component = Component<any Sink>(
        "gotify", "Sends push notifications by a Gotify server.",
        details: "A record without a text is notified of by its title.",
        ServiceSink.server("The server.", example: "https://push.example.org"),
        Field<SecretText>(
            "token", "The application's token.", example: "\"${GOTIFY_TOKEN}\"", role: .address),
        Field<PlainTemplate>("title", default: "{title}", "The title.", role: .address),
        Field<PlainTemplate>("text", default: "{summary}", "The message.", role: .address),
        Field<PlainTemplate>("url", default: "{url}", "What a tap on it opens.", role: .address),
        Field<Int>("priority", default: 5, "From 0, which is not shown, to 10.", .range(0...10)),
        ServiceSink.timeout
    ) { context, server, token, title, text, url, priority, timeout in
        let push = Push(title: ServiceText(title, nil), text: ServiceText(text, nil))
        let link = ServiceText(url, nil)
        let address = try ServiceSink.url(server, "/message")
        return try ServiceSink.make(context, hiding: [token.revealed], timeout: timeout) { record, key in
            let (title, message) = try push.parts(record)
            let url = try link.text(record)
            let body = JSONLiteral.present([
                "title": .string(title), "message": .string(message), "priority": .int(priority),
                "extras": url.isEmpty
                    ? nil : ["client::notification": ["click": ["url": .string(url)]]]
            ])
            var call = HTTPCall.json(body.text(), to: address, key: key)
            call.headers = [("X-Gotify-Key", token.secret)]
            return call
        }
    }
    .with(ServiceSink.traits)
}
