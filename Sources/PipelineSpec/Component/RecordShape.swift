package import CEL
import Diagnostics

/// What is known of the records at a place in a pipeline.
package enum RecordShape: Sendable, Hashable {
    /// Nothing: any JSON object.
    case open
    /// The feed item of `schemas/item.schema.json`, as sources produce it.
    case feedItem
    /// These fields and no others: what a `schema` describes, or what maps have made of records.
    case fields(ObjectType, areItems: Bool)
}

/// Follows what is known of the fields of records, from the sources through the stages.
struct ShapeBook {
    /// The type of the feed item; nothing is known of items that were changed when it is open.
    let itemType: ValueType
    /// Fields that may still be copied, which bounds what thousands of stages cost. Beyond it nothing is known.
    private var budget = 1_000_000

    init(itemType: ValueType) { self.itemType = itemType }

    /// What is known of records that come from several sources.
    mutating func union(_ shapes: [RecordShape]) -> RecordShape {
        guard var union = shapes.first else { return .open }
        var seen: Set<RecordShape> = [union]
        for shape in shapes where seen.insert(shape).inserted {
            guard let left = fields(union), let right = fields(shape),
                let both = left.object.united(with: right.object, budget: &budget)
            else { return .open }
            union = .fields(both, areItems: left.areItems && right.areItems)
        }
        return union
    }

    /// What is known after a map.
    mutating func shape(_ shape: RecordShape, after changes: [FieldChange]) -> RecordShape {
        guard !changes.isEmpty else { return shape }
        // Of records of which nothing is known, what is written may be.
        let isTyped = changes.contains { if case .add(_, let type) = $0 { type != .dyn } else { false } }
        guard let known = fields(shape) ?? (isTyped ? (ShapeBook.anyObject, false) : nil),
            let object = known.object.changed(by: changes, budget: &budget)
        else { return .open }
        return .fields(object, areItems: known.areItems)
    }

    private static let anyObject = ObjectType(name: "the record", properties: [:], additional: .dyn)

    private func fields(_ shape: RecordShape) -> (object: ObjectType, areItems: Bool)? {
        switch shape {
        case .open: return nil
        case .feedItem:
            guard case .object(let object) = itemType else { return nil }
            return (object, true)
        case .fields(let object, let areItems): return (object, areItems)
        }
    }
}
