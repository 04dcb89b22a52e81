import CEL
import Diagnostics
import Streaming

extension PipelineReader {
    /// Reads `sources`; entries with errors are left out.
    mutating func readSources(_ section: YAMLPair?) -> [SourceSpec] {
        guard let section else { return [] }
        let nodes = list(section, of: "sources")
        if nodes.isEmpty, section.value.elements != nil || section.value.isNull {
            report(.noSources, section.key.range)
        }
        let entryReader = EntryReader(
            kind: catalog.sources.kind, names: catalog.sources.names, siblings: SourceOptions.options.names,
            catalog: catalog)
        let entries = nodes.compactMap { entryReader.read($0, &reader) }
        // Nobody knows what an entry would have given that cannot be read.
        if entries.count < nodes.count {
            sourceShapes.append(.open)
            makesRequests = true
        }
        var names = NameTable(kind: "source")
        for entry in entries { names.reserve(of: entry, &reader) }
        var identities = IdentityTable()
        return entries.compactMap { readSource($0, &names, &identities) }
    }

    private mutating func readSource(
        _ entry: Entry, _ names: inout NameTable, _ identities: inout IdentityTable
    ) -> SourceSpec? {
        guard let component = catalog.sources[entry.name] else { return nil }
        let siblings = SourceOptions.options
        let shape = shape(entry) ?? component.produces
        reader.shape = shape
        sourceShapes.append(shape)
        let options = siblings.read(
            entry.siblings, at: sibling(entry, of: component.options, siblings.names), &reader)
        let make = constructor(component, entry, siblings: siblings.names)
        checkEffects(ofSource: entry, component)
        notePaths(ofSource: entry, component)
        guard let options, let make else { return nil }
        let address = address(component, entry)
        let was = former(options.was, of: entry, component.options, known: address)
        return SourceSpec(
            name: options.name ?? names.generate(address.label, at: entry.nameRange),
            identity: identities.next(address.identity), was: was, component: entry.name, options: options,
            shape: shape, make: make, range: entry.range)
    }

    /// Reads a component's options with the defaults that the file gives for it.
    ///
    /// Returns nil after reporting; with values that only the environment has, the constructor throws.
    mutating func constructor<Product>(
        _ component: Component<Product>, _ entry: Entry, siblings: [String]
    ) -> Component<Product>.Constructor? {
        let place = OptionPlace(
            owner: quoted(entry.name), range: entry.nameRange,
            misplaced: advice(siblings) { "\(quoted($0)) stands beside \(quoted(entry.name)), not within it" }
        )
        let errors = reader.diagnostics.count
        let pairs = defaults.use(entry.name, fields: component.options.names)
        if let make = component.options.read(entry.value, at: place, defaults: pairs, &reader) { return make }
        guard reader.diagnostics.count == errors else { return nil }
        let deferred: Component<Product>.Constructor = { _ in throw DeferredValueError() }
        return deferred
    }

    /// What a component of an entry is known by, with the defaults that the file gives for it.
    mutating func address<Product>(
        _ component: Component<Product>, _ entry: Entry, part: StagePartName? = nil
    ) -> Address {
        let pairs = defaults.use(entry.name, fields: component.options.names)
        return component.options.address(
            entry.name, entry.value, defaults: pairs, part: part, in: reader.source, folder: files.folder)
    }

    /// The place of the options beside a component's name.
    func sibling<Product>(_ entry: Entry, of options: Options<Product>, _ siblings: [String]) -> OptionPlace {
        let own = options.isValue ? [] : options.names.filter { !siblings.contains($0) }
        return OptionPlace(
            owner: quoted(entry.name), range: entry.nameRange,
            misplaced: advice(own) {
                "\(quoted($0)) is an option within \(quoted(entry.name)), not beside it"
            })
    }

    private func advice(_ names: [String], _ text: (String) -> String) -> [String: String] {
        Dictionary(names.map { ($0, text($0)) }) { first, _ in first }
    }
}

extension Options {
    var names: [String] { fields.map(\.name) }
}
