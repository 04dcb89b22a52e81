import Diagnostics
import Streaming

extension PipelineReader {
    /// Reads `stages`; entries with errors are left out.
    mutating func readStages(_ section: YAMLPair?) -> [StageSpec] {
        guard let section else { return [] }
        let entryReader = EntryReader(
            kind: "stage", names: BuiltInStep.names, siblings: StepOptions.options.names, catalog: catalog)
        let nodes = list(section, of: "stages")
        let entries = nodes.compactMap { entryReader.read($0, &reader) }
        reportOrder(
            entries,
            complete: entries.count == nodes.count && (section.value.elements != nil || section.value.isNull),
            section)
        var names = NameTable(kind: "stage")
        for entry in entries { names.reserve(of: entry, &reader) }
        var identities = IdentityTable()
        reader.shape = shapes.union(sourceShapes)
        return entries.compactMap { readStage($0, &names, &identities) }
    }

    private mutating func readStage(
        _ entry: Entry, _ names: inout NameTable, _ identities: inout IdentityTable
    ) -> StageSpec? {
        let siblings = StepOptions.options
        let step = BuiltInStep.all.first { $0.name == entry.name }
        let place =
            step?.options.map { sibling(entry, of: $0, siblings.names) }
            ?? OptionPlace(owner: quoted(entry.name), range: entry.nameRange)
        let options = siblings.read(entry.siblings, at: place, &reader)
        let operation: StageSpec.Operation? =
            switch entry.name {
            case BuiltInStep.map.name: readMap(entry)
            case BuiltInStep.tap.name: readTap(entry)
            default: step.flatMap { readStep($0, entry) }
            }
        if let step { checkEffects(ofStage: entry, step) }
        guard let operation, let options else { return nil }
        let name = options.name ?? names.generate(wantedName(entry, operation), at: entry.nameRange)
        let address = address(of: entry, operation, step)
        let was = former(options.was, of: entry, step?.options, known: address)
        return StageSpec(
            name: name, identity: identities.next(address.identity), was: was, operation: operation,
            options: options, range: entry.range)
    }

    private mutating func address(
        of entry: Entry, _ operation: StageSpec.Operation, _ step: BuiltInStep?
    ) -> Address {
        switch operation {
        case .map(let map): return map.address
        case .tap(let sinks): return Address(entry.name, sinks.map(\.identity))
        default:
            guard let options = step?.options else { return Address(entry.name, []) }
            return options.address(
                entry.name, entry.value, defaults: defaults.use(entry.name, fields: options.names),
                in: reader.source)
        }
    }

    private func wantedName(_ entry: Entry, _ operation: StageSpec.Operation) -> String {
        if case .map(let map) = operation { map.component } else { entry.name }
    }

    private mutating func readStep(_ step: BuiltInStep, _ entry: Entry) -> StageSpec.Operation? {
        guard let options = step.options else { return nil }
        let advice = StepOptions.options.names.map {
            ($0, "\(quoted($0)) stands beside \(quoted(entry.name)), not within it")
        }
        let place = OptionPlace(
            owner: quoted(entry.name), range: entry.nameRange,
            misplaced: Dictionary(advice) { first, _ in first })
        let pairs = defaults.use(entry.name, fields: options.names)
        let operation = options.read(entry.value, at: place, defaults: pairs, &reader)
        switch operation {
        case .batch(let limits) where limits == BatchLimits() && isComplete(entry, options):
            report(.noBatchLimit, entry.nameRange)
        case .dedup(let dedup): checkTTL(dedup, entry)
        default: break
        }
        return operation
    }

    /// Whether all the options that an entry gives exist, so that what is missing is not a misspelt one.
    private func isComplete<Product>(_ entry: Entry, _ options: Options<Product>) -> Bool {
        (entry.value?.pairs ?? []).allSatisfy { options.names.contains($0.key.text) }
    }

    /// A `ttl` that is not given follows `history`; one that is must not be shorter.
    private mutating func checkTTL(_ dedup: DedupSpec, _ entry: Entry) {
        guard let node = entry.value?["ttl"] else { return }
        var silent = SpecReader(reader.source)
        guard let ttl = Duration.read(node, [], &silent), ttl < dedup.history else { return }
        report(.shortTTL, node.range)
    }

    private mutating func readMap(_ entry: Entry) -> StageSpec.Operation? {
        let entryReader = EntryReader(
            kind: catalog.maps.kind, names: catalog.maps.names, siblings: [], catalog: catalog)
        guard let value = entry.value else {
            report(.missingComponent(kind: catalog.maps.kind), entry.nameRange)
            return nil
        }
        guard let inner = entryReader.read(value, &reader), let component = catalog.maps[inner.name] else {
            return nil
        }
        let siblings = StepOptions.options.names
        if !inner.siblings.isEmpty {
            let advice = siblings.map { ($0, "\(quoted($0)) stands beside `map`, not within it") }
            let place = OptionPlace(
                owner: "`map`", range: inner.nameRange, misplaced: Dictionary(advice) { first, _ in first })
            _ = Options<Void>(make: {}).read(inner.siblings, at: place, &reader)
        }
        let make = constructor(component, inner, siblings: siblings)
        reader.shape = shape(after: component, inner, isConditional: entry.has("when"))
        let pairs = defaults.use(inner.name, fields: component.options.names)
        let address = component.options.address(
            "\(entry.name) \(inner.name)", inner.value, defaults: pairs, .all, in: reader.source)
        return make.map { .map(MapSpec(component: inner.name, address: address, make: $0)) }
    }

    private mutating func shape(
        after component: Component<any Transform>, _ entry: Entry, isConditional: Bool
    ) -> RecordShape {
        guard component.produces != .open else { return .open }
        let given = given(component, entry)
        guard let changes = component.fieldEffect.changes(in: given, isConditional: isConditional) else {
            return .open
        }
        return shapes.shape(reader.shape, after: changes)
    }

    /// Warns of chains that run but hardly do what was meant.
    private mutating func reportOrder(_ entries: [Entry], complete: Bool, _ section: YAMLPair) {
        guard let tap = entries.first(where: { $0.name == BuiltInStep.tap.name }) else {
            // An entry that could not be read may have been the tap.
            if complete { report(.noTap, section.key.range) }
            return
        }
        for entry in entries
        where entry.name == BuiltInStep.dedup.name && entry.nameRange.start > tap.nameRange.start {
            report(.lateDedup(tap: tap.nameRange), entry.nameRange)
        }
    }
}
