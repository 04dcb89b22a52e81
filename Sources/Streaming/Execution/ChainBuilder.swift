import Logging
import Records

/// Makes the running parts of a chain from the nodes of a pipeline.
struct ChainBuilder {
    enum Part {
        case step(any Step)
        case waiting(any WaitingStage)
    }

    let pipeline: Pipeline
    /// What stages held at the last checkpoint, by their names.
    var held: [String: [HeldRecord]]
    let store: any CheckpointStore
    let notes: SinkNotes
    let run: RunFigures
    let environment: RunEnvironment
    /// All sinks so far.
    private(set) var writers: [SinkWriter] = []

    private var isBatched = false
    private var longestTTL: Duration?

    init(
        pipeline: Pipeline, held: [String: [HeldRecord]], store: any CheckpointStore, notes: SinkNotes,
        run: RunFigures, environment: RunEnvironment
    ) {
        self.pipeline = pipeline
        self.held = held
        self.store = store
        self.notes = notes
        self.run = run
        self.environment = environment
    }

    mutating func part(for node: Pipeline.StageNode, figures: StageFigures) throws -> Part {
        let rule = FailureRule(
            stage: node.name, disposal: node.onError.then, figures: figures, now: environment.now)
        switch node.operation {
        case .filter(let predicate):
            return .step(
                FilterStep(predicate: predicate, when: node.when, rule: rule, logger: environment.logger))
        case .map(let transform):
            return .step(MapStep(transform: transform, when: node.when, rule: rule))
        case .dedup(let identification, let history, let ttl):
            // A key that still makes duplicates must not be forgotten.
            longestTTL = max(longestTTL ?? .zero, ttl, history)
            return .step(
                DedupStep(
                    identification: identification, when: node.when, history: history, store: store,
                    rule: rule,
                    logger: environment.logger))
        case .rateLimit(let rate):
            return .waiting(
                RateLimitStage(rate: rate, when: node.when, rule: rule, clock: environment.clock))
        case .batch(let limits):
            isBatched = true
            let restored = try restore(node.name)
            return .waiting(
                BatchStage(
                    limits: limits, when: node.when, restored: restored, rule: rule, clock: environment.clock)
            )
        case .tap(let targets):
            let sinks = targets.map { writer(for: $0, onError: node.onError, figures: figures) }
            writers += sinks
            return .waiting(
                TapStage(
                    writers: sinks, when: node.when, rule: rule, isBatched: isBatched, run: run,
                    logger: environment.logger))
        }
    }

    /// The sink for what stages give up.
    func deadLetters() -> SinkWriter? {
        environment.deadLetters.map { sink in
            writer(
                for: Pipeline.Target(name: Chain.deadLettersName, sink: sink),
                onError: OnError(retry: RetryPolicy(), then: .fail),
                figures: StageFigures(name: Chain.deadLettersName, kind: "tap"))
        }
    }

    /// Records that were held by stages which the pipeline no longer has.
    func orphans() throws -> [RecordFailure] {
        for (stage, records) in held where !records.isEmpty && environment.deadLetters == nil {
            environment.logger.warning(
                "stage '\(stage)' is gone; the \(records.count) records that it held are lost")
        }
        return try held.sorted { $0.key < $1.key }.flatMap { stage, records in
            try records.map { held in
                RecordFailure(
                    record: try held.record(slot: 0), stage: stage,
                    message: "the stage held this record when the pipeline last stopped, and is gone",
                    time: environment.now())
            }
        }
    }

    func cleanup(executor: BlockingExecutor) -> HistoryCleanup? {
        longestTTL.map { ttl in
            HistoryCleanup(
                store: store, executor: executor, ttl: ttl.components.seconds, now: environment.now)
        }
    }

    /// The head of the chain; built last, when it is known what the stages hold.
    func inlet(
        positions: [String: SourcePosition], window: CheckpointWindow, orphans: [RecordFailure]
    ) -> InletStage {
        InletStage(
            tracker: PositionTracker(names: pipeline.sources.map(\.name), positions: positions),
            mode: pipeline.settings.mode, window: window,
            recordsBetweenMarkers: longestTTL == nil ? nil : ChainBuilder.recordsBetweenMarkers,
            orphans: orphans)
    }

    /// Each of them may leave a key in memory until it is durable.
    private static let recordsBetweenMarkers = 50_000

    private mutating func restore(_ name: String) throws -> [Record] {
        let slots = Dictionary(pipeline.sources.enumerated().map { ($1.name, $0) }) { first, _ in first }
        return try (held.removeValue(forKey: name) ?? []).map { try $0.record(slot: slots[$0.source] ?? 0) }
    }

    private func writer(for target: Pipeline.Target, onError: OnError, figures: StageFigures) -> SinkWriter {
        SinkWriter(
            name: target.name, sink: target.sink, onError: onError,
            executor: target.sink.blocks ? BlockingExecutor(label: "feedspine.sink.\(target.name)") : nil,
            figures: figures, clock: environment.clock, random: environment.random,
            logger: environment.logger,
            notes: notes)
    }
}
