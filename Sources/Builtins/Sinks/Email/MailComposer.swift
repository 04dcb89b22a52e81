import PipelineSpec
import Records

/// Makes mails of records.
struct MailComposer: Sendable {
    /// What stands around the items of a mail: `{items}`, `{count}`.
    struct Around: Sendable {
        var text: PlainTemplate = "{items}"
        var html: PlainTemplate = """
            <!doctype html>
            <html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <style>img { max-width: 100%; height: auto }</style></head>
            <body style="margin: auto; max-width: 40em; padding: 1em; font-family: sans-serif; line-height: 1.4; \
            overflow-wrap: anywhere">
            {items}
            </body></html>
            """
    }

    /// Encoded, a text is no longer than that.
    private static let growth = (numerator: 3, denominator: 2)
    private static let nameLimit = TextLimit(100, .scalars)

    var from: MailAddress
    var to: [MailAddress]
    var copies: [MailAddress] = []
    var hidden: [MailAddress] = []
    var replyTo: MailAddress?
    var list: String?
    var fromName: PlainTemplate?
    /// Nil for the title, of digests for the number of items.
    var subject: SubjectTemplate?
    var text: PlainTemplate
    var html: HTMLTemplate
    var around = Around()
    /// What mails about the same thing have in common.
    var thread: FieldPath
    var mostBytes: Int
    /// The pipeline's name.
    var title: String
    var keys: DeliveryKeys

    /// An item as it stands in a mail.
    private struct Item {
        let text: String
        /// Empty where mails are text alone.
        let html: String

        var size: Int { (text.utf8.count + html.utf8.count) * growth.numerator / growth.denominator }
    }

    /// The mail about one record.
    func mail(_ record: borrowing Record, key: String) throws -> MailMessage {
        var mail = try mail([item(record)], key: key)
        let name = try fromName?.template.fitted(record, to: MailComposer.nameLimit) ?? ""
        if !name.isEmpty { mail.from = MailAddress(from, named: MailHeader.oneLine(name)) }
        let subject: SubjectTemplate = subject ?? .title
        mail.subject = try subject.text(record, count: nil)
        // Its own name would be an answer to itself.
        mail.thread = FieldText(thread, of: record).map { keys.key(of: ["thread", $0.text]) }
        return mail
    }

    /// A mail for the first of some records, as many as there is room for.
    ///
    /// - Parameters:
    ///   - names: the keys of all records.
    ///   - places: of those that it may be about; one at least.
    /// - Returns: the mail, and how many records are in it.
    func digest(
        _ records: [Record], _ names: [String], at places: ArraySlice<Int>
    ) throws -> (mail: MailMessage, count: Int) {
        var items: [Item] = []
        var size = 0
        for place in places {
            let item = try item(records[place])
            guard items.isEmpty || size + item.size <= mostBytes else { break }
            items.append(item)
            size += item.size
        }
        let count = items.count
        var mail = try mail(items, key: keys.key(of: places.prefix(count).map { names[$0] }))
        if let subject {
            mail.subject = try subject.text(records[places[places.startIndex]], count: count)
        } else {
            mail.subject = "\(title): \(count) \(count == 1 ? "item" : "items")"
        }
        return (mail, count)
    }

    private func item(_ record: borrowing Record) throws -> Item {
        Item(text: try text.template.render(record), html: try html.template.render(record))
    }

    private func mail(_ items: [Item], key: String) throws -> MailMessage {
        MailMessage(
            from: from, to: to, copies: copies, hidden: hidden, replyTo: replyTo, subject: "", key: key,
            list: list,
            text: try MailComposer.around(around.text, items.map(\.text), separator: "\n\n"),
            html: html.isEmpty
                ? nil : try MailComposer.around(around.html, items.map(\.html), separator: "\n"))
    }

    private static func around(
        _ template: PlainTemplate, _ items: [String], separator: String
    ) throws -> String {
        try template.template.render { path in
            switch path.description {
            case MailDress.items: FieldText(items.joined(separator: separator))
            case SubjectTemplate.count: FieldText(json: "\(items.count)")
            default: nil
            }
        }
    }
}

/// A mail that is longer than mails may be.
struct MailTooLarge: Error, CustomStringConvertible {
    let size: Int
    let limit: Int

    var description: String { "the mail has \(size) bytes, and `max_bytes` is \(limit)" }
}
