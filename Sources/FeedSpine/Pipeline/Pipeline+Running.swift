internal import Records
internal import Streaming
internal import Synchronization

extension Pipeline {
    /// Runs the pipeline to its end.
    ///
    /// ```swift
    /// try await spine.pipeline().tap { print($0) }.drain()
    /// ```
    ///
    /// - Throws: ``PipelineError``.
    public func drain() async throws(PipelineError) { _ = try await engine.run(stages) }

    /// Runs the pipeline to its end and counts what comes out.
    ///
    /// ```swift
    /// let count = try await spine.pipeline().count()
    /// ```
    ///
    /// - Throws: ``PipelineError``.
    public func count() async throws(PipelineError) -> Int {
        if !elements.isBatch { return try await engine.run(stages).endCount }
        var count = 0
        for try await _ in self { count += 1 }
        return count
    }

    /// Runs the pipeline to its end and keeps what comes out: memory grows with it.
    ///
    /// ```swift
    /// let titles = try await spine.pipeline().map { $0["title"].string ?? "" }.collect()
    /// ```
    ///
    /// - Throws: ``PipelineError``.
    public func collect() async throws(PipelineError) -> [Element] {
        var all: [Element] = []
        for try await element in self { all.append(element) }
        return all
    }
}

/// Asking for the next element acknowledges the one before. What has not been acknowledged when the loop is left, or the
/// program dies, comes again with the next stream of the same storage; after a crash, also what was acknowledged since
/// the last checkpoint.
extension Pipeline: AsyncSequence {
    /// What ends a run before its end.
    public typealias Failure = PipelineError

    /// Begins a run; it starts when the first element is asked for.
    ///
    /// ```swift
    /// var iterator = spine.pipeline().makeAsyncIterator()
    /// let first = try await iterator.next()
    /// ```
    public func makeAsyncIterator() -> Iterator { Iterator(pipeline: self) }

    /// One run of a pipeline.
    ///
    /// ```swift
    /// var records: Pipeline<Record>.Iterator = spine.pipeline().makeAsyncIterator()
    /// ```
    public struct Iterator: AsyncIteratorProtocol {
        private let pipeline: Pipeline
        private var reading: Reading?

        init(pipeline: Pipeline) { self.pipeline = pipeline }

        /// The next element; nil at the end.
        ///
        /// ```swift
        /// let record = try await records.next()
        /// ```
        ///
        /// - Throws: ``PipelineError``.
        public mutating func next() async throws(PipelineError) -> Element? {
            try await next(isolation: #isolation)
        }

        /// The next element; nil at the end.
        ///
        /// ```swift
        /// let other = try await records.next(isolation: #isolation)
        /// ```
        ///
        /// - Throws: ``PipelineError``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(PipelineError) -> Element? {
            let reading = self.reading ?? Reading(pipeline.engine, pipeline.stages)
            self.reading = reading
            guard let unit = try await reading.next() else { return nil }
            do { return try pipeline.elements.element(of: unit) } catch {
                throw PipelineError(.stage("iteration"), "\(error)", underlying: error)
            }
        }
    }
}

/// A run that one task reads from. It is stopped when nobody reads it any more.
private final class Reading: Sendable {
    private let handover = Handover()
    private let task: Task<PipelineError?, Never>
    private let stopping: Stopping

    init(_ engine: Engine, _ stages: [Streaming.Pipeline.StageNode]) {
        let last = Streaming.Pipeline.StageNode(
            name: "iteration", operation: ConsumerOperation(handover), onError: OnError(then: .fail))
        let stopping = Stopping()
        self.stopping = stopping
        task = Task { [handover] in
            defer { handover.end() }
            do throws(PipelineError) {
                _ = try await engine.run(stages + [last]) { stopping.begun($0) }
                return nil
            } catch {
                return error
            }
        }
    }

    deinit { stopping.stop() }

    func next() async throws(PipelineError) -> [Records.Record]? {
        if let unit = await handover.next() { return unit }
        stopping.stop()
        // Of a task that is cancelled the run makes a last checkpoint all the same.
        if let error = await task.value { throw error }
        return nil
    }
}

/// Stops a run that may not have begun.
private final class Stopping: Sendable {
    private let state = Mutex<(run: PipelineRun?, isStopped: Bool)>((nil, false))

    func begun(_ run: PipelineRun) {
        let isStopped = state.withLock { state in
            state.run = run
            return state.isStopped
        }
        if isStopped { run.stop() }
    }

    func stop() {
        let run = state.withLock { state in
            state.isStopped = true
            return state.run
        }
        run?.stop()
    }
}
