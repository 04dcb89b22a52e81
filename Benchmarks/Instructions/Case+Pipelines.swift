import Builtins
import Diagnostics
import Foundation
import Hosting
import Logging
import PipelineSpec
import Streaming

extension Case {
    /// Whole pipelines over a file of 4000 items, each time from the beginning.
    static let pipelines = [
        Case(
            pipeline: "filter-project",
            """
            settings: { state: ":memory:" }
            stages:
              - filter: content.type == "important" && content.score > 50
              - map: { pick: [id, title, url] }
              - tap: { jsonl: out.jsonl }
            """),
        dedup("dedup-memory", state: ":memory:"), dedup("dedup-disk", state: "state.db"),
        Case(
            pipeline: "sqlite",
            """
            settings: { state: ":memory:" }
            stages:
              - tap: { sqlite: out.db }
            """)
    ]

    private static func dedup(_ name: String, state: String) -> Case {
        Case(
            pipeline: name,
            """
            settings: { state: "\(state)" }
            stages:
              - dedup: { key: [url] }
              - filter: score > 98
              - tap: { jsonl: out.jsonl }
            """)
    }

    private init(pipeline name: String, _ rest: String) {
        self.init(name: name) {
            let lines = Data(ItemLines.plain.text(count: 4000))
            let spec = "name: counted\nsources:\n  - jsonl: in.jsonl\n\(rest)\n"
            return {
                let folder = FileManager.default.temporaryDirectory.appending(path: "counted-\(getpid())")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                defer { try? FileManager.default.removeItem(at: folder) }
                try lines.write(to: folder.appending(path: "in.jsonl"))
                try Case.run(SpecFile(text: spec, name: "counted.yaml", folder: folder.path))
            }
        }
    }

    private static func run(_ file: SpecFile) throws {
        let loop = TaskLoop()
        var host = PipelineHost(
            catalog: .builtin, expressions: .builtin,
            logger: Logger(label: "counted") { _ in SwiftLogNoOpLogHandler() })
        host.surroundings = Surroundings(
            clock: LeapingClock(time: loop.time), now: { 1_800_000_000_000_000_000 },
            uptime: { loop.time.now },
            random: { 0.5 })
        host.surroundings.executor = { _ in loop }
        let reading = host.read(file, .resolving)
        guard let spec = reading.spec else {
            throw InvalidSpec(messages: reading.diagnostics.diagnostics.map(\.message))
        }
        let session = try host.session(spec, redactor: reading.redactor, file: file)
        let failures = try loop.run { try await session.execute() }
        precondition(failures.isEmpty, "a source failed")
        let figures = session.run.figures
        precondition(figures.readCount == 4000 && figures.failureCount == 0, "a record was lost")
    }

    private struct InvalidSpec: Error { let messages: [String] }
}
