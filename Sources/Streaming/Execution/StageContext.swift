import Logging
import Pacing
import Records

/// What a stage finds when it is built: the node that it is built from, and what the chain shares.
package struct StageContext {
    let store: any CheckpointStore
    let flow: Flow
    let time: HistoryTime
    let run: RunFigures
    let environment: RunEnvironment
    /// The stage that is being built.
    private(set) var node: Pipeline.StageNode
    /// Its identity in stored form.
    private(set) var identity = ""
    private(set) var rule: FailureRule
    /// Whether records come in batches to the stage that is being built.
    var isBatched = false
    /// Whether a stage before the one that is being built held the rest of a batch when the run before ended; taps may
    /// have its beginning.
    var hasRestOfBatch = false
    /// All sinks so far, each once for each tap that writes to it.
    private(set) var writers: [SinkWriter] = []

    private var figures: StageFigures
    private let held: HeldRestoration
    /// Whether there are records of an earlier run that have been in sinks which are ahead of them.
    let mayHaveReturned: Bool
    private let rates: [String: Int64]
    private let dedups: [String: any AdmittingStep]
    private var sinks: SinkTable
    /// The sink that the pipeline names for dead letters, where the run keeps any.
    private let letters: Pipeline.Target?
    private var callBook: CallBook?

    /// - Parameter left: stages whose records go on elsewhere.
    init(
        _ pipeline: Pipeline, restored: RestoredState, left: Set<String>, store: any CheckpointStore,
        flow: Flow,
        time: HistoryTime, readings: Readings, run: RunFigures, environment: RunEnvironment
    ) throws {
        self.store = store
        self.flow = flow
        self.time = time
        self.run = run
        self.environment = environment
        rates = restored.rates
        letters = environment.deadLetters == nil ? nil : pipeline.deadLetters
        sinks = SinkTable(pipeline, restored, letters: letters, store: store)
        node = Pipeline.StageNode(name: "", operation: TapOperation([]))
        figures = StageFigures(name: "", kind: "")
        rule = FailureRule(stage: "", disposal: .fail, figures: figures, now: environment.now)
        var dedups: [String: any AdmittingStep] = [:]
        for (node, figures) in zip(pipeline.stages, run.stages) {
            let identity = node.identity.stored(store.hashKey)
            let rule = FailureRule(
                stage: node.name, disposal: node.onError.then, figures: figures, now: environment.now)
            switch node.operation {
            case let operation as DedupOperation:
                dedups[identity] = DedupStep(
                    identity: identity, identification: operation.identification, when: node.when,
                    history: operation.history, store: store, readings: readings, now: { time.now },
                    sightings: operation.keepsSightings ? SightingLog(ttl: operation.ttl) : nil, rule: rule,
                    logger: environment.logger)
            case let operation as NearOperation:
                dedups[identity] = NearStep(
                    identity: identity, near: operation.near, when: node.when, history: operation.history,
                    store: store, readings: readings, now: { time.now }, rule: rule,
                    logger: environment.logger)
            default: continue
            }
        }
        self.dedups = dedups
        held = HeldRestoration(
            restored.held, left: left, pipeline: pipeline, writers: sinks.users, dedups: dedups)
        mayHaveReturned = held.hasDeliveries
    }

    /// Makes the running part of a stage.
    mutating func part(for node: Pipeline.StageNode, figures: StageFigures) throws -> StagePart {
        self.node = node
        self.figures = figures
        identity = node.identity.stored(store.hashKey)
        rule = FailureRule(
            stage: node.name, disposal: node.onError.then, figures: figures, now: environment.now)
        return try node.operation.build(&self)
    }

    /// What stages note of the calls that they make: one book, so that they share its transactions.
    mutating func calls() -> CallBook {
        if let callBook { return callBook }
        let book = CallBook(
            store: store.calls, hashKey: store.hashKey, executor: environment.executor("feedspine.calls"),
            now: { [time] in time.now })
        callBook = book
        return book
    }

    /// What the stage held when the run before ended.
    func restoredHold() throws -> RestoredHold { try held.hold(of: identity) }

    /// What a stage or the inlet held, by its identity in stored form.
    func restoredHold(of identity: String) throws -> RestoredHold { try held.hold(of: identity) }

    /// What a stage held that goes on elsewhere.
    func heldRecords(of identity: String) throws -> [Record] { try held.records(of: identity) }

    /// Time since the last record left the stage; nil where that is not known.
    var timeSinceLast: Duration? {
        // A wall clock that was set back says nothing; then a record may leave one interval from now.
        rates[identity].map {
            .nanoseconds(max(0, environment.now().subtractingReportingOverflow($0).partialValue))
        }
    }

    /// The step of the `dedup` that is being built; all were made before, since records that are held know theirs.
    var dedupStep: DedupStep { step() }
    /// The same of one that compares texts.
    var nearStep: NearStep { step() }

    private func step<Step>() -> Step {
        guard let step = dedups[identity] as? Step else { preconditionFailure("every dedup has its step") }
        return step
    }

    /// The tap's way to a sink.
    mutating func writer(for target: Pipeline.Target) -> SinkWriter {
        var writer = sinks.writer(
            for: target, onError: node.onError, figures: figures, environment: environment)
        writer.latency = run.timings?.latency(ofSink: target.name).map { ($0, environment.now) }
        writers.append(writer)
        return writer
    }

    /// The ways of what stages give up: to the sink that the pipeline names for it, and to the file for what that refuses.
    mutating func deadLetterWriters() -> [SinkWriter] {
        guard let file = environment.deadLetters else { return [] }
        let targets = [letters, Pipeline.Target(name: DeadLetter.identity, sink: file)].compactMap(\.self)
        let ways = targets.map { target in
            sinks.writer(
                for: target, onError: OnError(retry: RetryPolicy(), then: .fail),
                figures: StageFigures(name: target.name, kind: "tap"), environment: environment)
        }
        writers += ways
        return ways
    }
}

