import Notation
import PipelineSpec
import Records

/// What is known of a record beside its fields, as templates name it: `{meta.source}`.
enum MetaField: String, CaseIterable {
    case source, received, index

    private static let name = Key("meta")

    /// Whether a template means what is known of the record: as in expressions, a field of that name is hidden.
    static func isMeant(by path: FieldPath) -> Bool { path.first == name }

    /// Nil for a field of the record.
    init?(_ path: FieldPath) {
        guard path.keys.count == 2, MetaField.isMeant(by: path) else { return nil }
        self.init(rawValue: path.keys[1].name)
    }

    /// The words for a name that is none of these.
    static let names = allCases.map { "`meta.\($0.rawValue)`" }.joined(separator: ", ")

    func text(of record: borrowing Record) -> (text: String, isNumber: Bool) {
        let origin = record.chunk.origin
        return switch self {
        case .source: (origin.source, false)
        case .received: (Timestamp(nanosecondsSince1970: origin.received).rfc3339, false)
        case .index: ("\(record.index)", true)
        }
    }
}
