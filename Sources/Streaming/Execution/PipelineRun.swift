package import Logging
package import Records
import Synchronization

/// One run of a pipeline.
///
/// Every source and every stage that waits is a child task; between them stand bounded buffers. Steps that answer at
/// once run in the task of the waiting stage before them.
package final class PipelineRun: Sendable {
    package let pipeline: Pipeline
    package let figures: RunFigures

    private let store: any CheckpointStore
    private let environment: RunEnvironment
    private let stopping = StopSignal()

    /// - Parameter store: where the run goes on from, and keeps its checkpoints.
    package init(_ pipeline: Pipeline, store: any CheckpointStore, environment: RunEnvironment) {
        self.pipeline = pipeline
        self.store = store
        self.environment = environment
        figures = RunFigures(
            sources: pipeline.sources.map { SourceFigures(name: $0.name) },
            stages: pipeline.stages.map { StageFigures(name: $0.name, kind: $0.operation.kind) })
    }

    /// Stops the sources; what is in flight is delivered and a last checkpoint made, then ``run(deliver:)`` returns.
    package func stop() { stopping.stop() }

    /// Runs until all sources have ended, or ``stop()``.
    ///
    /// - Parameter deliver: given the records that went the whole way, in order.
    /// - Returns: the sources that failed.
    /// - Throws: ``StageFailure``, ``SinkFailure``, an error of the store, or `CancellationError`. What was not
    ///   covered by a checkpoint is done again by the next run.
    @discardableResult
    package func run(deliver: (@Sendable ([Record]) async throws -> Void)? = nil) async throws -> [String:
        String]
    {
        let storeExecutor = BlockingExecutor(label: "feedspine.state")
        let store = store
        let restored = try await withTaskExecutorPreference(storeExecutor) { try store.restore() }
        let chain = try Chain(
            pipeline, restored: restored, store: store, figures: figures, environment: environment)
        do {
            try await chain.open(restored.sinks)
            let failed = try await withThrowingTaskGroup(of: ChildResult.self) { group in
                chain.addTasks(to: &group, storeExecutor: storeExecutor, deliver: deliver)
                let sources = SourceGroup(
                    pipeline: pipeline, positions: restored.sources, inlet: chain.inlet, figures: figures,
                    environment: environment, stopping: stopping,
                    budget: environment.limit.map(RecordBudget.init))
                group.addTask { .sources(await sources.run()) }
                return try await self.result(of: &group, chain: chain)
            }
            await chain.close()
            return failed
        } catch {
            await chain.close()
            throw error
        }
    }

    private func result(
        of group: inout ThrowingTaskGroup<ChildResult, any Error>, chain: Chain
    ) async throws -> [String: String] {
        var failed: [String: String] = [:]
        do {
            while let child = try await group.next() {
                switch child {
                case .sources(let failures):
                    failed = failures
                    chain.inlet.finish()
                case .stage: break
                case .end: group.cancelAll()
                case .ticker: break
                }
            }
        } catch {
            // The first error is the cause; what the other tasks say when their buffers fail is its echo.
            chain.fail(error)
            stopping.stop()
            group.cancelAll()
            while let next = await group.nextResult() { _ = next }
            throw error
        }
        return failed
    }
}

/// How a child task of a run ended.
enum ChildResult: Sendable {
    /// All sources are done; those that failed, with the reason.
    case sources([String: String])
    case stage
    /// The end of the chain has seen everything.
    case end
    case ticker
}

/// What a run takes from outside: time, chance, the log, the place for dead letters.
package struct RunEnvironment: Sendable {
    package var clock: any Clock<Duration>
    /// Nanoseconds since 1970.
    package var now: @Sendable () -> Int64
    /// 0..<1.
    package var random: @Sendable () -> Double
    package var logger: Logger
    /// Takes the records that stages give up; nil only counts them.
    package var deadLetters: (any Sink)?
    /// Whether sources with `every` are read again and again.
    package var watches: Bool
    /// The sources stop after this many records in all.
    package var limit: Int?

    package init(
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Int64 = Timestamp.now,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, logger: Logger,
        deadLetters: (any Sink)? = nil, watches: Bool = false, limit: Int? = nil
    ) {
        self.clock = clock
        self.now = now
        self.random = random
        self.logger = logger
        self.deadLetters = deadLetters
        self.watches = watches
        self.limit = limit
    }
}

/// Tells the sources of a run to stop, once.
final class StopSignal: Sendable {
    private struct State {
        var stopped = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func stop() {
        let waiting = state.withLock { state in
            state.stopped = true
            return state.waiting.take()
        }
        waiting?.resume()
    }

    /// Returns when ``stop()`` was called, or the waiting task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.stopped || Task.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { $0.waiting.take() }
            waiting?.resume()
        }
    }
}
