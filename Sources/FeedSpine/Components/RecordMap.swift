package import Records
package import Streaming

/// Changes records, one to one and at once: a map of pipeline files.
///
/// ```swift
/// struct Shout: RecordMap {
///     let field: String
///
///     func map(_ record: inout Record) throws {
///         if let text = record[field].string { try record.set(field, to: text.uppercased()) }
///     }
/// }
/// ```
public protocol RecordMap: Sendable {
    /// Changes a record, by its content and by nothing else: it may be asked again for the same one.
    ///
    /// One that it throws for is left as it was, and the stage's `on_error` decides what becomes of it.
    func map(_ record: inout Record) throws
}

/// Makes of a record none, one or several, and may wait for that: a map of pipeline files that asks others.
///
/// ```swift
/// struct Split: AsyncRecordMap {
///     func map(_ record: Record) async throws -> [Record] {
///         try (record["tags"].elements ?? []).map { tag in try Record(encoding: ["tag": tag.string]) }
///     }
/// }
/// ```
public protocol AsyncRecordMap: Sendable {
    /// Records that are worked on at the same time, at least 1; their order stays. 1 if not told.
    var concurrency: Int { get }

    /// What goes on in the place of a record; nothing drops it.
    ///
    /// It may be asked again for the same record after a crash. When a run is stopped it is cancelled, and the record is the
    /// next run's where there is a state. One that it throws for is the stage's `on_error`'s.
    func map(_ record: Record) async throws -> [Record]
}

extension AsyncRecordMap {
    /// One after the other.
    public var concurrency: Int { 1 }
}

/// A map of a program as the engine runs it.
package struct EngineMap: Transform {
    private let map: any RecordMap

    package init(_ map: any RecordMap) { self.map = map }

    package func transform(_ record: borrowing Records.Record, _ edit: inout RecordEdit) throws {
        let before = copy record
        var record = Record(before)
        try map.map(&record)
        let after = record.base
        if after.isSameObject(as: before) {
            for field in after.overlay?.fields ?? [] where !field.stands(in: before.overlay) {
                edit.change(field.key, to: field.value?.node)
            }
        } else {
            for (name, _) in before.fields where after[name.string] == nil { edit.remove(Key(name.string)) }
            for (name, value) in after.fields { edit.change(Key(name.string), to: value) }
        }
    }
}

/// A map of a program that waits, as the engine runs it.
package struct EngineAsyncMap: AsyncTransform {
    private let map: any AsyncRecordMap

    package var concurrency: Int { max(1, map.concurrency) }

    package init(_ map: any AsyncRecordMap) { self.map = map }

    package func transform(_ record: Records.Record) async throws -> [Records.Record] {
        try await map.map(Record(record)).map { made in
            guard made.base.isSameObject(as: record) else { return try record.replaced(by: made) }
            var changed = record
            changed.overlay = made.base.overlay
            return changed
        }
    }
}

extension Records.Record {
    /// Whether it is the same object, apart from what was laid over it.
    fileprivate func isSameObject(as other: Records.Record) -> Bool {
        chunk === other.chunk && root == other.root
    }
}

extension Overlay.Field {
    /// Whether an overlay has this very change.
    fileprivate func stands(in overlay: Overlay?) -> Bool {
        guard let field = overlay?[key] else { return false }
        switch (value, field.value) {
        case (nil, nil): return true
        case (let one?, let other?): return one.chunk === other.chunk && one.index == other.index
        default: return false
        }
    }
}

extension RecordEdit {
    fileprivate mutating func change(_ key: Key, to node: Node?) {
        guard let node else { return remove(key) }
        set(key) { $0.copy(node) }
    }
}
