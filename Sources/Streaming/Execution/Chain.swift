import Records

/// A pipeline's stages, divided into the tasks that run them and the buffers between.
struct Chain: Sendable {
    /// A waiting stage and the steps that run in its task.
    private struct Segment: Sendable {
        var input: AsyncBuffer
        var head: any WaitingStage
        var steps: [any Step] = []
        /// Records of the run before that go on here, each with the step that they go on with.
        var returning: [(step: Int, held: RestoredHold)] = []
    }

    /// Where the sources write.
    let inlet: AsyncBuffer
    let flow: Flow
    private let last: AsyncBuffer
    private let segments: [Segment]
    private let end: EndStage
    private let sinks: [SinkWriter]
    private let restored: RestoredState
    /// Where sources and their parts go on.
    let positions: StartingPositions
    /// The sources that go on with what the state has under another identity, by identity in stored form.
    let carriedOver: Set<String>
    private let cleanup: HistoryCleanup
    private let interval: Duration
    private let environment: RunEnvironment

    init(
        _ pipeline: Pipeline, restored: RestoredState, store: any CheckpointStore,
        storeExecutor: any TaskExecutor, acknowledgements: Acknowledgements, figures: RunFigures,
        environment: RunEnvironment, isHandingOver: @escaping @Sendable () -> Bool
    ) throws {
        let settings = pipeline.settings
        let change = SpecChange(
            pipeline, over: restored, hashKey: store.hashKey, realAddress: environment.realAddress)
        var restored = restored
        let opening = restored.carryOver(change)
        let ttl = pipeline.longestTTL
        let time = HistoryTime(restored: restored.clock, reach: ttl, environment)
        let readings = Readings()
        // A quarter for what has been read and not been let in, the rest for what is in the chain.
        flow = Flow(budget: settings.bufferBytes / 4 * 3)
        inlet = AsyncBuffer(capacity: Load(records: settings.buffer, bytes: settings.bufferBytes / 4))
        figures.reads(inlet, flow)
        figures.restored(restored.held.values.reduce(0) { $0 + $1.count })
        var context = try StageContext(
            pipeline, restored: restored, left: change.stagesLeft, store: store, flow: flow, time: time,
            readings: readings,
            run: figures, environment: environment)
        var layout = ChainLayout()
        var heads: [(head: any WaitingStage, input: AsyncBuffer)] = []
        var batchInputs: [AsyncBuffer] = []
        for (node, stage) in zip(pipeline.stages, figures.stages) {
            switch try context.part(for: node, figures: stage).kind {
            case .step(let step): layout.append(step)
            case .waiting(let head):
                let input = AsyncBuffer(
                    capacity: Load(records: node.buffer ?? settings.buffer, bytes: settings.bufferBytes / 4),
                    flow: flow)
                stage.reads(input)
                head.prepare(input)
                if head is BatchStage { batchInputs.append(input) }
                heads.append((head, input))
                layout.appendSegment()
            }
        }
        let window = CheckpointWindow()
        let head = InletStage(
            tracker: PositionTracker(
                identities: pipeline.sources.map { $0.identity.stored(store.hashKey) },
                positions: restored.sources),
            mode: settings.mode, flow: flow, window: window,
            recordsBetweenMarkers: pipeline.hasHistory ? Chain.recordsBetweenMarkers : nil,
            restored: try context.restoredHold(of: InletStage.identity), batchInputs: batchInputs,
            holdsBack: heads.contains { $0.head.holdsBack }, opening: opening, readings: readings,
            time: time, run: figures, isHandingOver: isHandingOver)
        var segments = [Segment(input: inlet, head: head, steps: layout.steps[0])]
        for (index, part) in heads.enumerated() {
            segments.append(Segment(input: part.input, head: part.head, steps: layout.steps[index + 1]))
        }
        for held in change.held where held.entry != .stage {
            let place = layout.place(held.entry)
            let records = try context.heldRecords(of: held.stage)
            segments[place.segment].returning.append((place.step, RestoredHold(records: records)))
        }
        self.segments = segments
        last = AsyncBuffer(
            capacity: Load(records: settings.buffer, bytes: settings.bufferBytes / 4), flow: flow)
        cleanup = HistoryCleanup(
            store: store, executor: environment.executor("feedspine.history"), ttl: ttl, now: { time.now },
            uptime: environment.uptime)
        let letterWriters = context.deadLetterWriters()
        var deadLetters: DeadLetterOffice?
        if !letterWriters.isEmpty {
            deadLetters = DeadLetterOffice(
                writers: letterWriters, store: store, storeExecutor: storeExecutor, time: time, history: ttl,
                redact: environment.redact, run: figures)
        }
        end = EndStage(
            store: store, storeExecutor: storeExecutor, window: window, steps: segments.flatMap(\.steps),
            deadLetters: deadLetters, acknowledgements: acknowledgements, cleanup: cleanup, run: figures)
        sinks = context.writers.filter { $0.shared.map { $0.user == 0 } ?? true }
        // The stages have them now.
        restored.held = [:]
        positions = StartingPositions(restored.sources)
        restored.sources = [:]
        self.restored = restored
        carriedOver = change.sourcesCarriedOver
        interval = settings.checkpoint
        self.environment = environment
        change.log(to: environment.logger)
        time.log(to: environment.logger)
    }

