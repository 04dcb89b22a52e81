import PipelineSpec
import Records
import Streaming
import Synchronization

/// Keeps only some fields.
struct PickMap: Transform {
    static let component = Component<any Transform>(
        "pick", "Keeps only the fields that are named.", produces: .feedItem, fields: .keeps,
        value: Field<[FieldPath]>("fields", "The fields to keep.", example: "[id, url, title, content.text]")
    ) { _, fields in PickMap(fields: fields) }.with(ComponentTraits(canFail: false))

    /// Top-level fields that stay as they are.
    private let whole: [Key]
    /// Fields of which only something inside stays.
    private let parts: [FieldPath]
    private let names = NameCache()

    init(fields: [FieldPath]) {
        let whole = fields.filter { $0.keys.count == 1 }.map(\.first)
        self.whole = whole
        parts = fields.filter { $0.keys.count > 1 && !whole.contains($0.first) }
    }

    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        let keys = names.keys(of: record) { name in whole.contains { name.equals($0) } }
        for key in keys {
            let kept = parts.filter { $0.first == key }
            if kept.isEmpty { edit.remove(key) } else { try keep(kept, record, &edit) }
        }
    }

    private func keep(_ parts: [FieldPath], _ record: borrowing Record, _ edit: inout RecordEdit) throws {
        var changes = FieldChanges()
        for part in parts {
            guard let node = part.node(in: record) else { continue }
            changes.add(part, .write { $0.copy(node) })
        }
        if changes.isEmpty { edit.remove(parts[0].first) } else { try changes.replace(&edit) }
    }
}

/// Keys for the names of records' fields. Records of one source have the same names in the same order, so the keys of
/// the record before are nearly always the right ones.
private final class NameCache: Sendable {
    private let previous = Mutex<[Key]>([])

    /// The keys of the top-level fields that are not left out, each once.
    func keys(of record: borrowing Record, leavingOut isLeftOut: (Record.FieldName) -> Bool) -> [Key] {
        let known = previous.withLock { $0 }
        var keys: [Key] = []
        for (name, _) in record.fields where !isLeftOut(name) {
            if keys.count < known.count, name.equals(known[keys.count]) {
                keys.append(known[keys.count])
            } else {
                let key = Key(name.string)
                if !keys.contains(key) { keys.append(key) }
            }
        }
        if keys != known { previous.withLock { [keys] in $0 = keys } }
        return keys
    }
}

extension Record.FieldName {
    fileprivate func equals(_ key: Key) -> Bool {
        switch self {
        case .node(let node): node.equals(key)
        case .key(let own): own == key
        }
    }
}
