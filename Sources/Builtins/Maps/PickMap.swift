import PipelineSpec
import Records
import Streaming

/// Keeps only some fields.
struct PickMap: Transform {
    static let component = MapComponent(
        "pick", "Keeps only the fields that are named.", produces: .feedItem, fields: .keeps,
        value: Field<[FieldPath]>("fields", "The fields to keep.", example: "[id, url, title, content.text]")
    ) { _, fields in PickMap(fields: fields) }.with(ComponentTraits(canFail: false))

    /// The top-level fields of which something stays.
    private let names: FieldNames
    /// What stays of each of them; nothing in the list is the whole.
    private let parts: [[FieldPath]]

    init(fields: [FieldPath]) {
        var keys: [Key] = []
        var parts: [[FieldPath]] = []
        for field in fields {
            if let place = keys.firstIndex(of: field.first) {
                parts[place].append(field)
            } else {
                keys.append(field.first)
                parts.append([field])
            }
        }
        names = FieldNames(keys)
        self.parts = parts.map { fields in fields.contains { $0.keys.count == 1 } ? [] : fields }
    }

    /// Writes the record anew: what stays is mostly less than what goes.
    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        var written: Set<Int> = []
        try edit.replace { builder throws in
            builder.beginObject()
            try record.forEachField { name, value throws in
                guard let place = names.place(of: name) else { return }
                if parts[place].isEmpty {
                    builder.key(name)
                    builder.copy(value)
                } else if written.insert(place).inserted {
                    try changes(parts[place], record).write(&builder)
                }
            }
            builder.endObject()
        }
    }

    private func changes(_ parts: [FieldPath], _ record: borrowing Record) -> FieldChanges {
        var changes = FieldChanges()
        for part in parts {
            guard let node = part.node(in: record) else { continue }
            changes.add(part, .write { $0.copy(node) })
        }
        return changes
    }
}
