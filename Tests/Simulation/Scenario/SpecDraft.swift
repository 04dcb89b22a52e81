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
    /// Which of its addresses a sink has; 0 where it has no other.
    var addresses: [Sink: Int] = [:]
    /// The address that it had before, where the spec says so.
    var formerSinks: [Sink: Int] = [:]
    var checkpointSeconds = 1
    var concurrentSources = 4
    /// Whether files of lines get another name when they are full.
    var rotates = false

    /// From the spec's folder.
    func path(of sink: Sink) -> String { path(of: sink, addresses[sink, default: 0]) }

    func path(of sink: Sink, _ address: Int) -> String {
        let place = address > 0 ? ".at\(address)" : ""
        return switch sink {
        case .lines(let name): "out/\(name).jsonl\(place)"
        case .table(let name): "out/\(name).db\(place)"
        }
    }

    /// Files that are open at one time, at most.
    var mostOpenFiles: Int {
        // The state: its lock, its notes, and two connections to a file with a log, a third while the log is taken in.
        let state = 2 + 3 * 2
        // A file that was rotated is open until the next checkpoint.
        let sinks = Set(self.sinks).reduce(0) { if case .lines = $1, !rotates { $0 + 1 } else { $0 + 2 } }
        return state + sinks + min(concurrentSources, inputs.count) + 1 + 1
    }

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
