import Diagnostics
import Streaming

extension PipelineReader {
    /// Reads `stages`; entries with errors are left out.
    mutating func readStages(_ section: YAMLPair?) -> [StageSpec] {
        guard let section else { return [] }
        let entryReader = EntryReader(
            kind: catalog.stages.kind, names: catalog.stages.names, siblings: StepOptions.options.names,
            catalog: catalog)
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
        return entries.flatMap { readStages($0, &names, &identities) }
    }

    /// The stages of an entry: one, or one for each of the parts that are given.
    private mutating func readStages(
        _ entry: Entry, _ names: inout NameTable, _ identities: inout IdentityTable
    ) -> [StageSpec] {
        guard let component = catalog.stages[entry.name] else { return [] }
        let siblings = StepOptions.options
        let options = siblings.read(
            entry.siblings, at: sibling(entry, of: component.options, siblings.names), &reader)
        let parts = readParts(entry, component)
        checkEffects(ofStage: entry, component)
        guard let parts, let make = constructor(component, entry, siblings: siblings.names), let options
        else { return [] }
        let name = options.name ?? names.generate(parts.map?.component ?? entry.name, at: entry.nameRange)
        let pieces = pieces(of: entry, component)
        return pieces.map { piece in
            let address = address(of: entry, component, parts, piece)
            let was = formerTap(parts, entry) ?? (component.stage.carriesOver ? options.was : nil)
            return StageSpec(
                name: piece == pieces.first
                    ? name : names.generate("\(name) \(piece?.name ?? "")", at: entry.nameRange),
                identity: identities.next(address.identity),
                was: former(was, of: entry, component.options, known: address), component: entry.name,
                parts: parts, options: options, make: { try make($0.with(piece)) }, range: entry.range)
        }
    }

    /// The parts of a stage that are given, in their order; nil for a stage without parts.
    private mutating func pieces(of entry: Entry, _ component: Component<any StageOperation>)
        -> [StagePartName?]
    {
        let all = component.stage.parts
        if all.isEmpty { return [nil] }
        let given = given(component, entry)
        return all.filter { given.has($0) }.map { name in
            StagePartName(name: name, others: all.filter { $0 != name })
        }
    }

    /// What a tap with one sink was when that had another address.
    private func formerTap(_ parts: StageParts, _ entry: Entry) -> String? {
        guard parts.sinks.count == 1, let sink = parts.sinks.first, let was = sink.was else { return nil }
        return was.hasPrefix(sink.component + " ")
            ? "\(entry.name) \(was)" : "\(entry.name) \(sink.component) \(was)"
    }

    /// The entries that a stage holds; nil after reporting.
    private mutating func readParts(_ entry: Entry, _ component: Component<any StageOperation>) -> StageParts?
    {
        switch component.options.fields.first?.entries {
        case .some(.map): readMap(entry).map { StageParts(map: $0) }
        case .some(.sinks): readTap(entry).map { StageParts(sinks: $0) }
        case .none: StageParts()
        }
    }

    private mutating func address(
        of entry: Entry, _ component: Component<any StageOperation>, _ parts: StageParts,
        _ piece: StagePartName?
    ) -> Address {
        if let map = parts.map { return map.address }
        if !parts.sinks.isEmpty { return Address(entry.name, parts.sinks.map(\.identity)) }
        return address(component, entry, part: piece)
    }

    private mutating func readMap(_ entry: Entry) -> MapSpec? {
        let entryReader = EntryReader(
            kind: catalog.maps.kind, names: catalog.maps.names, siblings: [], catalog: catalog)
        guard let value = entry.value else {
            report(.missingComponent(kind: catalog.maps.kind), entry.nameRange)
            return nil
        }
        guard let inner = entryReader.read(value, &reader), let component = catalog.maps[inner.name] else {
            return nil
        }
        if component.traits.sendsRequests { makesRequests = true }
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
            "\(entry.name) \(inner.name)", inner.value, defaults: pairs, .all, in: reader.source,
            folder: files.folder)
        return make.map { MapSpec(component: inner.name, address: address, make: $0) }
    }

    private mutating func shape(
        after component: MapComponent, _ entry: Entry, isConditional: Bool
    ) -> RecordShape {
        guard component.produces != .open else { return .open }
        let given = given(component, entry)
        let changes = component.fieldEffect.changes(in: given, isConditional: isConditional) {
            type(ofSchema: $0, name: $1)
        }
        guard let changes else { return .open }
        return shapes.shape(reader.shape, after: changes)
    }

    /// Warns of chains that run but hardly do what was meant.
    private mutating func reportOrder(_ entries: [Entry], complete: Bool, _ section: YAMLPair) {
        let stages = catalog.stages
        guard let tap = entries.first(where: { stages[$0.name]?.stage.place == .atDelivery }) else {
            // An entry that could not be read may have been the tap.
            if complete { report(.noTap, section.key.range) }
            return
        }
        for entry in entries
        where stages[entry.name]?.stage.place == .beforeDelivery
            && entry.nameRange.start > tap.nameRange.start
        {
            report(.lateDedup(tap: tap.nameRange), entry.nameRange)
        }
        guard complete,
            let last = entries.lastIndex(where: { stages[$0.name]?.stage.place == .atDelivery })
        else { return }
        for entry in entries[(last + 1)...] where stages[entry.name]?.stage.place == .anywhere {
            report(.idleStage(entry.name, tap: entries[last].nameRange), entry.nameRange)
        }
    }
}

extension BuildContext {
    /// The same for one of a stage's parts.
    fileprivate func with(_ part: StagePartName?) -> BuildContext {
        var copy = self
        copy[StagePartNameKey.self] = part
        return copy
    }
}
