import Diagnostics

/// A component's name, its options and the options that stand beside it.
struct Entry {
    let name: String
    let nameRange: SourceRange
    /// Nil when the name stands alone.
    let value: YAMLNode?
    /// The options beside the name.
    let siblings: [YAMLPair]
    let range: SourceRange

    /// An option beside the name that has a value.
    func sibling(_ name: String) -> YAMLPair? {
        siblings.first { $0.key.text == name && !$0.value.isNull }
    }

    func has(_ name: String) -> Bool { sibling(name) != nil }
}

/// Finds out which component an entry of the file is.
struct EntryReader {
    /// `source`, `stage`, `map` or `sink`.
    let kind: String
    let names: [String]
    /// The options that may stand beside the name.
    let siblings: [String]
    let catalog: Catalog

    /// The entry, or nil after reporting.
    func read(_ node: YAMLNode, _ reader: inout SpecReader) -> Entry? {
        switch node.content {
        case .broken:
            return nil
        case .scalar(let scalar) where scalar.substitution != .none:
            report(.deferredComponent(kind: kind), node.range, &reader)
            return nil
        case .scalar(let scalar) where scalar.isNull:
            report(.missingComponent(kind: kind), node.range, &reader)
            return nil
        case .scalar(let scalar):
            guard names.contains(scalar.text) else {
                reportUnknown(scalar.text, node.range, &reader)
                return nil
            }
            return Entry(
                name: scalar.text, nameRange: node.range, value: nil, siblings: [], range: node.range)
        case .sequence:
            report(
                .sectionShape(kind, expected: "a name or a mapping", found: node.kind), node.range, &reader)
            return nil
        case .mapping(let pairs):
            return read(pairs, node, &reader)
        }
    }

    private func read(_ pairs: [YAMLPair], _ node: YAMLNode, _ reader: inout SpecReader) -> Entry? {
        let components = pairs.filter { names.contains($0.key.text) && !isSibling($0, among: pairs) }
        guard let component = components.first else {
            reportNone(pairs, node, &reader)
            return nil
        }
        if components.count > 1 {
            let second = components[1].key
            let problem = SpecProblem.severalComponents(
                component.key.text, second.text, kind: kind, first: component.key.range)
            report(problem, second.range, &reader)
            return nil
        }
        return Entry(
            name: component.key.text, nameRange: component.key.range, value: component.value,
            siblings: pairs.filter { $0.key.text != component.key.text }, range: node.range)
    }

    /// A name that is both an option and a component is the component only where no other is.
    private func isSibling(_ pair: YAMLPair, among pairs: [YAMLPair]) -> Bool {
        siblings.contains(pair.key.text)
            && pairs.contains { names.contains($0.key.text) && !siblings.contains($0.key.text) }
    }

    private func reportNone(_ pairs: [YAMLPair], _ node: YAMLNode, _ reader: inout SpecReader) {
        let strangers = pairs.filter { !siblings.contains($0.key.text) }
        guard let first = strangers.first else {
            return report(.missingComponent(kind: kind), SourceRange(at: node.range.start), &reader)
        }
        // Of several unknown keys, the one that looks like a component is most likely meant to be it.
        let likely = strangers.first {
            closestMatch(to: $0.key.text, among: names) != nil || !catalog.kinds(of: $0.key.text).isEmpty
        }
        let key = (likely ?? first).key
        reportUnknown(key.text, key.range, &reader)
    }

    private func reportUnknown(_ name: String, _ range: SourceRange, _ reader: inout SpecReader) {
        report(.unknownComponent(name, kind: kind, known: names, other: otherKind(name)), range, &reader)
    }

    /// Advice when the name is right and the place is wrong.
    private func otherKind(_ name: String) -> String? {
        // In the middle of a pipeline, a name of both a source and a sink can only be the sink.
        guard let other = catalog.kinds(of: name).last(where: { $0 != kind }) else { return nil }
        switch (kind, other) {
        case ("stage", "map"): return "\(quoted(name)) is a map; write `map: { \(name): … }`"
        case ("stage", "sink"): return "\(quoted(name)) is a sink; write `tap: { \(name): … }`"
        case (_, "stage"): return "\(quoted(name)) is a stage of its own; write it under `stages`"
        default: return "\(quoted(name)) is a \(other), not a \(kind)"
        }
    }

    private func report(_ problem: SpecProblem, _ range: SourceRange, _ reader: inout SpecReader) {
        reader.report(problem.diagnostic(at: range))
    }
}
