import Foundation
import Streaming
import Testing

@testable import Builtins

/// Files that are compressed in frames: whole at each checkpoint, cut back to one after a death.
@Suite struct CompressedFileTests {
    private let folder: Folder
    private let history = SinkHistory()
    private let registry = OutputRegistry()

    init() throws { folder = try Folder() }

    private func sink(
        _ form: OutputForm, _ name: String = "out", calls: FaultyFileCalls? = nil
    ) async throws -> FileSink {
        let sink = FileSink(
            owner: "sink 'a'", folder: folder.path, calls: calls ?? FaultyFileCalls(), registry: registry,
            text: JSONLinesText(), form: form, placing: .all { name })
        try await sink.open(history.opening(calls))
        return sink
    }

    @Test(arguments: [OutputCompression.gzip, .zstd])
    func aFileIsWholeFramesWhereverAWriteWasBrokenOff(compression: OutputCompression) async throws {
        // Small frames, so that several stand behind the checkpoint.
        let form = OutputForm(compression: compression, frameSize: 500)
        let first = try await sink(form)
        _ = try await first.write(SinkRecords.numbered(0..<5))
        history.commit(try await first.checkpoint())
        let start = try folder.bytes("out")
        for next in 0..<6 {
            _ = try await first.write(SinkRecords.numbered(5 + next * 5..<10 + next * 5, padding: 90))
        }
        history.die()
        await first.close()
        let whole = try folder.bytes("out")
        #expect(whole.count > start.count && whole.starts(with: start))
        for cut in stride(from: start.count, through: whole.count, by: 3) {
            try Data(whole[..<cut]).write(to: URL(fileURLWithPath: folder.path + "/out"))
            await (try sink(form)).close()
            #expect(try folder.bytes("out") == start, "cut at \(cut)")
        }
        let last = try await sink(form)
        _ = try await last.write(SinkRecords.numbered(5..<9))
        history.commit(try await last.checkpoint())
        #expect(try folder.lines("out", compression) == (0..<9).map { SinkRecords.line($0) })
    }

    @Test func whatFindsNoRoomIsTriedAgainAndStandsThereOnce() async throws {
        let calls = FaultyFileCalls()
        let sink = try await sink(OutputForm(compression: .gzip, frameSize: 200), calls: calls)
        _ = try await sink.write(SinkRecords.numbered(0..<2))
        calls.fail(after: 1, part: 20, .full)
        await #expect(throws: (any Error).self) {
            _ = try await sink.write(SinkRecords.numbered(2..<5, padding: 80))
        }
        calls.clear()
        _ = try await sink.write(SinkRecords.numbered(2..<5, padding: 80))
        history.commit(try await sink.checkpoint())
        let expected = (0..<5).map { SinkRecords.line($0, padding: $0 < 2 ? 0 : 80) }
        #expect(try folder.lines("out", .gzip) == expected)
    }

    @Test(arguments: [
        ("text", OutputCompression.gzip), ("text", .zstd), ("\u{1F}\u{8B}", .zstd)
    ]) func whatIsOtherwiseIsNotAppendedTo(start: String, compression: OutputCompression) async throws {
        // As bytes, whatever UTF-8 makes of the characters.
        let bytes = start.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } + [8, 0]
        try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/out"))
        await #expect(throws: OtherContent.self) {
            _ = try await sink(OutputForm(compression: compression))
        }
        #expect(try folder.bytes("out") == bytes)
    }

    @Test func aCompressedFileGetsNoLinesOfText() async throws {
        try Data([0x1F, 0x8B, 8, 0]).write(to: URL(fileURLWithPath: folder.path + "/out"))
        await #expect(throws: OtherContent.self) { _ = try await sink(OutputForm()) }
    }

    @Test func aDeviceIsNotCompressed() async throws {
        let sink = try await sink(OutputForm(compression: .gzip), "/dev/null")
        await #expect(throws: CompressedStream.self) {
            _ = try await sink.write(SinkRecords.numbered(0..<1))
        }
    }

    @Test func notesOfFramesOutliveTheMachine() async throws {
        let sink = try await sink(OutputForm(compression: .zstd))
        _ = try await sink.write(SinkRecords.numbered(0..<1))
        #expect(history.syncs == 0)
        _ = try await sink.checkpoint()
        #expect(history.syncs == 1)
    }
}
