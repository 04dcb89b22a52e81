import Notation
import Records

/// Reading the record of the frame.
extension Frame {
    /// A top-level field with the overlay applied; within a program one name is one key.
    @inline(__always)
    mutating func field(_ key: Unmanaged<Key>) -> Node? {
        if key.toOpaque() == lastName { return lastField }
        if overlay != nil { return changedField(key.takeUnretainedValue()) }
        guard let base else { return nil }
        payForSearch(among: base.count)
        let node = key._withUnsafeGuaranteedRef { base[$0] }
        lastName = key.toOpaque()
        lastField = node
        return node
    }

    @inline(never)
    private func changedField(_ key: Key) -> Node? {
        if let change = overlay?.takeUnretainedValue()[key] { return change.value?.node }
        return base?[key]
    }

    /// The same for a name that is known only now.
    func field(named name: UnsafeBufferPointer<UInt8>) -> Node? {
        if let overlay = overlay?.takeUnretainedValue() {
            for field in overlay.fields where field.key.utf8.elementsEqual(name) { return field.value?.node }
        }
        return base?.member(named: name)
    }

    /// The record as Records knows it, for what needs all fields.
    var record: Record? {
        guard let base, let chunk = chunk?.takeUnretainedValue() else { return nil }
        return Record(
            chunk: chunk, root: base.index, index: recordIndex, overlay: overlay?.takeUnretainedValue())
    }

    /// A field of `meta`.
    mutating func metaField(_ name: Text) -> Value? {
        guard let origin = chunk?.takeUnretainedValue().origin else { return nil }
        switch MetaField(rawValue: name.string) {
        case .source: return .text(arena.text(origin.source))
        case .received: return .timestamp(Timestamp(nanosecondsSince1970: origin.received))
        case .index: return .int(Int64(clamping: recordIndex))
        case .cluster: return story.map { .text(arena.text($0.name)) }
        case .similarTo: return story.flatMap { $0.isFirst ? nil : .text(arena.text($0.name)) }
        case nil: return nil
        }
    }

    private var story: RecordStory? { attachment?.takeUnretainedValue().story(at: attachmentIndex) }

    /// `record` or `meta` with all entries, for iteration and comparison.
    mutating func materialised(_ container: Value) -> Value.Map {
        var entries: [(Value, Value)] = []
        if case .record = container, let record {
            _ = spend(bytes: record.byteCount)
            for (name, value) in record.fields {
                entries.append((.text(arena.text(name.string)), Value(value)))
            }
        } else if case .meta = container {
            for field in MetaField.allCases {
                let key = arena.text(field.rawValue)
                if let value = metaField(key) { entries.append((.text(key), value)) }
            }
        }
        let map = Value.Map.empty(capacity: entries.count, in: &arena)
        // Later members win over earlier ones of the same name.
        var seen = Set<String>()
        for (key, value) in entries.reversed() {
            if case .text(let text) = key, seen.insert(text.string).inserted { _ = map.insert(key, value) }
        }
        return map
    }
}
