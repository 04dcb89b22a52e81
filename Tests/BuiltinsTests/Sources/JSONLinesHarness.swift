import Foundation
import Logging
import Records
import Streaming
import Synchronization

@testable import Builtins

/// Reads JSON Lines from a folder, again and again with the same state.
final class JSONLinesHarness: Sendable {
    let store = MemoryStore()
    private let messages = Mutex<[String]>([])

    struct Outcome {
        /// The records in the order of their delivery.
        var lines: [String] = []
        /// What the source failed with.
        var failure: String?
        var rejected = 0
        /// What was logged at `notice` and above.
        var log: [String] = []
    }

    /// - Parameters:
    ///   - paths: as in a spec that stands in `folder`.
    ///   - limit: stops after so many records, as a run that is broken off.
    ///   - cores: so many threads parse and read.
    func run(_ paths: String..., in folder: String, limit: Int? = nil, cores: Int = 2) async throws -> Outcome
    {
        let source = JSONLinesSource(paths: paths, directory: folder, lines: JSONLines())
        let pipeline = Pipeline(
            name: "test", settings: Pipeline.Settings(), sources: [.init(name: "s", source: source)],
            stages: [])
        let log = Log()
        let run = PipelineRun(
            pipeline, store: store,
            environment: RunEnvironment(
                cores: cores, logger: Logger(label: "test") { _ in log }, limit: limit))
        let delivered = Mutex<[String]>([])
        let failed = try await run.run { records in
            delivered.withLock { $0 += records.map { JSON($0).text } }
        }
        return Outcome(
            lines: delivered.withLock { $0 }, failure: failed["s"],
            rejected: run.figures.sources[0].rejectCount, log: log.lines)
    }
}

/// Keeps what is worth a person's attention.
private final class Log: LogHandler, Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .notice }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { kept.withLock { $0.append("\(event.level): \(event.message)") } }
}
