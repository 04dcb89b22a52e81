import Logging
import Records

/// A pipeline's stages, divided into the tasks that run them and the buffers between.
struct Chain: Sendable {
    /// A waiting stage and the steps that run in its task.
    private struct Segment: Sendable {
        var input: AsyncBuffer
        var head: any WaitingStage
        var steps: [any Step] = []
    }

    /// Where the sources write.
    let inlet: AsyncBuffer
    private let last: AsyncBuffer
    private let segments: [Segment]
    private let taps: [SinkWriter]
    private let deadLetters: SinkWriter?
    private let orphans: [RecordFailure]
    private let cleanup: HistoryCleanup?
    private let store: any CheckpointStore
    private let run: RunFigures
    private let pipeline: Pipeline
    private let environment: RunEnvironment

    /// The name that the dead letters' position is stored under; no spec can give it to a sink.
    static let deadLettersName = ".dead_letters"

    init(
        _ pipeline: Pipeline, restored: Checkpoint, store: any CheckpointStore, figures: RunFigures,
        environment: RunEnvironment
    ) throws {
        self.pipeline = pipeline
        self.store = store
        self.environment = environment
        run = figures
        var builder = ChainBuilder(
            pipeline: pipeline, held: restored.held, store: store, run: figures, environment: environment)
        let inlet = AsyncBuffer(capacity: pipeline.settings.buffer)
        self.inlet = inlet
        let tracker = PositionTracker(names: pipeline.sources.map(\.name), positions: restored.sources)
        var segments = [
            Segment(input: inlet, head: InletStage(tracker: tracker, mode: pipeline.settings.mode))
        ]
        for (node, stage) in zip(pipeline.stages, figures.stages) {
            switch try builder.part(for: node, figures: stage) {
            case .step(let step): segments[segments.count - 1].steps.append(step)
            case .waiting(let head):
                let input = AsyncBuffer(capacity: node.buffer ?? pipeline.settings.buffer)
                segments.append(Segment(input: input, head: head))
            }
        }
        self.segments = segments
        last = AsyncBuffer(capacity: pipeline.settings.buffer)
        taps = builder.writers
        deadLetters = builder.deadLetters()
        orphans = try builder.orphans()
        cleanup = builder.cleanup()
    }

    /// Opens all sinks, each put back to its position.
    func open(_ positions: [String: SinkPosition]) async throws {
        for writer in taps + [deadLetters].compactMap(\.self) {
            let journal = StoreJournal(store: store, sink: writer.name)
            try await writer.open(from: positions[writer.name], journal: journal)
        }
        if !orphans.isEmpty { try inlet.put(.failures(orphans)) }
    }

    func addTasks(
        to group: inout ThrowingTaskGroup<ChildResult, any Error>, storeExecutor: BlockingExecutor,
        deliver: (@Sendable ([Record]) async throws -> Void)?
    ) {
        for (index, segment) in segments.enumerated() {
            let next = index + 1 < segments.count ? segments[index + 1].input : last
            let emitter = Emitter(steps: segment.steps, next: next)
            let blocking = segment.steps.contains { $0.blocks }
            let executor = blocking ? BlockingExecutor(label: "feedspine.stage.\(index)") : nil
            group.addTask(executorPreference: executor) {
                try await segment.head.run(segment.input, emitter)
                return .stage
            }
        }
        let end = EndStage(
            store: store, storeExecutor: storeExecutor, steps: segments.flatMap(\.steps),
            deadLetters: deadLetters,
            orphanedStages: Set(orphans.map(\.stage)).sorted(), cleanup: cleanup, run: run, deliver: deliver)
        group.addTask {
            try await end.run(last)
            return .end
        }
        group.addTask {
            await tick(every: pipeline.settings.checkpoint, clock: environment.clock)
            return .ticker
        }
    }

    /// Lets the inlet know when a checkpoint is due, until the inlet has ended or the task is cancelled.
    private func tick(every interval: Duration, clock: any Clock<Duration>) async {
        do {
            while true {
                try await clock.sleep(for: interval)
                try inlet.put(.tick)
            }
        } catch {
            // Cancelled, or no more input: there is nothing left to tick for.
        }
    }

    /// Ends every buffer, so that no task waits for another that is gone.
    func fail(_ error: any Error) {
        for segment in segments { segment.input.fail(error) }
        last.fail(error)
    }

    func close() async {
        for writer in taps + [deadLetters].compactMap(\.self) { await writer.close() }
    }

    /// Records in front of each waiting stage, by the name of the stage that reads them; the first is the inlet.
    var fills: [Int] { segments.map(\.input.fill) }
}

/// Writes a sink's notes into the checkpoint store.
private struct StoreJournal: SinkJournal {
    let store: any CheckpointStore
    let sink: String

    func note(_ position: SinkPosition) throws { try store.note(position, sink: sink) }
}
