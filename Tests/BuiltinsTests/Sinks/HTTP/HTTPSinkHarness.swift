import Diagnostics
import Fetching
import Logging
import Pacing
import PipelineSpec
import Records
import Streaming
import TestSupport

@testable import Builtins

/// Builds sinks as a pipeline file has them, over a client of the test's.
struct HTTPSinkHarness {
    let server: ScriptedServer
    let fetcher: Fetcher
    let environment: [String: String]

    init(_ server: ScriptedServer, _ fetcher: Fetcher, environment: [String: String] = [:]) {
        self.server = server
        self.fetcher = fetcher
        self.environment = environment
    }

    /// Runs a server and a client for as long as the body takes.
    static func run<Value: Sendable>(
        clock: ManualClock? = nil, environment: [String: String] = [:],
        _ body: (ScriptedServer, HTTPSinkHarness) async throws -> Value
    ) async throws -> Value {
        var configuration = FetcherConfiguration(userAgent: "feedspine/1.2.3")
        if let clock { configuration.clock = .manual(clock) }
        let fetcher = Fetcher(configuration)
        return try await ScriptedServer.run { server in
            do {
                let value = try await body(
                    server, HTTPSinkHarness(server, fetcher, environment: environment))
                await fetcher.shutdown()
                return value
            } catch {
                await fetcher.shutdown()
                throw error
            }
        }
    }

    /// - Parameter entry: what stands under `tap:`, on one line.
    func sink(_ entry: String) throws -> any Sink { try targets(entry)[0].sink }

    /// The same of several.
    func targets(_ entry: String) throws -> [Pipeline.Target] {
        let (spec, context) = try compiled("tap:\n      \(entry)")
        return try PipelineCompiler(context: context).compile(spec).stages.flatMap(\.targets)
    }

    /// The map `http` as a run uses it.
    ///
    /// - Parameters:
    ///   - entry: what stands under `map:`, on one line.
    ///   - calls: what is known of earlier runs.
    func map(
        _ entry: String, calls: any CallStore = MemoryCalls(),
        now: @escaping @Sendable () -> Int64 = { 1000 },
        isForShow: Bool = false, logger: Logger = SourceHarness.silent
    ) throws -> any AsyncTransform {
        let (spec, context) = try compiled("map:\n      \(entry)\n  - tap: stdout")
        let book = CallBook(
            store: calls, hashKey: SipHashKey(1, 2), executor: BlockingExecutor(label: "test"), now: now)
        let body = try spec.stages.first?.parts.map?.make(context)
        guard let map = body as? any AsyncTransform else {
            throw SourceHarness.Unreadable(text: "no map that waits")
        }
        return map.opened(TransformOpening(calls: book, logger: logger, isForShow: isForShow))
    }

    private func compiled(_ stage: String) throws -> (PipelineSpec, BuildContext) {
        let source = HTTPSinkHarness.file(stage)
        let outside = OutsideValues(environment: environment, file: { _ in [] })
        let reading = PipelineSpec.read(
            source, catalog: .builtin, mode: .resolving(outside),
            checkExpression: ExpressionEnvironment.builtin.check)
        guard let spec = reading.spec else { throw SourceHarness.Unreadable(text: "\(reading.diagnostics)") }
        var context = BuildContext(directory: ".", pipeline: "test")
        context[FetcherKey.self] = fetcher
        context[ExpressionEnvironmentKey.self] = .builtin
        context[RedactorKey.self] = reading.redactor
        // The longest pauses.
        context[SurroundingsKey.self].random = { 1 }
        return (spec, context)
    }

    /// What is wrong with a stage, over feed items.
    static func findings(_ entry: String, stage: String = "tap") -> [String] {
        let end = stage == "tap" ? "" : "\n  - tap: stdout"
        let source = file("\(stage):\n      \(entry)\(end)", source: "rss: https://example.org/feed")
        let reading = PipelineSpec.read(
            source, catalog: .builtin, itemType: ExpressionEnvironment.builtin.itemType,
            checkExpression: ExpressionEnvironment.builtin.check)
        return reading.diagnostics.diagnostics.map { finding in
            let place = finding.range.start.offset..<finding.range.end.offset
            return "\(source.text(place)): \(finding.message)"
        }
    }

    private static func file(_ stage: String, source: String = "jsonl: in.jsonl") -> SourceText {
        SourceText(
            name: "test.yaml", text: "name: test\nsources: [{ \(source) }]\nstages:\n  - \(stage)\n")
    }
}

extension AsyncTransform {
    /// What becomes of a record, as JSON.
    func send(_ text: String) async throws -> [String] {
        try await transform(SinkRecords.parse([text])[0]).map { JSON($0).text }
    }
}

extension Sink {
    /// Writes records and gives back what becomes of them.
    func send(_ texts: String...) async throws -> [Refusal] { try await write(SinkRecords.parse(texts)) }
}

extension LoggedRequest {
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON? { try? JSON(parsing: body) }
    var key: String? { self["Idempotency-Key"] }
}
