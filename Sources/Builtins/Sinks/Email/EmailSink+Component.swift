import Diagnostics
import Fetching
import Notation
import PipelineSpec
import Records
import Streaming

extension EmailSink {
    static let component = Component<any Sink>(
        "email", "Sends records by mail: one by one, or several in a digest.",
        details: """
            A mail is text and HTML. Fields are escaped for where they stand, addresses lead to the web or nowhere, and \
            `{content.html}` is the item's own HTML, made safe. Who gets mail is the spec's to say: no field is filled in there.

            A record is delivered when the server has taken the mail for all recipients. After a temporary answer (4xx), or \
            none, it is tried again as the tap's `on_error` says; a server that keeps new senders waiting (greylisting) needs \
            `retry: { attempts: 10, initial: 1m, max: 10m }` there. A final one (5xx) refuses that mail alone, whose records go \
            to the dead letters with what the server said, and of which recipient. A password or sender that is not accepted ends \
            the run. Each mail has a `Message-ID` that is the same whenever its records come again, and mails about the \
            same `thread` refer to one.

            At a time of day: a stage `batch: { at: "07:00", zone: Europe/Berlin }` in front of the tap, and `per: batch`.
            """,
        Field<MailServer>(
            "server",
            "Where to hand in mail: `smtps` is encrypted from the first byte (port 465), `smtp` is port 587.",
            example: "smtps://mail.example.org"),
        Field<Bool>(
            "starttls", default: true, "Whether nothing is sent to an `smtp` server that does not encrypt."),
        Field<String?>("user", "The name to sign in with.", example: "news@example.org"),
        Field<Secret?>("password", "The password of that.", example: "\"${MAIL_PASSWORD}\""),
        Field<String?>("helo", "What the program calls itself; the machine's name if left out."),
        Field<MailAddress>("from", "Who sends.", example: "News <news@example.org>"),
        Field<PlainTemplate?>(
            "from_name", "The sender's name in the mail about a record.", example: "\"{feed.title}\""),
        Field<[MailAddress]>("to", "Who gets it.", example: "[me@example.org]", role: .address),
        Field<[MailAddress]>("cc", default: [], "Who else gets it, and is named.", role: .address),
        Field<[MailAddress]>("bcc", default: [], "Who else gets it, and is not named.", role: .address),
        Field<MailAddress?>("reply_to", "Who gets the answers; the sender if left out."),
        Field<Extent>("per", default: .record, "What a mail is for.", role: .address),
        Field<SubjectTemplate?>(
            "subject",
            "The subject. In a digest `{count}` is the number of items, and other fields are those of the first. If left out, the title, and of a digest the pipeline's name and the number of items.",
            example: "\"{title}\""),
        Field<PlainTemplate>("text", default: "{title}\n{url}\n\n{summary}", "An item as text."),
        Field<HTMLTemplate>(
            "html",
            default: """
                <h2 dir="auto" style="margin: 1em 0 0; font-size: 1.2em"><a href="{url}">{title}</a></h2>
                <p dir="auto" style="margin: 0; color: #666">{feed.title}</p>
                <p dir="auto">{summary}</p>
                """, "An item as HTML; `\"\"` for mails that are text alone."),
        Field<MailDress?>("around", "What stands around the items of a mail."),
        Field<String?>(
            "list_id",
            "What mail programs sort by (`List-Id`); of the pipeline's name and the sender's host if left out.",
            .listIdentifier, example: "news.example.org"),
        Field<FieldPath>(
            "thread", default: FieldPath(first: Key("id")),
            "What mails about the same thing have in common, so that mail programs show them together."),
        Field<ByteSize>(
            "max_bytes", default: ByteSize(bytes: 10_000_000),
            "The longest mail. A digest that would be longer is several."),
        Field<Duration>("timeout", default: .seconds(60), "For a whole mail.", .positive)
    ) {
        context, server, starttls, user, password, helo, from, fromName, to, cc, bcc, replyTo, extent,
        subject,
        text, html, around, list, thread, mostBytes, timeout in
        let composer = MailComposer(
            from: from, to: to, copies: cc, hidden: bcc, replyTo: replyTo,
            list: list ?? ListIdentifier.of(context.pipeline, from.domain), fromName: fromName,
            subject: subject, text: text, html: html, around: around?.around ?? MailComposer.Around(),
            thread: thread, mostBytes: mostBytes.bytes, title: context.pipeline,
            keys: DeliveryKeys(pipeline: context.pipeline, sink: context.identity))
        let access = MailAccess(
            server: server, isEncrypted: server.isSecure || starttls, user: user, password: password,
            helo: helo, timeout: timeout, extraAuthorities: context[FetcherKey.self]?.extraAuthorities)
        let hidden = Redactor([password?.revealed].compactMap(\.self))
        let outside = context[RedactorKey.self]
        return EmailSink(
            extent, composer, access,
            redacted: { text in
                let text = hidden.redact(text)
                return outside?.redact(text) ?? text
            }, now: context[SurroundingsKey.self].now)
    }
    .depending(
        on: .idle("starttls", because: "`smtps` is encrypted as it is") {
            $0.text("server").map { $0.lowercased().hasPrefix("smtps:") } ?? false
        },
        .idle("from_name", because: "a digest is of several records") { $0.text("per") == "batch" },
        .idle("thread", because: "a digest is of several records") { $0.text("per") == "batch" },
        .refused("user", because: "signs in with `user` and `password`, both of them") {
            !$0.has("password")
        },
        .refused("password", because: "signs in with `user` and `password`, both of them") {
            !$0.has("user")
        },
        .refused("password", because: "would send its password so that everybody can read it") {
            $0.text("starttls") == "false" && $0.text("server")?.lowercased().hasPrefix("smtp:") == true
        }
    )
}

/// What stands around the items of a mail, as a spec says it.
struct MailDress: FieldGroup {
    static let items = "items"

    let around: MailComposer.Around

    static let options = Options<MailDress>(
        Field<Foreign<PlainTemplate>>(
            "text", default: Foreign(value: MailComposer.Around().text),
            "The text, with `{items}` in it; `{count}` is their number.", .aroundItems),
        Field<Foreign<PlainTemplate>>(
            "html", default: Foreign(value: MailComposer.Around().html), "The same as HTML.", .aroundItems)
    ) { MailDress(around: MailComposer.Around(text: $0.value, html: $1.value)) }
}

extension Constraint where Value == PlainTemplate {
    static let aroundItems = Constraint("a text with `{items}` in it, and no field but that and `{count}`") {
        let names = $0.template.fields.map(\.description)
        return names.contains(MailDress.items)
            && names.allSatisfy { $0 == MailDress.items || $0 == SubjectTemplate.count }
    }
}

/// What a mailing list is known by (RFC 2919): atoms with dots between them.
enum ListIdentifier {
    static func isValid(_ text: String) -> Bool {
        text.utf8.count <= 255
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                !label.isEmpty && label.utf8.allSatisfy(isPart)
            }
    }

    /// - Parameter domain: of the sender.
    static func of(_ pipeline: String, _ domain: String) -> String {
        let name = pipeline.utf8.map { isPart($0) ? $0 : UInt8(ascii: "-") }.prefix(64)
        return (name.isEmpty ? "" : String(decoding: name, as: UTF8.self) + ".") + domain
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}

extension Constraint where Value == String {
    static let listIdentifier = Constraint("letters, digits, `-` and `_`, with dots between") {
        ListIdentifier.isValid($0)
    }
}

extension SubjectTemplate {
    static let title = SubjectTemplate(template: ("{title}" as PlainTemplate).template)
}
