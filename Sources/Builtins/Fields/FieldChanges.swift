import PipelineSpec
import Records
import Streaming

/// Changes of one record by field path. Those under one top-level field are merged, since an overlay replaces that
/// whole.
struct FieldChanges {
    /// What becomes of the field.
    enum Change {
        case remove
        /// Appends the new value to the builder.
        case write((inout ChunkBuilder) throws -> Void)

        var isRemoval: Bool {
            if case .remove = self { return true }
            return false
        }
    }

    private typealias Entry = (path: ArraySlice<Key>, change: Change)
    private var entries: [Entry] = []

    mutating func add(_ path: FieldPath, _ change: Change) { entries.append((path.keys[...], change)) }

    /// Hands the changes to the edit of a record.
    ///
    /// - Throws: ``NotAnObject`` when a path leads into a value that is none, or what a change throws.
    func apply(to record: borrowing Record, _ edit: inout RecordEdit) throws {
        for (key, changes) in FieldChanges.grouped(entries) {
            try FieldChanges.apply(changes, to: key, old: record[key], &edit)
        }
    }

    /// Writes top-level fields that hold what the changes write and nothing else.
    func write(_ builder: inout ChunkBuilder) throws {
        for (key, changes) in FieldChanges.grouped(entries) {
            try FieldChanges.writeMember(key, nil, changes, &builder)
        }
    }

    private static func apply(_ changes: [Entry], to key: Key, old: Node?, _ edit: inout RecordEdit) throws {
        if let whole = changes.last(where: { $0.path.isEmpty }) {
            switch whole.change {
            case .remove: edit.remove(key)
            case .write(let write): try edit.set(key, write)
            }
        } else if old != nil || changes.contains(where: { !$0.change.isRemoval }) {
            try edit.set(key) { builder in try write(old, named: key, changes, &builder) }
        }
    }

    /// By the first name, each group in the order of its first entry; the name is taken off the paths.
    private static func grouped(_ entries: [Entry]) -> [(key: Key, changes: [Entry])] {
        var groups: [(key: Key, changes: [Entry])] = []
        var places = KeyPlaces(expecting: entries.count)
        for (path, change) in entries {
            guard let key = path.first else { continue }
            let entry = (path.dropFirst(), change)
            if let index = places.place(of: key, search: { groups.firstIndex { $0.key == key } }) {
                groups[index].changes.append(entry)
            } else {
                places.add(key, at: groups.count)
                groups.append((key, [entry]))
            }
        }
        return groups
    }

    /// Writes an object with changes to its members; an absent or null one becomes an object.
    private static func write(
        _ old: Node?, named key: Key, _ changes: [Entry], _ builder: inout ChunkBuilder
    ) throws {
        if let old, old.kind != .object, !old.isNull {
            // Taking something out of what is no object changes nothing.
            guard changes.contains(where: { !$0.change.isRemoval }) else { return builder.copy(old) }
            throw NotAnObject(field: key.name)
        }
        let groups = grouped(changes)
        var done = Set<Int>()
        builder.beginObject()
        let members = (old?.members).map { Array($0) } ?? []
        for (name, value) in members {
            guard let index = groups.firstIndex(where: { name.equals($0.key) }) else {
                builder.key(.node(name))
                builder.copy(value)
                continue
            }
            if done.insert(index).inserted {
                try writeMember(groups[index].key, old?[groups[index].key], groups[index].changes, &builder)
            }
        }
        for (index, group) in groups.enumerated() where !done.contains(index) {
            try writeMember(group.key, nil, group.changes, &builder)
        }
        builder.endObject()
    }

    private static func writeMember(
        _ key: Key, _ old: Node?, _ changes: [Entry], _ builder: inout ChunkBuilder
    ) throws {
        if let whole = changes.last(where: { $0.path.isEmpty }) {
            guard case .write(let write) = whole.change else { return }
            builder.key(key)
            try write(&builder)
        } else if old != nil || changes.contains(where: { !$0.change.isRemoval }) {
            builder.key(key)
            try write(old, named: key, changes, &builder)
        }
    }
}

/// A path that leads through a value without members.
struct NotAnObject: Error, CustomStringConvertible {
    let field: String

    var description: String { "'\(field)' is not an object, so nothing can be set in it" }
}
