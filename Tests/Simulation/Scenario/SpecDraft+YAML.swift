extension SpecDraft {
    var yaml: String {
        """
        name: simulated
        settings: { buffer: { records: \(buffer), bytes: \(bufferBytes) }, checkpoint: \(checkpointSeconds)s, max_concurrent_sources: \(concurrentSources) }
        sources:
        \(inputs.map { yaml($0) }.joined(separator: "\n"))
        stages:\(generated == nil ? "" : "\n  - " + SpecDraft.naming)
        \(stages.map { "  - " + yaml($0) }.joined(separator: "\n"))

        """
    }

    private func yaml(_ input: Input) -> String {
        let name = input.label.map { "\n    name: \($0)" } ?? ""
        let was = input.was.map { "\n    was: \(self.address(of: input, $0))" } ?? ""
        let address = self.address(of: input, input.address)
        let source =
            switch input.source {
            case .files: "jsonl: \(address)"
            case .generated(let count): "generate: \(count)"
            case .web(let kind, let path): kind.yaml(address, path) + "\n    every: 60s"
            }
        return "  - \(source)\(name)\(was)"
    }

    private func address(of input: Input, _ number: Int) -> String {
        switch input.source {
        // Patterns that all cover the same files.
        case .files(let path): path + String(repeating: "*", count: number)
        case .generated: ""
        case .web(_, let path): "http://\(WebServer.host)\(path)" + (number > 0 ? "?v=\(number)" : "")
        }
    }

    /// Makes of generated items what the law knows of records.
    private static let naming = """
        map: { set: { u: "'g:' + id.split('-')[1]", id: "'g-' + id.split('-')[1]", title: "'g ' + id.split('-')[1]" } }
        """

    private var maps: [String] {
        [
            "unset: [\(isWeb || generated != nil ? "summary" : "pad")]",
            "rename: { \(isWeb || generated != nil ? "summary: description" : "pad: padding") }",
            "pick: [\(isWeb ? "" : "u, ")id, title]", "clean", "canonical_url",
            "content_hash: { fields: [title], into: hash }", "truncate: { field: title, length: 60 }",
            "classify: { field: class, rules: [{ when: \"title == 'x'\", value: x }], default: y }",
            "set: { checked: size(title) }"
        ]
    }

    /// The names of the catalogue's components that it uses.
    var components: Set<String> {
        var names: Set<String> = []
        for input in inputs {
            switch input.source {
            case .files: names.insert("source jsonl")
            case .generated: names.formUnion(["source generate", "map set"])
            case .web(let kind, _): names.insert("source \(kind.component)")
            }
        }
        for stage in stages {
            names.insert("stage " + yaml(stage).prefix { $0 != ":" })
            if case .map(let number) = stage {
                names.insert("map " + maps[number % maps.count].prefix { $0 != ":" })
            }
        }
        for sink in sinks {
            if case .lines = sink { names.insert("sink jsonl") } else { names.insert("sink sqlite") }
        }
        return names
    }

    private func yaml(_ stage: Stage) -> String {
        switch stage {
        case .pass(let number): "filter: size(title) < \(1000 + number)"
        case .drop(let digit): "filter: \"!title.endsWith('\(digit)')\""
        case .fail(let digit):
            "map: { set: { checked: \"title.endsWith('\(digit)') ? 1 / (size(title) - size(title)) : 1\" } }"
        case .map(let number):
            "map: \(maps[number % maps.count].contains(":") ? "{ \(maps[number % maps.count]) }" : maps[number % maps.count])"
        case .dedup(let key):
            "dedup: { key: [\(key == 0 ? "id" : "\"id + '\(key)'\"")], history: 24h, ttl: 7d }"
        case .rate(let count): "rate_limit: \(count)/s"
        case .batch(let size, let seconds):
            "batch: { size: \(size)\(seconds.map { ", every: \($0)s" } ?? "") }"
        case .tap(let sinks): "tap: [" + sinks.map { yaml($0) }.joined(separator: ", ") + "]"
        }
    }

    private func options(of sink: Sink) -> String {
        rotates ? "{ path: \(path(of: sink)), rotate: 500B }" : path(of: sink)
    }

    private func yaml(_ sink: Sink) -> String {
        switch sink {
        case .lines:
            "{ jsonl: \(options(of: sink))\(formerSinks[sink].map { ", was: \(path(of: sink, $0))" } ?? "") }"
        case .table:
            "{ sqlite: { path: \(path(of: sink)), table: items, key: \(isWeb ? "id" : "u") } }"
        }
    }
}
