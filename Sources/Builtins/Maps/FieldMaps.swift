import PipelineSpec
import Records
import Streaming

/// Takes fields away.
struct UnsetMap: Transform {
    static let component = MapComponent(
        "unset", "Removes fields; those that are absent are no error.", produces: .feedItem,
        fields: .removes,
        value: Field<[FieldPath]>("fields", "The fields to remove.", example: "[extensions, content.html]")
    ) { _, fields in UnsetMap(fields: fields) }.with(ComponentTraits(canFail: false))

    /// Fields that go as a whole.
    private let whole: [Key]
    /// Parts of fields that stay.
    private let parts: [FieldPath]

    init(fields: [FieldPath]) {
        var seen: Set<Key> = []
        whole = fields.filter { $0.keys.count == 1 }.map(\.first).filter { seen.insert($0).inserted }
        parts = fields.filter { !seen.contains($0.first) }
    }

    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        for key in whole where record[key] != nil { edit.remove(key) }
        if parts.isEmpty { return }
        var changes = FieldChanges()
        for field in parts where field.node(in: record) != nil { changes.add(field, .remove) }
        try changes.apply(to: record, &edit)
    }
}

/// Gives fields another name or place.
struct RenameMap: Transform {
    static let component = MapComponent(
        "rename", "Moves fields to other names or places.",
        details: """
            Each entry is `old: new`. All are moved at once, so `{ a: b, b: a }` changes two for one another. A field \
            that is absent is left out; one that stands at the new place is replaced.
            """,
        produces: .feedItem, fields: .movesKeys,
        value: Field<FieldMap<FieldPath, TargetPath>>(
            "fields", "Old path to new path.", example: "{ summary: description, content.text: body }")
    ) { _, fields in
        RenameMap(moves: fields.entries.map { Move(old: $0.path, new: $0.value.path) })
    }

    struct Move: Sendable {
        let old: FieldPath
        let new: FieldPath
    }

    let moves: [Move]

    func transform(_ record: borrowing Record, _ edit: inout RecordEdit) throws {
        var changes = FieldChanges()
        for move in moves where move.old != move.new {
            guard move.old.node(in: record) != nil else { continue }
            changes.add(move.old, .remove)
        }
        // What is taken away stands before what is written, so that a new name that was an old one keeps its value.
        for move in moves where move.old != move.new {
            guard let node = move.old.node(in: record) else { continue }
            changes.add(move.new, .write { $0.copy(node) })
        }
        try changes.apply(to: record, &edit)
    }
}
