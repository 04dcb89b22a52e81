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
            stages: pipeline.stages.map { StageFigures(name: $0.name, kind: $0.operation.kind) },
            timings: environment.keepsTimings ? RunTimings(pipeline) : nil,
            uptime: environment.uptime)
    }

    /// Stops the sources; what is in flight is delivered, what is held back is left to the next run, and a last
    /// checkpoint made, then ``run(deliver:)`` returns.
    package func stop() {
        figures.enter(.stopping)
        stopping.stop()
    }

    /// Whether it has been told to stop.
    package var isStopped: Bool { stopping.isStopped }

    /// Runs until all sources have ended, or ``stop()``.
    ///
    /// - Parameter deliver: given the records that went the whole way, in order.
    /// - Returns: the sources that failed, with the reason.
    /// - Throws: ``SourceFailure``, ``StageFailure``, ``SinkFailure``, ``ShutdownTimeout``, an error of the store, or
    ///   `CancellationError`. What was not covered by a checkpoint is done again by the next run.
    @discardableResult
    package func run(
        deliver: (@Sendable ([Record]) async throws -> Void)? = nil
    ) async throws -> [String: String] {
        defer { figures.enter(.ended) }
        let (chain, acknowledgements) = try await restoredChain()
        try await chain.open()
        figures.enter(.running)
        do {
            let failed = try await withThrowingTaskGroup(of: ChildResult.self) { group in
                chain.addTasks(to: &group, deliver: deliver)
                addSources(to: &group, chain: chain, acknowledgements)
                return try await result(of: &group, chain: chain)
            }
            await chain.close()
            return failed
        } catch {
            await chain.close()
            throw error
        }
    }

    /// The chain as the run before left it. What the store gave for that is not kept: records that are held can be many.
    private func restoredChain() async throws -> (Chain, Acknowledgements) {
        let storeExecutor = environment.executor("feedspine.state")
        let restored = try await withTaskExecutorPreference(storeExecutor) { [store] in try store.restore() }
        let acknowledgements = Acknowledgements(
            isSilent: !environment.acknowledges, isDurable: store.isDurable, held: restored.held,
            logger: environment.logger)
        let chain = try Chain(
            pipeline, restored: restored, store: store, storeExecutor: storeExecutor,
            acknowledgements: acknowledgements, figures: figures, environment: environment,
            // What a store that goes with the process would keep, nobody could go on with.
            isHandingOver: { [stopping, store] in stopping.isStopped && store.isDurable })
        return (chain, acknowledgements)
    }

    private func addSources(
        to group: inout ThrowingTaskGroup<ChildResult, any Error>, chain: Chain,
        _ acknowledgements: Acknowledgements
    ) {
        let inlet = SourceInlet(
            buffer: chain.inlet, sources: pipeline.sources.count, positions: chain.positions,
            carriedOver: chain.carriedOver, hashKey: store.hashKey,
            budget: environment.limit.map(RecordBudget.init),
            acknowledgements: acknowledgements, environment: environment)
        let sources = SourceGroup(pipeline: pipeline, inlet: inlet, figures: figures, stopping: stopping)
        group.addTask { .sources(try await sources.run()) }
        group.addTask { [stopping, environment, timeout = pipeline.settings.shutdownTimeout] in
            do {
                try await stopping.wait()
                chain.flow.poke()
                try await environment.clock.sleep(for: timeout)
            } catch {
                return .watchdog
            }
            throw ShutdownTimeout(timeout: timeout)
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
                case .end: group.cancelAll()
                case .stage, .ticker, .sweep, .watchdog: break
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
    /// The history has been cleaned up once.
    case sweep
    /// Nothing had to be ended because it took too long.
    case watchdog
}
