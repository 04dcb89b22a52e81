import Diagnostics
import Streaming

/// An entry of the top-level `sinks`.
struct NamedSink {
    let component: String
    /// Nil when the definition has errors.
    let make: Component<any Sink>.Constructor?
    let range: SourceRange
    /// The fields and expressions in its options, which see the records of the taps that refer to it.
    var expressions: [ExpressionSource] = []
    var isUsed = false
    /// What is known of the records where it was used last.
    var shape: RecordShape?
}

extension PipelineReader {
    private var entryReader: EntryReader {
        EntryReader(
            kind: catalog.sinks.kind, names: catalog.sinks.names, siblings: SinkOptions.options.names,
            catalog: catalog)
    }

    /// Reads the top-level `sinks`.
    mutating func readNamedSinks(_ section: YAMLPair?) {
        guard let section else { return }
        for pair in mapping(section, of: "names to sinks") {
            sinkNames.reserve(pair.key.text, at: pair.key.range, &reader)
            if !Constraint.identifier.holds(pair.key.text) {
                reader.report(
                    .constraint(pair.key.text, phrase: Constraint.identifier.phrase), at: pair.key.range)
            }
            guard let entry = entryReader.read(pair.value, &reader), let component = catalog.sinks[entry.name]
            else {
                namedSinks[pair.key.text] = NamedSink(component: "", make: nil, range: pair.key.range)
                continue
            }
            // The name stands before the entry, so that there is none within it.
            let place = OptionPlace(owner: quoted(entry.name), range: entry.nameRange, misplaced: tapAdvice)
            _ = Options<Void>(make: {}).read(entry.siblings, at: place, &reader)
            let before = reader.expressions.count
            let make = constructor(component, entry, siblings: [])
            notePaths(ofSink: entry, component)
            namedSinks[pair.key.text] = NamedSink(
                component: entry.name, make: make, range: pair.key.range,
                expressions: Array(reader.expressions[before...]))
        }
    }

    /// Reads the value of a `tap`: a sink, a reference, or a list of these.
    mutating func readTap(_ entry: Entry) -> StageSpec.Operation? {
        guard let value = entry.value, !value.isNull else {
            report(.emptyTap, entry.nameRange)
            return nil
        }
        let nodes = value.elements ?? [value]
        if nodes.isEmpty { report(.emptyTap, value.range) }
        let sinks = nodes.map { readSink($0) }
        let complete = sinks.compactMap { $0 }
        return complete.count == sinks.count && !complete.isEmpty ? .tap(complete) : nil
    }

    private mutating func readSink(_ node: YAMLNode) -> SinkSpec? {
        if let pairs = node.pairs, let reference = pairs.first(where: { $0.key.text == "ref" }) {
            return readReference(reference, others: pairs.filter { $0.key.text != "ref" }, node)
        }
        guard let entry = entryReader.read(node, &reader), let component = catalog.sinks[entry.name] else {
            return nil
        }
        var place = sibling(entry, of: component.options, SinkOptions.options.names)
        place.misplaced.merge(tapAdvice) { first, _ in first }
        let options = SinkOptions.options.read(entry.siblings, at: place, &reader)
        sinkNames.reserve(of: entry, &reader)
        let make = constructor(component, entry, siblings: SinkOptions.options.names)
        notePaths(ofSink: entry, component)
        guard let options, let make else { return nil }
        let name = options.name ?? sinkNames.generate(entry.name, at: entry.nameRange)
        return SinkSpec(name: name, component: entry.name, make: make, range: entry.range)
    }

    private mutating func readReference(_ reference: YAMLPair, others: [YAMLPair], _ node: YAMLNode)
        -> SinkSpec?
    {
        if let other = others.first { report(.referenceWithOptions, other.key.range) }
        let read = reader.within(option: "ref") { String.read(reference.value, [], &$0) }
        guard let name = read else { return nil }
        guard let sink = namedSinks[name] else {
            report(
                .unknownReference(name, known: namedSinks.count <= 1000 ? namedSinks.keys.sorted() : []),
                reference.value.range)
            return nil
        }
        let isFirst = !sink.isUsed
        namedSinks[name]?.isUsed = true
        if sink.shape != reader.shape {
            namedSinks[name]?.shape = reader.shape
            for expression in sink.expressions { reader.register(expression.over(reader.shape)) }
        }
        guard let make = sink.make, others.isEmpty else { return nil }
        // Each use writes for itself and needs a position of its own.
        let unique = isFirst ? name : sinkNames.generate(name, at: node.range)
        return SinkSpec(name: unique, component: sink.component, make: make, range: node.range)
    }

    private var tapAdvice: [String: String] {
        let names = StepOptions.options.names.filter { $0 != "name" }
        return Dictionary(names.map { ($0, "\(quoted($0)) stands beside `tap`, not within it") }) {
            first, _ in first
        }
    }
}
