/// A spec of the catalogue's parts, in a form that can be drawn, edited and written as YAML.
struct SpecDraft: Sendable, Equatable {
    enum Source: Sendable, Equatable {
        /// A pattern that also covers the names that the file is rotated to.
        case files(String)
        /// A feed or another source of the web, by its path on the server.
        case web(WebServer.Kind, String)
        /// So many items.
        case generated(Int)

        /// The name that its records know it by.
        var name: String {
            switch self {
            case .files(let pattern): String(pattern.dropFirst(3).prefix { $0 != "." })
            case .web(_, let path): path
            case .generated: "g"
            }
        }
    }

    struct Input: Sendable, Equatable {
        var source: Source
        var label: String?
        /// Which of its addresses stands in the spec; all lead to the same.
        var address = 0
        /// The address that it had before, where the spec says so.
        var was: Int?
    }

    enum Stage: Sendable, Equatable {
        /// Lets everything pass; the number tells it from others.
        case pass(Int)
        /// Drops the records whose title ends with a digit.
        case drop(Int)
        /// Fails on those.
        case fail(Int)
        /// One of the maps that change nothing that counts.
        case map(Int)
        /// The number tells keys from each other that mean the same.
        case dedup(key: Int)
        case rate(perSecond: Int)
        case batch(size: Int, seconds: Int?)
        case tap([Sink])

        /// Whether it can go, come and move without any record faring otherwise.
        var isNeutral: Bool {
            switch self {
            case .pass, .map, .rate, .batch: true
            case .drop, .fail, .dedup, .tap: false
            }
        }
    }

    enum Sink: Sendable, Hashable {
        case lines(String)
        case table(String)

        var name: String {
            switch self {
            case .lines(let name): name
            case .table(let name): name
            }
        }
    }

    var inputs: [Input]
    var stages: [Stage]
    var buffer = 100
    var bufferBytes = 64_000_000
    var checkpointSeconds = 1
    var concurrentSources = 4

    /// The field that tells every record from every other one.
    var uniqueField: String {
        isWeb ? "title" : "u"
    }

    var isWeb: Bool { inputs.contains { if case .web = $0.source { true } else { false } } }

    /// Where stages may be put: what a document shows again passes everything in front of the dedup again.
    var firstFreeStage: Int { isWeb ? 1 : 0 }

    /// The number of items that are made.
    var generated: Int? {
        for case .generated(let count) in inputs.map(\.source) { return count }
        return nil
    }

    var sinks: [Sink] {
        stages.flatMap { stage -> [Sink] in if case .tap(let sinks) = stage { sinks } else { [] } }
    }

    /// Whether all that is delivered has passed a dedup that nothing was delivered in front of.
    var isCovered: Bool {
        let isDedup = { (stage: Stage) in if case .dedup = stage { true } else { false } }
        let isTap = { (stage: Stage) in if case .tap = stage { true } else { false } }
        guard let dedup = stages.firstIndex(where: isDedup), let tap = stages.firstIndex(where: isTap) else {
            return false
        }
        return dedup < tap
    }
}

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

    private func yaml(_ sink: Sink) -> String {
        switch sink {
        case .lines(let name): "{ jsonl: out/\(name).jsonl }"
        case .table(let name):
            "{ sqlite: { path: out/\(name).db, table: items, key: \(isWeb ? "id" : "u") } }"
        }
    }
}

extension SpecDraft.Input {
    /// Whether its address can be written in another way.
    var canMove: Bool {
        switch source {
        case .files: true
        case .generated: false
        case .web(let kind, _): kind.hasAddress
        }
    }
}
