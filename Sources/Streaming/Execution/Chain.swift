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
    private let end: EndStage
    private let sinks: [SinkWriter]
    private let positions: [String: SinkPosition]
    private let cleanup: HistoryCleanup?
    private let interval: Duration
    private let clock: any Clock<Duration>

    /// The name that the dead letters' position is stored under; no spec can give it to a sink.
    static let deadLettersName = ".dead_letters"

    init(
        _ pipeline: Pipeline, restored: Checkpoint, store: any CheckpointStore,
        storeExecutor: BlockingExecutor,
        figures: RunFigures, environment: RunEnvironment
    ) throws {
        let notes = try SinkNotes(restored: restored, store: store)
        let window = CheckpointWindow()
        var builder = ChainBuilder(
            pipeline: pipeline, held: restored.held, store: store, notes: notes, run: figures,
            environment: environment)
        var segments: [Segment] = []
        var first: [any Step] = []
        for (node, stage) in zip(pipeline.stages, figures.stages) {
            switch try builder.part(for: node, figures: stage) {
            case .step(let step):
                if segments.isEmpty {
                    first.append(step)
                } else {
                    segments[segments.count - 1].steps.append(step)
                }
            case .waiting(let head):
                let input = AsyncBuffer(capacity: node.buffer ?? pipeline.settings.buffer)
                stage.reads(input)
                segments.append(Segment(input: input, head: head))
            }
        }
        let orphans = try builder.orphans()
        inlet = AsyncBuffer(capacity: pipeline.settings.buffer)
        figures.reads(inlet)
        let head = builder.inlet(positions: restored.sources, window: window, orphans: orphans)
        self.segments = [Segment(input: inlet, head: head, steps: first)] + segments
        last = AsyncBuffer(capacity: pipeline.settings.buffer)
        let deadLetters = builder.deadLetters()
        cleanup = builder.cleanup(executor: storeExecutor)
        end = EndStage(
            notes: notes, storeExecutor: storeExecutor, window: window, steps: self.segments.flatMap(\.steps),
            deadLetters: deadLetters, orphanedStages: Set(orphans.map(\.stage)).sorted(), cleanup: cleanup,
            run: figures)
        sinks = builder.writers + [deadLetters].compactMap(\.self)
        positions = restored.sinks
        interval = pipeline.settings.checkpoint
        clock = environment.clock
    }

    /// Opens all sinks, each put back to its position; when one cannot be opened, those before it are closed again.
    func open() async throws {
        for (index, sink) in sinks.enumerated() {
            do {
                try await sink.open(from: positions[sink.name])
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
            let executor = blocking ? BlockingExecutor(label: "feedspine.stage.\(index)") : nil
            group.addTask(executorPreference: executor) {
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
        if let cleanup {
            group.addTask {
                try await cleanup.sweep()
                return .sweep
            }
        }
    }

    /// Lets the inlet know when a checkpoint is due, until the inlet has ended or the task is cancelled.
    private func tick() async {
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
        for sink in sinks { await sink.close() }
    }
}
