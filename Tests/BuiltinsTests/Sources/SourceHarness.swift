import Diagnostics
import Fetching
import Foundation
import Logging
import Pacing
import PipelineSpec
import Records
import Streaming
import Synchronization
import TestSupport

@testable import Builtins

/// Runs web sources, written as in a pipeline file, against a scripted server and keeps their state between runs.
final class SourceHarness: Sendable {
    struct Outcome {
        var items: [JSON] = []
        /// Failed sources with their reasons.
        var failed: [String: String] = [:]
        /// Parts of the input that could not be read.
        var rejected = 0
        /// The numbers of the readings that showed the items; 0 is none.
        var readings: Set<Int64> = []

        func values(_ field: String) -> [String?] { items.map { $0[field]?.string } }

        /// The ids without the feed's address, which those that are no URI have in front.
        var ownIDs: [String?] {
            values("id").map { id in id?.split(separator: "#").last.map(String.init) }
        }
    }

    static let catalog = Catalog(
        sources: [
            RedditSource.component, MastodonSource.component, HackerNewsSource.component,
            HTTPJSONSource.component, FeedSource.component, JSONLinesSource.component,
            ExecSource.component, GenerateSource.component
        ], maps: [], sinks: [StdoutSink.component])

    let store = MemoryStore()
    /// Of all runs but those of ``nextPoll(_:)``.
    let log = LogLines()
    private let fetcher: Fetcher

    private init(_ fetcher: Fetcher) { self.fetcher = fetcher }

    static func run(
        clock: ManualClock = ManualClock(), _ body: (ScriptedServer, SourceHarness) async throws -> Void
    ) async throws {
        var configuration = FetcherConfiguration(userAgent: "feedspine/1.2.3 (+https://example.com)")
        configuration.clock = .manual(clock)
        // One attempt; and the clock stands still, so a host that refuses is not waited for.
        configuration.retry = RetryPolicy(attempts: 1, initial: .zero, maximum: .seconds(60))
        let fetcher = Fetcher(configuration)
        let harness = SourceHarness(fetcher)
        try await ScriptedServer.run { server in
            do {
                try await body(server, harness)
                await fetcher.shutdown()
            } catch {
                await fetcher.shutdown()
                throw error
            }
        }
    }

    /// Runs sources once, from where the last run left off.
    ///
    /// - Parameters:
    ///   - sources: the entries under `sources:`, one a line.
    ///   - limit: stops after so many records, as a run that is broken off.
    ///   - retry: how often a failed source is read again within the run.
    ///   - store: where the state is kept, instead of in ``store``.
    ///   - log: takes what is logged, instead of ``log``.
    ///   - onDelivery: given what has been delivered in all, each time that something is.
    func run(
        _ sources: String..., limit: Int? = nil, directory: String = ".",
        retry: RetryPolicy? = nil, from store: MemoryStore? = nil, log: LogLines? = nil,
        onDelivery: (@Sendable ([JSON]) -> Void)? = nil
    ) async throws -> Outcome {
        let compiled = try compile(sources, directory: directory)
        // One attempt where nothing else is said: what follows a failure is for the tests to decide.
        let pipeline = Pipeline(
            name: compiled.name, settings: compiled.settings,
            sources: compiled.sources.map { .init(name: $0.name, source: $0.source, retry: retry) },
            stages: compiled.stages)
        let delivered = Delivered()
        let run = PipelineRun(
            pipeline, store: store ?? self.store,
            environment: RunEnvironment(logger: (log ?? self.log).logger, limit: limit))
        let failed = try await run.run {
            delivered.add($0)
            onDelivery?(delivered.items)
        }
        // By component: a name has the address in it, and with that a port of this run.
        let byComponent = failed.map { (String($0.key.prefix { $0 != ":" }), $0.value) }
        return Outcome(
            items: delivered.items, failed: Dictionary(byComponent) { first, _ in first },
            rejected: run.figures.sources.reduce(0) { $0 + $1.rejectCount }, readings: delivered.readings)
    }

    /// Reads a polled source once.
    ///
    /// - Returns: the time until the next reading.
    func nextPoll(_ source: String) async throws -> Duration? {
        let (pauses, report) = AsyncStream.makeStream(of: Duration.self)
        let pipeline = try compile([source], directory: ".")
        let run = PipelineRun(
            pipeline, store: store,
            environment: RunEnvironment(
                clock: StillClock(report: report), logger: SourceHarness.silent, watches: true))
        async let failed = run.run()
        // The clock is also asked to sleep until the next checkpoint.
        let pause = await pauses.first { $0 != pipeline.settings.checkpoint }
        run.stop()
        _ = try await failed
        return pause
    }

    func compile(_ sources: [String], directory: String) throws -> Pipeline {
        let text = "name: test\nsources:\n" + sources.map { "  - \($0)\n" }.joined()
        let source = SourceText(name: "test.yaml", bytes: Array(text.utf8))
        let reading = PipelineSpec.read(
            source, catalog: SourceHarness.catalog,
            mode: .resolving(OutsideValues(environment: [:], file: { _ in [] })),
            checkExpression: ExpressionEnvironment.builtin.check)
        guard let spec = reading.spec else { throw Unreadable(text: "\(reading.diagnostics)") }
        var context = BuildContext(directory: directory, pipeline: "test")
        context[FetcherKey.self] = fetcher
        context[ExpressionEnvironmentKey.self] = .builtin
        return try PipelineCompiler(context: context).compile(spec)
    }

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    struct Unreadable: Error { let text: String }

    private final class Delivered: Sendable {
        private let state = Mutex<(items: [JSON], readings: Set<Int64>)>(([], []))

        func add(_ records: [Record]) {
            state.withLock { state in
                state.items += records.map { JSON($0) }
                state.readings.formUnion(records.map(\.chunk.origin.reading))
            }
        }

        var items: [JSON] { state.withLock { $0.items } }
        var readings: Set<Int64> { state.withLock { $0.readings } }
    }
}

/// A clock that stands still and tells for how long it is asked to sleep; who sleeps wakes when cancelled.
private struct StillClock: Clock {
    struct Instant: InstantProtocol {
        var offset = Swift.Duration.zero

        func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    let report: AsyncStream<Swift.Duration>.Continuation
    let now = Instant()
    let minimumResolution = Swift.Duration.zero

    func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        report.yield(now.duration(to: deadline))
        try await ManualClock().sleep(now.duration(to: deadline))
    }
}

/// A folder that is removed with the object.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "feedspine-sources-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    }
}
