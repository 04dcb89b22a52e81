import Hosting
import Pacing
import Records
import Streaming
import Synchronization
import TestSupport

/// A spec in short, with the identities that its parts have in a state.
struct Sketch: Sendable {
    struct Input: Sendable {
        var address: String
        var label: String?
        var was: String?
        /// The items that it has; their texts are told apart by it, unless two inputs are to have the same.
        var items = "i"
        var isFeed = false
    }

    enum Stage: Sendable {
        case filter(String)
        case dedup(_ key: String, was: String? = nil)
        case batch(Int)
        case rate(Int)
        case tap([String], was: [String: String] = [:])
    }

    var inputs: [Input] = [Input(address: "a.jsonl")]
    var stages: [Stage]
    /// Whether parts are called by other names than their addresses.
    var hasLabels = false
}

/// A state, and what sinks have, over several runs of a pipeline that is edited in between.
final class Scenario: Sendable {
    let outputs = Outputs()
    let store = MemoryStore(isDurable: true)

    /// Runs over the first so many items of each input.
    ///
    /// - Parameter isStopped: whether the run is stopped when all it can do is done; else it ends by itself.
    func run(_ sketch: Sketch, items: Int, isStopped: Bool) async throws {
        let environment = RunEnvironment(
            clock: EngineClock(ManualClock()), now: { 1_700_000_000_000_000_000 }, uptime: { .seconds(1) },
            random: { 0.5 }, logger: Log().logger)
        let run = PipelineRun(
            pipeline(sketch, items: items, waits: isStopped), store: store, environment: environment)
        guard isStopped else {
            try await run.run()
            return
        }
        async let ended = run.run()
        while !run.figures.isSettled(read: items * sketch.inputs.count) { await Task.yield() }
        run.stop()
        _ = try await ended
    }

    func plan(_ sketch: Sketch) -> Plan {
        let file = SpecFile(text: "", name: "t.yaml", folder: "/")
        return Plan(
            pipeline(sketch, items: 0, waits: false), over: store.restore(), hashKey: store.hashKey,
            state: StatePlace(nil, pipeline: "t", file: file))
    }

    private func pipeline(_ sketch: Sketch, items: Int, waits: Bool) -> Pipeline {
        let sources = sketch.inputs.map { input in
            let lines = items == 0 ? [] : (1...items).map { "{\"url\":\"\(input.items)\($0)\"}" }
            return Pipeline.SourceNode(
                name: input.label ?? input.address, identity: Identity("jsonl \(input.address)"),
                was: input.was,
                source: LineSource(lines: lines, showsAllAgain: input.isFeed, waits: waits))
        }
        let stages = sketch.stages.enumerated().map { place, stage in
            node(stage, label: sketch.hasLabels ? "stage \(place)" : nil)
        }
        return Pipeline(name: "t", sources: sources, stages: stages)
    }

    private func node(_ stage: Sketch.Stage, label: String?) -> Pipeline.StageNode {
        func node(
            _ identity: String, was: String? = nil, _ operation: some StageOperation
        ) -> Pipeline.StageNode {
            Pipeline.StageNode(
                name: label ?? identity, identity: Identity(identity), was: was, operation: operation)
        }
        switch stage {
        case .filter(let text): return node("filter \(text)", FilterOperation(ClosurePredicate { _ in true }))
        case .dedup(let key, let was):
            return node(
                "dedup \(key)", was: was,
                DedupOperation(
                    FieldIdentification(paths: [[Key("url")]]), history: .seconds(86_400),
                    ttl: .seconds(86_400)))
        case .batch(let size): return node("batch", BatchOperation(BatchLimits(size: size)))
        case .rate(let count): return node("rate_limit", RateLimitOperation(Rate(count, per: .seconds(1))))
        case .tap(let sinks, let was):
            let targets = sinks.map { sink in
                Pipeline.Target(
                    name: label.map { "\($0) \(sink)" } ?? sink, identity: Identity("memory \(sink)"),
                    was: was[sink], sink: outputs.sink(was[sink] ?? sink))
            }
            return node("tap " + sinks.joined(separator: ", "), TapOperation(targets))
        }
    }
}

extension RunFigures {
    /// Whether all records that were read are at the end, dropped, or held.
    fileprivate func isSettled(read: Int) -> Bool {
        guard readCount == read else { return false }
        var expected = read
        for stage in stages {
            let left = stage.outCount + stage.duplicateCount + stage.heldCount
            guard stage.inCount == expected, left == stage.inCount else { return false }
            expected = stage.outCount
        }
        return endCount == expected
    }
}
