import Foundation
import Logging
import Records
import Streaming
import Synchronization
import TestSupport

@testable import Builtins

/// What an engine keeps of a sink from one life to the next: its position, and its notes since.
final class SinkHistory: SinkJournal {
    struct Dead: Error {}

    private struct State {
        var position: SinkPosition?
        var notes: [SinkPosition] = []
        var isDead = false
        var calls: FaultyFileCalls?
        var syncs = 0
    }

    private let state = Mutex(State())
    let log = LogLines()

    var notes: [SinkPosition] { state.withLock { $0.notes } }

    func note(_ position: SinkPosition) throws {
        try state.withLock { state in
            let isPast = state.isDead || state.calls?.isDead == true
            if state.calls?.passNote() != false, !isPast { state.notes.append(position) }
            if isPast || state.calls?.isDead == true { throw Dead() }
        }
    }

    func sync() { state.withLock { $0.syncs += 1 } }

    /// How often the notes were made to outlive the machine.
    var syncs: Int { state.withLock { $0.syncs } }

    /// A checkpoint with the sink's answer has become durable.
    func commit(_ position: SinkPosition?) {
        state.withLock { state in
            if let position { state.position = position }
            state.notes = []
        }
    }

    /// From here on nothing is noted: the process is gone.
    func die() { state.withLock { $0.isDead = true } }

    /// What the next life finds.
    ///
    /// - Parameter calls: its calls on files; when it dies in one of them, it notes nothing any more.
    func opening(_ calls: FaultyFileCalls? = nil) -> SinkOpening {
        state.withLock { state in
            state.isDead = false
            state.calls = calls
            return SinkOpening(
                position: state.position, notes: state.notes, journal: self, logger: log.logger)
        }
    }
}

/// What was logged.
final class LogLines: Sendable {
    private let lines = Mutex<[(level: Logger.Level, text: String)]>([])

    var all: [String] { lines.withLock { $0.map(\.text) } }

    /// What was said at a level or above, with the level.
    func said(_ least: Logger.Level) -> [String] {
        lines.withLock { $0.filter { $0.level >= least }.map { "\($0.level): \($0.text)" } }
    }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        init(lines: LogLines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append((event.level, "\(event.message)")) }
        }
    }
}

/// A folder for one test, removed with the object.
final class Folder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory.appendingPathComponent("sinks-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
    }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func lines(_ name: String) throws -> [String] {
        try text(name).split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
    }

    /// The lines of a file that is compressed; what cannot be read is not there.
    func lines(_ name: String, _ compression: OutputCompression) throws -> [String] {
        let text = compression.prefix(of: try bytes(name), count: 1 << 24)
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// Appends as another program would.
    func append(_ name: String, _ text: String) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(path)/\(name)"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    func rename(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: "\(path)/\(name)", toPath: "\(path)/\(other)")
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    var names: [String] {
        get throws { try Folder.names(of: path) }
    }

    static func names(of path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}

/// Records for sinks.
enum SinkRecords {
    static func parse(
        _ texts: [String], source: String = "s", received: Int64 = 7
    ) throws -> [Record] {
        let origin = Origin(source: source, slot: 0, received: received)
        return try texts.enumerated().map { index, text in
            let (chunk, root) = try JSONParser().parse(text, origin: origin)
            return Record(chunk: chunk, root: root, index: UInt64(index))
        }
    }

    /// `{"id":…}` for each number, padded to a length where one is given.
    static func numbered(_ numbers: Range<Int>, padding: Int = 0) throws -> [Record] {
        try parse(numbers.map { line($0, padding: padding) })
    }

    static func line(_ number: Int, padding: Int = 0) -> String {
        padding == 0
            ? #"{"id":\#(number)}"#
            : #"{"id":\#(number),"text":"\#(String(repeating: "x", count: padding))"}"#
    }
}
