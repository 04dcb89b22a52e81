import Diagnostics
import Notation
import PipelineSpec
import Streaming

/// https://pushover.net/api
enum Pushover {
    // "1024 4-byte UTF-8 characters", and so for the others.
    static let limit = TextLimit(1024, .scalars)
    static let titleLimit = TextLimit(250, .scalars)
    static let longestURL = 512

    static let component = Component<any Sink>(
        "pushover", "Sends push notifications by Pushover.",
        details: """
            A record without a text is notified of by its title. An address that is longer than Pushover takes is left out.
            """,
        Field<SecretText>(
            "token", "The application's token.", example: "\"${PUSHOVER_TOKEN}\"", role: .address),
        Field<SecretText>(
            "user", "The key of the user or group.", example: "\"${PUSHOVER_USER}\"", role: .address),
        Field<PlainTemplate>("title", default: "{title}", "The title.", role: .address),
        Field<PlainTemplate>("text", default: "{summary}", "The message.", role: .address),
        Field<PlainTemplate>("url", default: "{url}", "The link below it.", role: .address),
        Field<Int>(
            "priority", default: 0, "From -2, without any alert, to 1, also in quiet hours.", .range(-2...1)),
        Field<String?>("device", "One of the user's devices; all if left out.", role: .address),
        ServiceSink.server("https://api.pushover.net", "The API."), ServiceSink.timeout
    ) { context, token, user, title, text, url, priority, device, server, timeout in
        let push = Push(title: ServiceText(title, titleLimit), text: ServiceText(text, limit))
        let link = ServiceText(url, nil)
        let address = try ServiceSink.url(server, "/1/messages.json")
        let hidden = [token.revealed, user.revealed]
        return try ServiceSink.make(context, hiding: hidden, timeout: timeout) { record, key in
            let (title, message) = try push.parts(record)
            let url = try link.text(record)
            let body = JSONLiteral.present([
                "token": .string(token.revealed), "user": .string(user.revealed), "title": .string(title),
                "message": .string(message),
                "url": url.unicodeScalars.count > longestURL ? nil : .string(url),
                "priority": priority == 0 ? nil : .int(priority), "device": device.map { .string($0) }
            ])
            return .json(body.text(), to: address, key: key)
        }
    }
    .with(ServiceSink.traits)
}
