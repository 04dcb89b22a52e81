package import CEL
import Diagnostics

/// What is known of the records at a place in a pipeline.
package enum RecordShape: Sendable, Hashable {
    /// Nothing: any JSON object.
    case open
    /// The feed item of `schemas/item.schema.json`, and fields that maps have written since, by their paths; their types
    /// are known only at run time.
    case item(adding: Set<String>)
    /// What the `schema` of a source describes, and fields that maps have written since.
    case schema(ValueType, adding: Set<String>)

    /// The feed item as sources produce it.
    package static let feedItem = RecordShape.item(adding: [])

    /// The shape after a map has written some fields.
    func adding(_ paths: [String]) -> RecordShape {
        switch self {
        case .open: .open
        case .item(let known): .item(adding: known.union(paths))
        case .schema(let type, let known): .schema(type, adding: known.union(paths))
        }
    }
}

/// Where the options of a map say which fields it writes.
package enum WrittenFields: Sendable {
    /// Nowhere: it writes none that a record did not have.
    case none
    /// The keys of its value are the paths: `set: { slug: … }`.
    case keys
    /// The values in its value are the paths: `rename: { old: new }`.
    case values
    /// An option holds the path.
    case option(String)

    /// The paths that a map with this value writes.
    func paths(in value: YAMLNode?, of fields: [FieldDescription]) -> [String] {
        switch self {
        case .none: return []
        case .keys: return value?.pairs?.map(\.key.text) ?? []
        case .values: return value?.pairs?.compactMap(\.value.scalarText) ?? []
        case .option(let name):
            if let given = value?.pairs?.first(where: { $0.key.text == name })?.value.scalarText {
                return [given]
            }
            let fallback = fields.first { $0.name == name }?.defaultValue
            if case .string(let path)? = fallback { return [path] }
            return []
        }
    }
}

extension YAMLNode {
    /// The text of a scalar; nil for other nodes, and for values that only the environment has.
    fileprivate var scalarText: String? {
        switch content {
        case .scalar(let scalar): scalar.substitution == .deferred ? nil : scalar.text
        default: nil
        }
    }
}
