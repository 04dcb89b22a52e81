import Diagnostics

/// The `defaults` of a file: options by component, used where an entry does not give them.
struct DefaultsTable {
    struct Entry {
        let name: String
        let range: SourceRange
        let pairs: [YAMLPair]
        var isUsed = false
    }

    private(set) var entries: [Entry] = []

    mutating func add(_ entry: Entry) { entries.append(entry) }

    /// The defaults for a component that it has options for: one name can be a source and a sink.
    mutating func use(_ name: String, fields: [String]) -> [YAMLPair] {
        guard let index = entries.firstIndex(where: { $0.name == name }) else { return [] }
        entries[index].isUsed = true
        return self[name, fields]
    }

    /// The same without a claim that they are used.
    subscript(name: String, fields: [String]) -> [YAMLPair] {
        entries.first { $0.name == name }?.pairs.filter { fields.contains($0.key.text) } ?? []
    }
}

extension PipelineReader {
    /// Reads `defaults` and checks its values, used or not.
    mutating func readDefaults(_ section: YAMLPair?) {
        guard let section else { return }
        for pair in mapping(section, of: "component names to options") {
            let name = pair.key.text
            guard let known = checks(name) else {
                report(.unknownDefaults(name, known: catalog.allNames), pair.key.range)
                continue
            }
            let pairs = mapping(pair, of: "options")
            for option in pairs {
                guard known.names.contains(option.key.text) else {
                    report(
                        .defaultOfNothing(option.key.text, component: name, known: known.names),
                        option.key.range)
                    continue
                }
                known.check([option], &reader)
            }
            defaults.add(.init(name: name, range: pair.key.range, pairs: pairs))
        }
    }

    private typealias Checks = (names: [String], check: ([YAMLPair], inout SpecReader) -> Void)

    /// The options of all components of a name, and how to check values of them; nil for no component.
    private func checks(_ name: String) -> Checks? {
        var result: [Checks] = []
        if let source = catalog.sources[name] { result.append(checks(source.options)) }
        if let map = catalog.maps[name] { result.append(checks(map.options)) }
        if let sink = catalog.sinks[name] { result.append(checks(sink.options)) }
        if let stage = catalog.stages[name] { result.append(checks(stage.options)) }
        guard !result.isEmpty else { return nil }
        return (
            result.flatMap(\.names),
            { pairs, reader in
                // Of several components, the first that has the option decides.
                for pair in pairs {
                    result.first { $0.names.contains(pair.key.text) }?.check([pair], &reader)
                }
            }
        )
    }

    private func checks<Product>(_ options: Options<Product>) -> Checks {
        (options.isValue ? [] : options.names, { pairs, reader in options.check(partial: pairs, &reader) })
    }
}
