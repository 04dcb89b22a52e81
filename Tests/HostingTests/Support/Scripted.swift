import Foundation
import Logging
import PipelineSpec
import Records
import Streaming
import Synchronization
import TestSupport

/// What sinks of a test have written, by the sink's address; it outlives the runs.
final class Outputs: Sendable {
    private let contents = Mutex<[String: [String]]>([:])

    subscript(name: String) -> [String] { contents.withLock { $0[name] ?? [] } }

    var all: [String: [String]] { contents.withLock { $0 } }

    func append(_ lines: [String], to name: String) {
        contents.withLock { $0[name, default: []] += lines }
    }

    func sink(_ name: String) -> any Sink { MemorySink(name: name, outputs: self) }
}

private struct MemorySink: Sink {
    let name: String
    let outputs: Outputs

    func open(_ opening: SinkOpening) {}

    func write(_ records: [Record]) -> [Refusal] {
        outputs.append(records.map(Lines.text), to: name)
        return []
    }

    func checkpoint() -> SinkPosition? { nil }
    func close() {}
}

enum Lines {
    static func records(_ texts: [String], origin: Origin, from index: Int = 0) throws -> [Record] {
        try texts.enumerated().map { place, text in
            let (chunk, root) = try JSONParser().parse(text, origin: origin)
            return Record(chunk: chunk, root: root, index: UInt64(index + place))
        }
    }

    static func text(_ record: Record) -> String {
        var output = OutputBuffer()
        output.append(record)
        return String(decoding: output.bytes, as: UTF8.self)
    }
}

/// Sends lines as records: as a file does, behind those that it has sent before, or all of them each time, as a feed.
struct LineSource: Source {
    var lines: [String]
    var showsAllAgain = false
    /// Whether more might come: the source ends only when it is stopped.
    var waits = false

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        let start = showsAllAgain ? 0 : min(anchor.flatMap { Int($0.json) } ?? 0, lines.count)
        let records = try Lines.records(Array(lines[start...]), origin: outlet.origin(), from: start)
        try await outlet.send(records, then: Anchor(json: "\(lines.count)"))
        if waits { try await Task.sleep(for: .seconds(86_400)) }
    }
}

/// The lines of the log of a test.
final class Log: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: Log
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.lines.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}

extension Surroundings {
    /// A world in which only the test moves time, and nothing is left to chance.
    static func manual(_ clock: ManualClock, now: Int64? = nil) -> Surroundings {
        Surroundings(
            clock: EngineClock(clock),
            now: { now ?? Int64(clock.date.timeIntervalSince1970 * 1_000_000_000) },
            uptime: { clock.now }, random: { 0.5 })
    }
}