/// The sinks of a pipeline by identity: taps that name one sink share it.
struct SinkTable {
    private struct Entry {
        let sink: any Sink
        let executor: (any TaskExecutor)?
        let notes: SinkNotes
        let shared: SharedSink?
        var users = 0
    }

    private let store: any CheckpointStore
    /// By identity in stored form, how many taps write to a sink.
    let users: [String: Int]
    /// The sink of the dead letters, which taps may write to as well.
    private let letters: String?
    private let lastNote: UInt64
    private var entries: [String: Entry] = [:]

    init(
        _ pipeline: Pipeline, _ restored: RestoredState, letters: Pipeline.Target?,
        store: any CheckpointStore
    ) {
        self.store = store
        self.letters = letters?.identity.stored(store.hashKey)
        lastNote = restored.lastNote
        var users: [String: Int] = [:]
        for case let tap as TapOperation in pipeline.stages.map(\.operation) {
            for target in tap.targets { users[target.identity.stored(store.hashKey), default: 0] += 1 }
        }
        self.users = users
    }

    mutating func writer(
        for target: Pipeline.Target, onError: OnError, figures: StageFigures, environment: RunEnvironment
    ) -> SinkWriter {
        let identity = target.identity.stored(store.hashKey)
        var entry = entries[identity] ?? entry(target, identity, environment)
        defer { entries[identity] = entry }
        entry.users += 1
        return SinkWriter(
            name: target.name, identity: identity, sink: entry.sink, onError: onError,
            executor: entry.executor, shared: entry.shared.map { ($0, entry.users - 1) }, figures: figures,
            clock: environment.clock, random: environment.random, logger: environment.logger,
            notes: entry.notes)
    }

    private func entry(
        _ target: Pipeline.Target, _ identity: String, _ environment: RunEnvironment
    ) -> Entry {
        let count = users[identity, default: 0] + (letters == identity ? 1 : 0)
        return Entry(
            sink: target.sink,
            executor: target.sink.blocks ? environment.executor("feedspine.sink.\(target.name)") : nil,
            notes: SinkNotes(sink: identity, store: store, last: lastNote),
            shared: count > 1 ? SharedSink(users: count) : nil
        )
    }
}
