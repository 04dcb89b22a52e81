import FeedSpine
import FeedSpineRunner

/// A map: names as they are written on maps.
struct NameCase: RecordMap {
    /// A word that the option `style` takes.
    enum Style: String, OptionWord {
        case title, upper

        var doc: String {
            switch self {
            case .title: "Each word begins with a capital: `New York`."
            case .upper: "Capitals throughout: `NEW YORK`."
            }
        }
    }

    static let component = Component.map(
        "name_case", "Writes a name in capitals, or with capitals.", changes: .none,
        Field<String>("field", "The field that holds it.", .notEmpty, example: "station"),
        Field<Style>("style", default: .title, "Which letters become capitals.")
    ) { field, style in NameCase(field: field, style: style) }

    let field: String
    let style: Style

    func map(_ record: inout Record) throws {
        // What is no text stays as it is.
        guard let name = record[field].string else { return }
        try record.set(field, to: style == .upper ? name.uppercased() : titled(name))
    }

    private func titled(_ name: String) -> String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }
}
