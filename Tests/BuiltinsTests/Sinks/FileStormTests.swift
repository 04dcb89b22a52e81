import PipelineSpec
import Records
import State
import Streaming
import TestSupport
import Testing

@testable import Builtins

/// A file that a sink and others write, through deaths at any call, full disks, renames and checkpoints that do not become
/// durable: it has each record once, and all that others wrote.
@Suite struct FileStormTests {
    @Test(arguments: 0..<120) func everyRecordStandsThereOnceAndAllLinesOfOthers(seed: UInt64) async throws {
        try await weather(Storm(seed: seed, files: 1), seed)
    }

    @Test(arguments: 0..<120) func soItIsWhereEachRecordNamesItsFile(seed: UInt64) async throws {
        try await weather(Storm(seed: seed, files: 4), seed)
    }

    @Test(arguments: 0..<120, [1, 4]) func soItIsWhereFilesAreRotated(seed: UInt64, files: Int) async throws {
        try await weather(Storm(seed: seed, files: files, rotates: true), seed)
    }

    @Test(arguments: 0..<60, [OutputCompression.gzip, .zstd])
    func soItIsWhereFilesAreCompressed(seed: UInt64, compression: OutputCompression) async throws {
        let rotates = seed % 2 == 0
        try await weather(Storm(seed: seed, files: 2, rotates: rotates, compression), seed)
    }

    private func weather(_ storm: Storm, _ seed: UInt64) async throws {
        var storm = storm
        for _ in 0..<12 { try await storm.live() }
        try await storm.finish()
        #expect(try storm.ours() == Array(0..<storm.committed), "seed \(seed)")
        #expect(try storm.theirs() == storm.written, "seed \(seed)")
    }
}

private struct Died: Error {}

private struct Storm {
    private var random: SeededGenerator
    private let folder: Folder
    private let history = SinkHistory()
    private let registry = OutputRegistry()
    private(set) var committed = 0
    /// The lines of others.
    private(set) var written: [String] = []
    private var renames = 0
    /// How many files the records go to, of which two are open at a time.
    private let files: Int
    /// Whether they get other names when they are full.
    private let rotates: Bool
    /// Nobody else writes to a file that is compressed.
    private let compression: OutputCompression

    init(
        seed: UInt64, files: Int, rotates: Bool = false, _ compression: OutputCompression = .none
    ) throws {
        random = SeededGenerator(seed: seed)
        self.files = files
        self.rotates = rotates
        self.compression = compression
        folder = try Folder()
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// One process, which may end well or not.
    mutating func live() async throws {
        let calls = FaultyFileCalls()
        if chance(60) {
            calls.fail(
                after: Int.random(in: 0..<12, using: &random), part: Int.random(in: 0..<90, using: &random))
        }
        var next = committed
        do {
            let sink = sink(calls)
            try await sink.open(history.opening(calls))
            for _ in 0..<Int.random(in: 0..<10, using: &random) {
                try await step(sink, &next)
            }
            if chance(50) {
                history.commit(try await sink.checkpoint())
                committed = next
            }
            await sink.close()
        } catch {
            // Only a death may end a life like this.
            guard calls.isDead else { throw error }
        }
        history.die()
        while chance(30) { try appendTheirs() }
    }

    /// A last life that nothing happens to.
    mutating func finish() async throws {
        let sink = sink(SystemFileCalls())
        try await sink.open(history.opening())
        _ = try await sink.write(SinkRecords.numbered(committed..<committed + 3))
        history.commit(try await sink.checkpoint())
        committed += 3
        await sink.close()
    }

    private func sink(_ calls: any FileCalls) -> FileSink {
        let rule = Rotation(size: 300, every: nil, keep: nil)
        let placing: FileSink.Placing =
            files == 1
            ? .all { "out.jsonl" }
            : .each(openFiles: 2) { [files] in "out.\(Int($0[Key("id")]?.int ?? 0) % files).jsonl" }
        return FileSink(
            owner: "sink 'a'", folder: folder.path, calls: calls, registry: registry, text: JSONLinesText(),
            form: OutputForm(compression: compression, frameSize: 150),
            rotation: rotates ? FileRotation(rule, zone: .utc) { 0 } : nil, placing: placing)
    }

    /// One of the files.
    private mutating func name() -> String {
        files == 1 ? "out.jsonl" : "out.\(Int.random(in: 0..<files, using: &random)).jsonl"
    }

    private mutating func step(_ sink: FileSink, _ next: inout Int) async throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6:
            let count = Int.random(in: 1...4, using: &random)
            let padding = Int.random(in: 0...200, using: &random)
            let refused = try await sink.write(SinkRecords.numbered(next..<next + count, padding: padding))
            // The process died between two files.
            if !refused.isEmpty { throw Died() }
            next += count
        case 6:
            let answer = try await sink.checkpoint()
            // The process may die before the checkpoint is stored.
            if chance(70) {
                history.commit(answer)
                committed = next
            }
        case 7:
            let name = name()
            guard folder.exists(name) else { return try appendTheirs() }
            try folder.rename(name, to: "moved.\(renames)")
            renames += 1
        default: try appendTheirs()
        }
    }

    private mutating func appendTheirs() throws {
        guard compression == .none else { return }
        let name = name()
        if !folder.exists(name) { try folder.write(name, "") }
        let line =
            #"{"theirs":\#(written.count),"text":"\#(String(repeating: "y", count: Int.random(in: 0...60, using: &random)))"}"#
        let bytes = try folder.bytes(name)
        let isOpen = bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false
        try folder.append(name, (isOpen ? "\n" : "") + line + (chance(70) ? "\n" : ""))
        written.append(line)
    }

    private func all() throws -> [String] {
        try folder.names.flatMap { name in
            try folder.lines(name, compression)
        }
    }

    /// Ids in rising order, with what is no whole line as -1.
    func ours() throws -> [Int] {
        try all().filter { !$0.hasPrefix(#"{"theirs""#) }.map { line in
            (try? JSON(parsing: line))?["id"]?.int.map { Int($0) } ?? -1
        }.sorted()
    }

    func theirs() throws -> [String] {
        func number(_ line: String) -> Int64 { (try? JSON(parsing: line))?["theirs"]?.int ?? -1 }
        return try all().filter { $0.hasPrefix(#"{"theirs""#) }.sorted { number($0) < number($1) }
    }
}