    /// A marker is due after so many records: each may leave a key in memory until it is durable.
    private static let recordsBetweenMarkers = 50_000

    /// Opens all sinks, each put back to its position; when one cannot be opened, those before it are closed again.
    func open() async throws {
        for (index, sink) in sinks.enumerated() {
            do {
                try await sink.open(restored)
            } catch {
                for opened in sinks.prefix(index) { await opened.close() }
                throw error
            }
        }
    }

    func addTasks(
        to group: inout ThrowingTaskGroup<ChildResult, any Error>,
        deliver: (@Sendable ([Record]) async throws -> Void)?
    ) {
        for (index, segment) in segments.enumerated() {
            let next = index + 1 < segments.count ? segments[index + 1].input : last
            let emitter = Emitter(steps: segment.steps, next: next)
            let blocking = segment.steps.contains { $0.blocks }
            let executor = blocking ? environment.executor("feedspine.stage.\(index)") : nil
            group.addTask(on: executor) {
                for (step, held) in segment.returning {
                    try await emitter.records(held.take(), from: step)
                    // Where batches ended is not known any more.
                    try await emitter.control(.batchEnd)
                }
                try await segment.head.run(segment.input, emitter)
                return .stage
            }
        }
        group.addTask {
            try await end.run(last, deliver: deliver)
            return .end
        }
        group.addTask {
            await tick()
            return .ticker
        }
        group.addTask {
            try await cleanup.run()
            return .sweep
        }
    }

    /// Lets the inlet know when a checkpoint is due, until the task is cancelled.
    private func tick() async {
        while (try? await environment.clock.sleep(for: interval)) != nil {
            flow.tick()
            // An inlet that has no more input waits for the chain to empty, and hears the tick there.
            try? inlet.put(.tick)
        }
    }

    /// Ends every buffer, so that no task waits for another that is gone.
    func fail(_ error: any Error) {
        for segment in segments { segment.input.fail(error) }
        last.fail(error)
    }

    func close() async {
        for sink in sinks { await sink.close() }
    }
}

/// Where the stages of a spec stand: which segment of the chain, and which step of it.
private struct ChainLayout {
    private(set) var steps: [[any Step]] = [[]]
    /// By the stage's place in the spec, where records go on behind it.
    private var places: [(segment: Int, step: Int)] = []

    mutating func append(_ step: any Step) {
        steps[steps.count - 1].append(step)
        places.append((steps.count - 1, steps[steps.count - 1].count))
    }

    mutating func appendSegment() {
        steps.append([])
        places.append((steps.count - 1, 0))
    }

    func place(_ entry: SpecChange.Held.Entry) -> (segment: Int, step: Int) {
        if case .behind(let stage) = entry { places[stage] } else { (0, 0) }
    }
}
