import Diagnostics
import FeedSpineCommands
import Foundation
import Hosting
import Logging
import PipelineSpec
import Streaming
import Synchronization
import Testing

/// A program whose pipelines stand on no disk and have their state in memory.
struct Workbench {
    private let runner: Runner
    private let store = MemoryStore(isDurable: true)
    private let host: PipelineHost
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("feedspine-\(UUID().uuidString)").path

    init(_ runner: Runner) {
        self.runner = runner
        host = PipelineHost(
            catalog: runner.catalog, expressions: runner.expressions,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func file(_ text: String) -> SpecFile {
        SpecFile(text: text, name: "test.yaml", folder: folder)
    }

    /// The findings of a pipeline file, each with its line and column.
    func findings(_ text: String) -> [String] {
        host.read(file(text), .checking).diagnostics.diagnostics.map {
            let advice = $0.suggestion.map { " (\($0.text))" } ?? ""
            return "\($0.range.start.line):\($0.range.start.column): \($0.message)\(advice)"
        }
    }

    /// Runs a pipeline to its end over what the ones before have left in the state.
    ///
    /// - Parameter limit: records after which it ends.
    /// - Returns: the records that failed.
    @discardableResult
    func run(_ text: String, limit: Int? = nil) async throws -> Int {
        let reading = host.read(file(text), .resolving)
        let spec = try #require(reading.spec, "\(reading.diagnostics.diagnostics.map(\.message))")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let session = try host.session(
            spec, redactor: reading.redactor, file: file(text), options: Session.Options(limit: limit),
            store: store)
        _ = try await session.execute()
        return session.run.figures.failureCount
    }

    /// What `components NAME` prints.
    func page(_ name: String) -> String? {
        TerminalReference(runner.catalog, functions: runner.functions).page(name)
    }

    /// What `components` prints.
    var overview: String { TerminalReference(runner.catalog, functions: runner.functions).overview }

    /// What `schema` prints.
    var schema: String { runner.schema.document.text(pretty: false) }

    /// What `components --format markdown` prints.
    var reference: String { ReferencePage(runner.catalog, functions: runner.functions).markdown }
}

/// Where sinks write in a test.
final class Written: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock(\.self) }
    func append(_ more: [String]) { state.withLock { $0 += more } }
}
