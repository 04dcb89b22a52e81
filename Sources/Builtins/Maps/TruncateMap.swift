import PipelineSpec
import Records
import Streaming

/// Shortens texts.
struct TruncateMap: Transform {
    static let component = MapComponent(
        "truncate", "Shortens the text of a field.", produces: .feedItem,
        Field<FieldPath>(
            "field", "The field to shorten; other values than text are left alone.", example: "summary"),
        Field<Int>(
            "length", default: 280, "The most characters that stay, the ending included.", .atLeast(1)),
        Field<String>("ending", default: "…", "What shows that something was cut off."),
        Field<Bool>("words", default: true, "Cut between words rather than inside one.")
    ) { field, length, ending, words in
        TruncateMap(field: field, length: length, ending: ending, words: words)
    }.with(ComponentTraits(canFail: false))

    let field: FieldPath
    let length: Int
    let ending: String
    let words: Bool

    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        guard let text = field.node(in: record)?.string, let short = shortened(text) else { return }
        var changes = FieldChanges()
        changes.add(field, .write { $0.string(short) })
        try changes.apply(to: record, &edit)
    }

    /// Nil when the text is short enough.
    private func shortened(_ text: String) -> String? {
        // A character takes at least a byte, so most texts need no counting.
        guard text.utf8.count > length, text.count > length else { return nil }
        let tail = ending.count < length ? ending : ""
        var head = text.prefix(length - tail.count)
        if words, let last = head.lastIndex(where: \.isWhitespace), !text[head.endIndex].isWhitespace {
            head = head[..<last]
        }
        while head.last?.isWhitespace == true { head.removeLast() }
        return head + tail
    }
}
