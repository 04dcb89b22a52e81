import Diagnostics
import Fetching
import Notation
import PipelineSpec
import Streaming

/// https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid
enum Matrix {
    /// An event has at most 65,536 bytes as JSON, in which a byte of text is two at most but for control characters.
    static let limit = TextLimit(30_000, .bytes)

    enum Kind: String, OptionEnum {
        case text, notice

        var doc: String {
            switch self {
            case .text: "A message as people write them."
            case .notice: "One that other bots do not answer."
            }
        }
    }

    static let component = Component<any Sink>(
        "matrix", "Sends messages to a Matrix room.",
        details: """
            The transaction that the server knows a message by is made of the record, so that one that comes again after a \
            crash is not shown twice. The text is plain.
            """,
        ServiceSink.server("The homeserver.", example: "https://matrix.example.org"),
        Field<SecretText>("token", "The access token.", example: "\"${MATRIX_TOKEN}\"", role: .address),
        Field<String>(
            "room", "The room's identifier, not its alias.", .notEmpty, example: "\"!abc:example.org\"",
            role: .address),
        Field<PlainTemplate>("text", default: "{title}\n{url}", "The message.", role: .address),
        Field<Kind>("kind", default: .text, "What kind of message it is."), ServiceSink.timeout
    ) { context, server, token, room, text, kind, timeout in
        let text = ServiceText(text, limit)
        let path = "/_matrix/client/v3/rooms/\(PercentEncoding.encode(room.utf8))/send/m.room.message/"
        return try ServiceSink.make(context, hiding: [], timeout: timeout, token: token.secret) {
            record, key in
            let body = JSONLiteral.present([
                "msgtype": .string("m.\(kind.rawValue)"), "body": .string(try text.needed(record))
            ])
            var call = HTTPCall.json(body.text(), to: try ServiceSink.url(server, path + key), key: key)
            call.method = .put
            return call
        }
    }
    .with(ServiceSink.traits)
}
