import Diagnostics
import Streaming

/// An entry of the top-level `sinks`.
struct NamedSink {
    /// Nil when the definition has errors.
    let sink: SinkSpec?
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
                namedSinks[pair.key.text] = NamedSink(sink: nil, range: pair.key.range)
                continue
            }
            // The name stands before the entry, so that there is none within it.
            let place = OptionPlace(owner: quoted(entry.name), range: entry.nameRange, misplaced: tapAdvice)
            let options = SinkOptions.named.read(entry.siblings, at: place, &reader)
            let before = reader.expressions.count
            let make = constructor(component, entry, siblings: SinkOptions.named.names)
            notePaths(ofSink: entry, component)
            var sink: SinkSpec?
            if let options, let make {
                sink = readOptions(of: entry, component, options, name: pair.key.text, make)
            }
            namedSinks[pair.key.text] = NamedSink(
                sink: sink, range: pair.key.range, expressions: Array(reader.expressions[before...]))
        }
    }

    /// The sink of an entry; what is known by the address of an earlier one has its name, too.
    private mutating func readOptions(
        of entry: Entry, _ component: Component<any Sink>, _ options: SinkOptions, name given: String?,
        was inherited: YAMLPair? = nil, _ make: @escaping Component<any Sink>.Constructor
    ) -> SinkSpec {
        let address = address(component, entry)
        let was = former(
            options.was ?? inherited?.value.knownText, of: entry, component.options, known: address,
            inherited: inherited)
        if component.traits.sendsRequests { makesRequests = true }
        let known = namesOfSinks[address.identity, default: []]
        let name = given ?? known.first ?? sinkNames.generate(address.label, at: entry.nameRange)
        if !known.contains(name) { namesOfSinks[address.identity, default: []].append(name) }
        return SinkSpec(
            name: name, identity: address.identity, was: was, spelling: spelling(of: entry, component),
            component: entry.name, make: make, range: entry.range)
    }

    /// All options of a sink in one form: equal for sinks that are the same.
    mutating func spelling(of entry: Entry, _ component: Component<any Sink>) -> String {
        let pairs = defaults.use(entry.name, fields: component.options.names)
        return component.options.address(
            entry.name, entry.value, defaults: pairs, .all, in: reader.source, folder: files.folder
        )
        .identity.text
    }

    /// Reads the value of a `tap`: a sink, a reference, or a list of these.
    mutating func readTap(_ entry: Entry) -> [SinkSpec]? {
        guard let value = entry.value, !value.isNull else {
            report(.emptyTap, entry.nameRange)
            return nil
        }
        let nodes = value.elements ?? [value]
        if nodes.isEmpty {
            report(.emptyTap, value.range)
            return nil
        }
        let former = former(of: entry, sinks: nodes)
        let sinks = nodes.map { readSink($0, was: former) }
        let complete = sinks.compactMap { $0 }
        return complete.count == sinks.count && !complete.isEmpty ? complete : nil
    }

    /// The `was` beside a tap, which is that of its sink where it has one alone.
    private mutating func former(of tap: Entry, sinks: [YAMLNode]) -> YAMLPair? {
        guard let pair = tap.sibling("was") else { return nil }
        // The tap's own, as the state has it.
        if pair.value.knownText?.hasPrefix(tap.name + " ") ?? true { return nil }
        let isReference = sinks[0].pairs?.contains { $0.key.text == "ref" } ?? false
        guard sinks.count == 1, !isReference else {
            reader.report(
                .idle(
                    "was", owner: quoted(tap.name), reason: "a tap is what its sinks are",
                    advice: "put it beside the one that has moved"), at: pair.key.range)
            return nil
        }
        return pair
    }

    /// - Parameter was: what stands beside the tap.
    private mutating func readSink(_ node: YAMLNode, was: YAMLPair?) -> SinkSpec? {
        if let pairs = node.pairs, let reference = pairs.first(where: { $0.key.text == "ref" }) {
            return readReference(reference, others: pairs.filter { $0.key.text != "ref" }, node)
        }
        guard let entry = entryReader.read(node, &reader), let component = catalog.sinks[entry.name] else {
            return nil
        }
        var place = sibling(entry, of: component.options, SinkOptions.options.names)
        place.misplaced.merge(tapAdvice) { first, _ in first }
        let options = SinkOptions.options.read(entry.siblings, at: place, &reader)
        // A sink that is written out again may give its name again.
        let known = namesOfSinks[address(component, entry).identity, default: []]
        if options?.name.map({ !known.contains($0) }) ?? true { sinkNames.reserve(of: entry, &reader) }
        let make = constructor(component, entry, siblings: SinkOptions.options.names)
        notePaths(ofSink: entry, component)
        guard let options, let make else { return nil }
        return readOptions(of: entry, component, options, name: options.name, was: was, make)
    }

    private mutating func readReference(_ reference: YAMLPair, others: [YAMLPair], _ node: YAMLNode)
        -> SinkSpec?
    {
        if let other = others.first { report(.referenceWithOptions, other.key.range) }
        let read = reader.within(option: "ref") { String.read(reference.value, [], &$0) }
        guard let name = read, let sink = use(name, over: reader.shape, at: reference.value.range) else {
            return nil
        }
        return others.isEmpty ? sink.sink : nil
    }

    /// The sink that the setting for dead letters names.
    mutating func readDeadLetters(_ settings: YAMLPair?) -> SinkSpec? {
        let pair = settings?.value.pairs?.first { $0.key.text == SettingsSpec.deadLetter }
        guard let pair, let text = pair.value.knownText, Constraint.sinkReference.holds(text) else {
            return nil
        }
        let name = String(text.dropFirst(Constraint.sinkPrefix.count))
        return use(name, over: .open, at: pair.value.range)?.sink
    }

    /// A named sink that something refers to, whose expressions see such records.
    private mutating func use(_ name: String, over shape: RecordShape, at range: SourceRange) -> NamedSink? {
        guard let sink = namedSinks[name] else {
            report(
                .unknownReference(name, known: namedSinks.count <= 1000 ? namedSinks.keys.sorted() : []),
                range)
            return nil
        }
        namedSinks[name]?.isUsed = true
        if sink.shape != shape {
            namedSinks[name]?.shape = shape
            for expression in sink.expressions { reader.register(expression.over(shape)) }
        }
        return sink
    }

    private var tapAdvice: [String: String] {
        let names = StepOptions.options.names.filter { $0 != "name" }
        return Dictionary(names.map { ($0, "\(quoted($0)) stands beside `tap`, not within it") }) {
            first, _ in first
        }
    }
}

extension Constraint where Value == String {
    fileprivate static let sinkPrefix = "sinks."

    /// What refers to a sink of the top-level `sinks`.
    static let sinkReference = Constraint(
        "`sinks.` and the name of one of the top-level `sinks`",
        schema: [.init("pattern", "^sinks\\..|\\$\\{")]
    ) { $0.hasPrefix(sinkPrefix) && $0 != sinkPrefix }
}
