import Feeds
import PipelineSpec
import Records
import Streaming

/// Makes readable text of what feeds carry.
struct CleanMap: Transform {
    /// What becomes of markup that is kept beside the text.
    enum Markup: String, OptionEnum {
        case keep, safe, remove

        var doc: String {
            switch self {
            case .keep: "It stays as it is."
            case .safe:
                "Only harmless elements, attributes and addresses stay; addresses become absolute."
            case .remove: "It goes; the text stays."
            }
        }
    }

    static let component = MapComponent(
        "clean", "Turns HTML into text: tags away, entities decoded, white space collapsed.",
        details: """
            Values that are no text are left alone. So are title, summary and `content.text` of items from feeds and \
            their like: they are plain text already, and what looks like a tag or an entity in them is meant to be \
            read. They stay so while a run waits and after a restart, but not in a file: records that come from \
            `jsonl`, dead letters among them, are texts like any other, so clean them before they are written.
            """,
        produces: .feedItem,
        Field<[FieldPath]>(
            "fields",
            default: [
                FieldPath(first: Key("title")), FieldPath(first: Key("summary")),
                FieldPath(first: Key("content"), [Key("text")])
            ],
            "The texts to clean.", mayBeEmpty: true),
        Field<Markup>("html", default: .keep, "What becomes of `content.html`.")
    ) { fields, html in CleanMap(fields: fields, markup: html) }.with(ComponentTraits(canFail: false))
        .depending(
            on: .idle("fields", because: "without a field, and with `html` kept, there is nothing to clean") {
                $0.isEmpty("fields") && $0.text("html") == Markup.keep.rawValue
            })

    private static let html = FieldPath(first: Key("content"), [Key("html")])
    private static let base = FieldPath(first: Key("content"), [Key("base")])
    private static let url = Key("url")
    /// What a reader of feeds has made plain text.
    private static let plain: Set<FieldPath> = [
        FieldPath(first: Key("title")), FieldPath(first: Key("summary")),
        FieldPath(first: Key("content"), [Key("text")])
    ]

    let fields: [FieldPath]
    let markup: Markup

    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        var changes = FieldChanges()
        let isPlain = record.chunk.origin.hasPlainTexts
        for field in fields where !isPlain || !CleanMap.plain.contains(field) {
            guard let text = field.node(in: record)?.string else { continue }
            let cleaned = HTMLText.plain(text)
            if cleaned != text { changes.add(field, .write { $0.string(cleaned) }) }
        }
        if let html = CleanMap.html.node(in: record)?.string {
            switch markup {
            case .keep: break
            case .remove:
                changes.add(CleanMap.html, .remove)
                changes.add(CleanMap.base, .remove)
            case .safe:
                let base = CleanMap.base.node(in: record)?.string ?? record[CleanMap.url]?.string
                let safe = HTMLSanitizer.safe(html, base: base)
                changes.add(CleanMap.html, .write { $0.string(safe) })
                changes.add(CleanMap.base, .remove)
            }
        }
        try changes.apply(to: record, &edit)
    }
}
