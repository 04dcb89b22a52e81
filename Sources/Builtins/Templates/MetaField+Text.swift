import CEL
import Notation
import PipelineSpec
import Records

extension MetaField {
    private static let key = Key(container)

    /// Whether a template means what is known of the record.
    static func isMeant(by path: FieldPath) -> Bool { path.first == key }

    /// Nil for a field of the record.
    init?(_ path: FieldPath) {
        guard path.keys.count == 2, MetaField.isMeant(by: path) else { return nil }
        self.init(rawValue: path.keys[1].name)
    }

    /// What a record has there, as a template fills it in; nil where no story was looked for, or it is the first of its own.
    func text(of record: borrowing Record) -> FieldText? {
        let origin = record.chunk.origin
        switch self {
        case .source: return FieldText(origin.source)
        case .received: return FieldText(Timestamp(nanosecondsSince1970: origin.received).rfc3339)
        case .index: return FieldText(json: "\(record.index)")
        case .cluster: return record.story.map { FieldText($0.name) }
        case .similarTo: return record.story.flatMap { $0.isFirst ? nil : FieldText($0.name) }
        }
    }
}
