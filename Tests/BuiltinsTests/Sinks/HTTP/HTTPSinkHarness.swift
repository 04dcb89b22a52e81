import Diagnostics
import Fetching
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
        let source = HTTPSinkHarness.file(entry)
        let outside = OutsideValues(environment: environment, file: { _ in [] })
        let reading = PipelineSpec.read(
            source, catalog: .builtin, mode: .resolving(outside),
            checkExpression: ExpressionEnvironment.builtin.check)
        guard let spec = reading.spec else { throw SourceHarness.Unreadable(text: "\(reading.diagnostics)") }
        var context = BuildContext(directory: ".", pipeline: "test")
        context[FetcherKey.self] = fetcher
        context[ExpressionEnvironmentKey.self] = .builtin
        context[RedactorKey.self] = reading.redactor
        return try PipelineCompiler(context: context).compile(spec).stages.flatMap(\.targets)
    }

    /// What is wrong with an entry under `tap:`, over feed items.
    static func findings(_ entry: String) -> [String] {
        let source = file(entry, source: "rss: https://example.org/feed")
        let reading = PipelineSpec.read(
            source, catalog: .builtin, checkExpression: ExpressionEnvironment.builtin.check)
        return reading.diagnostics.diagnostics.map { finding in
            let place = finding.range.start.offset..<finding.range.end.offset
            return "\(source.text(place)): \(finding.message)"
        }
    }

    private static func file(_ entry: String, source: String = "jsonl: in.jsonl") -> SourceText {
        SourceText(
            name: "test.yaml",
            text: "name: test\nsources: [{ \(source) }]\nstages:\n  - tap:\n      \(entry)\n")
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
