import CEL
import Diagnostics

/// What a map does to the fields of records, as far as its options say so.
package enum FieldEffect: Sendable {
    /// Every field stays, and none is written that a record did not have.
    case none
    /// These paths are written.
    case adds([String])
    /// The keys of its value are written: `set: { slug: … }`.
    case writesKeys
    /// The keys of its value become the values: `rename: { old: new }`.
    case movesKeys
    /// An option holds the path that is written, and another may hold a JSON Schema of what is.
    case writes(option: String, schema: String? = nil)
    /// The keys of an option are written where it is given, else there is another effect.
    indirect case writesKeysOf(option: String, else: FieldEffect)
    /// The paths of its value are taken away.
    case removes
    /// The paths of its value are all that stays.
    case keeps

    /// The changes that a map with these options makes; nil when only the environment knows them.
    ///
    /// - Parameters:
    ///   - isConditional: whether some records go past the map, so that what it takes away may still be there.
    ///   - type: what a schema describes that the values of a field keep to.
    func changes(
        in options: GivenOptions, isConditional: Bool, type: (YAMLNode, _ field: String) -> ValueType
    ) -> [FieldChange]? {
        guard let changes = changes(in: options, type) else { return nil }
        guard isConditional else { return changes }
        return changes.compactMap { change in
            switch change {
            case .add: change
            case .move(_, let new): .add(new)
            case .remove, .keep: nil
            }
        }
    }

    private func changes(in options: GivenOptions, _ type: (YAMLNode, _ field: String) -> ValueType)
        -> [FieldChange]?
    {
        switch self {
        case .none: return []
        case .adds(let paths): return paths.map { .add(names($0)) }
        case .writesKeys: return options.value?.pairs?.map { .add(names($0.key.text)) } ?? []
        case .movesKeys:
            let pairs = options.value?.pairs ?? []
            let moves = pairs.compactMap { pair in
                pair.value.knownText.map { FieldChange.move(names(pair.key.text), to: names($0)) }
            }
            return moves.count == pairs.count ? moves : nil
        case .writes(let option, let schema):
            let node = schema.flatMap(options.node)
            return options.text(option).map { path in
                [.add(names(path), type: node.map { type($0, path) } ?? .dyn)]
            }
        case .writesKeysOf(let option, let other):
            guard options.has(option) else { return other.changes(in: options, type) }
            return options.names(within: option).map { .add(names($0)) }
        case .removes: return options.value.flatMap(paths)?.map { .remove($0) }
        case .keeps: return options.value.flatMap(paths).map { [.keep($0)] }
        }
    }

    /// The paths of a list, or of one that stands without brackets.
    private func paths(_ node: YAMLNode) -> [[String]]? {
        let nodes = node.elements ?? [node]
        let texts = nodes.compactMap(\.knownText)
        return texts.count == nodes.count ? texts.map(names) : nil
    }

    private func names(_ path: String) -> [String] {
        path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }
}
