internal import Logging
internal import Streaming

/// Feeds, and a storage that knows what has been delivered of them: where pipelines begin.
///
/// ```swift
/// struct Countdown: FeedAdapter {
///     let name = "countdown"
///     func fetch() -> AsyncStream<Record> {
///         AsyncStream { continuation in
///             for number in (1...3).reversed() {
///                 if let record = try? Record(json: "{\"id\":\(number)}") { continuation.yield(record) }
///             }
///             continuation.finish()
///         }
///     }
/// }
///
/// let spine = FeedSpine(storage: .memory, feeds: [Countdown()])
/// for try await record in spine.collectStream() { print(record) }
/// ```
///
/// Its streams share the storage, so one at a time is under way; a second one begins when the first has ended.
public struct FeedSpine: Sendable {
    private let storage: Storage
    private let feeds: [any Feed]
    private let buffer: Int
    private let gate = RunGate()

    /// ```swift
    /// let spine = FeedSpine(storage: .sqlite("news.db"), feeds: [bbc, reddit], buffer: 100)
    /// ```
    ///
    /// - Parameters:
    ///   - storage: what the streams go on from.
    ///   - feeds: read in this order where they are not read at the same time. Their names differ.
    ///   - buffer: records between two stages, at least 1; their bytes are bounded by 64 MB in all.
    public init(storage: Storage = .memory, feeds: [any Feed], buffer: Int = 1000) {
        precondition(buffer > 0, "a pipeline holds at least one record between two stages")
        precondition(
            Set(feeds.map(\.name)).count == feeds.count,
            "feeds are told apart by their names; two have the same one")
        self.storage = storage
        self.feeds = feeds
        self.buffer = buffer
    }

    /// A stream of all records, the feeds read one after the other, in constant memory.
    ///
    /// ```swift
    /// for try await record in spine.collectStream() { print(record["id"].int ?? 0) }
    /// ```
    public func collectStream() -> Pipeline<Record> { pipeline(maxConcurrent: 1) }

    /// A stream of all records, several feeds read at the same time.
    ///
    /// ```swift
    /// let sources = try await spine.collectParallel(maxConcurrent: 2).map(\.source).collect()
    /// ```
    ///
    /// - Parameter maxConcurrent: feeds, at least 1.
    public func collectParallel(maxConcurrent: Int) -> Pipeline<Record> {
        pipeline(maxConcurrent: maxConcurrent)
    }

    /// All records at once, when the last feed has been read to its end: memory grows with their number.
    ///
    /// ```swift
    /// let records = try await spine.collect()
    /// ```
    ///
    /// - Throws: ``PipelineError``.
    public func collect() async throws(PipelineError) -> [Record] { try await collectStream().collect() }

    /// A chain that begins with all records.
    ///
    /// ```swift
    /// let important = try await spine.pipeline().filter { $0["type"] == "important" }.count()
    /// ```
    ///
    /// - Parameter maxConcurrent: feeds that are read at the same time, at least 1.
    public func pipeline(maxConcurrent: Int = 4) -> Pipeline<Record> {
        precondition(maxConcurrent > 0, "at least one feed is read at a time")
        var settings = Streaming.Pipeline.Settings()
        settings.maxConcurrentSources = maxConcurrent
        settings.buffer = buffer
        let causes = Causes()
        return Pipeline(
            engine: Engine(
                storage: storage, sources: feeds.map { $0.node(causes) }, settings: settings, gate: gate,
                causes: causes),
            stages: [], elements: .records)
    }
}

extension FeedSpine {
    /// Which feeds have shown a record, and when: what the storage knows of it from a `dedup` with `sightings: true`.
    ///
    /// A pipeline may be under way meanwhile; what it has seen since its last checkpoint is not among it.
    ///
    /// ```swift
    /// let spine = FeedSpine(feeds: [bbc, reddit])
    /// try await spine.pipeline().dedup(sightings: true) { $0["url"].string }.drain()
    /// for sighting in try spine.sightings(of: "https://example.org/a") { print(sighting) }
    /// ```
    ///
    /// - Parameters:
    ///   - key: what the dedup's closure gives for the record.
    ///   - stage: the name of the dedup.
    /// - Returns: one for each feed, in the order in which they showed it first.
    /// - Throws: ``PipelineError`` when the storage cannot be read.
    public func sightings(of key: String, in stage: String = "dedup") throws(PipelineError) -> [Sighting] {
        do { return try storage.sightings(of: key, in: stage) } catch {
            throw PipelineError(.storage, "\(error)", underlying: error)
        }
    }
}

/// What all pipelines of one beginning share.
struct Engine: Sendable {
    let storage: Storage
    let sources: [Streaming.Pipeline.SourceNode]
    let settings: Streaming.Pipeline.Settings
    let gate: RunGate
    let causes: Causes

    /// Runs a chain to its end, or until it is stopped.
    ///
    /// - Parameter begun: given the run, to stop it.
    /// - Returns: the run's figures.
    func run(
        _ stages: [Streaming.Pipeline.StageNode], begun: (PipelineRun) -> Void = { _ in }
    ) async throws(PipelineError) -> RunFigures {
        do {
            return try await gate.alone {
                causes.forget()
                let pipeline = Streaming.Pipeline(
                    name: "FeedSpine", settings: settings, sources: sources, stages: stages)
                let (store, close) = try storage.open()
                defer { close() }
                let run = PipelineRun(
                    pipeline, store: store,
                    environment: RunEnvironment(logger: Logger(label: "FeedSpine")))
                begun(run)
                if let (feed, reason) = try await run.run().min(by: { $0.key < $1.key }) {
                    throw PipelineError(.feed(feed), reason, underlying: causes.first(in: feed))
                }
                return run.figures
            }
        } catch {
            throw PipelineError(error, causes)
        }
    }
}
