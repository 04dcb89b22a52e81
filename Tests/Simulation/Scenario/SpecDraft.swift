/// A spec of the catalogue's parts, in a form that can be drawn, edited and written as YAML.
struct SpecDraft: Sendable, Equatable {
    enum Source: Sendable, Equatable {
        /// A pattern that also covers the names that the file is rotated to.
        case files(String)
        case feed(String)
    }

    struct Input: Sendable, Equatable {
        var source: Source
        var label: String?
    }

    enum Stage: Sendable, Equatable {
        /// Lets everything pass; the number tells it from others.
        case pass(Int)
        /// Drops the records whose title ends with a digit.
        case drop(Int)
        /// Fails on those.
        case fail(Int)
        case dedup
        case rate(perSecond: Int)
        case batch(size: Int, seconds: Int?)
        case tap([Sink])

        /// Whether it can go, come and move without any record faring otherwise.
        var isNeutral: Bool {
            switch self {
            case .pass, .rate, .batch: true
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
    var checkpointSeconds = 1
    var concurrentSources = 4

    /// The field that tells every record from every other one.
    var uniqueField: String {
        inputs.contains { if case .feed = $0.source { true } else { false } } ? "id" : "u"
    }

    var sinks: [Sink] {
        stages.flatMap { stage -> [Sink] in if case .tap(let sinks) = stage { sinks } else { [] } }
    }
    var hasDedup: Bool { stages.contains(.dedup) }
}

extension SpecDraft {
    var yaml: String {
        """
        name: simulated
        settings: { buffer: \(buffer), checkpoint: \(checkpointSeconds)s, max_concurrent_sources: \(concurrentSources) }
        sources:
        \(inputs.map { yaml($0) }.joined(separator: "\n"))
        stages:
        \(stages.map { "  - " + yaml($0) }.joined(separator: "\n"))

        """
    }

    private func yaml(_ input: Input) -> String {
        let address =
            switch input.source {
            case .files(let path): "jsonl: \(path)"
            case .feed(let path): "rss: http://\(WebServer.host)\(path)\n    every: 60s"
            }
        return "  - \(address)" + (input.label.map { "\n    name: \($0)" } ?? "")
    }

    private func yaml(_ stage: Stage) -> String {
        switch stage {
        case .pass(let number): "filter: size(title) < \(1000 + number)"
        case .drop(let digit): "filter: \"!title.endsWith('\(digit)')\""
        case .fail(let digit):
            "map: { set: { checked: \"title.endsWith('\(digit)') ? 1 / (size(title) - size(title)) : 1\" } }"
        case .dedup: "dedup: { key: [id], history: 24h, ttl: 7d }"
        case .rate(let count): "rate_limit: \(count)/s"
        case .batch(let size, let seconds):
            "batch: { size: \(size)\(seconds.map { ", every: \($0)s" } ?? "") }"
        case .tap(let sinks): "tap: [" + sinks.map { yaml($0) }.joined(separator: ", ") + "]"
        }
    }

    private func yaml(_ sink: Sink) -> String {
        switch sink {
        case .lines(let name): "{ jsonl: out/\(name).jsonl }"
        case .table(let name): "{ sqlite: { path: out/\(name).db, table: items, key: \(uniqueField) } }"
        }
    }
}
