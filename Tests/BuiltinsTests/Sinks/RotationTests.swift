import Foundation
import Logging
import PipelineSpec
import Streaming
import Synchronization
import Testing

@testable import Builtins

/// Files that get another name when they are full.
@Suite struct RotationTests {
    private let folder: Folder
    private let history = SinkHistory()
    private let registry = OutputRegistry()
    private let clock = Clock()

    /// Seconds since 1970, set by the test.
    private final class Clock: Sendable {
        private let time = Mutex<Int64>(1_795_824_000)

        var now: Int64 {
            get { time.withLock { $0 } }
            set { time.withLock { $0 = newValue } }
        }
    }

    init() throws { folder = try Folder() }

    private func sink(_ rule: Rotation, zone: ZoneName = .utc) async throws -> FileSink {
        let rotation = FileRotation(rule, zone: zone) { [clock] in clock.now * 1_000_000_000 }
        let sink = FileSink(
            owner: "sink 'a'", folder: folder.path, registry: registry, text: JSONLinesText(),
            rotation: rotation, placing: .all { "out.jsonl" })
        try await sink.open(history.opening())
        return sink
    }

    /// Writes records and makes them durable.
    private func write(_ numbers: Range<Int>, to sink: FileSink) async throws {
        _ = try await sink.write(SinkRecords.numbered(numbers))
        history.commit(try await sink.checkpoint())
    }

    @Test(arguments: [
        ("a/items.jsonl", "a/items-2026-11-28T00-00-00.jsonl"),
        ("items.jsonl.gz", "items-2026-11-28T00-00-00.jsonl.gz"),
        ("v1.2/items", "v1.2/items-2026-11-28T00-00-00"), (".hidden", ".hidden-2026-11-28T00-00-00"),
        ("a.b.csv.zst", "a.b-2026-11-28T00-00-00.csv.zst")
    ]) func namesAreInTheOrderOfTimeAndEndAsBefore(path: String, expected: String) {
        #expect(Rotation.path(of: path, at: 1_795_824_000) == expected)
    }

    @Test func placesOfATemplateAreNoEnds() {
        let date = "{date:yyyy-MM-dd'T'HH-mm-ss}"
        #expect(Rotation.template(of: "a/{feed.title}") == "a/{feed.title}-\(date)")
        #expect(Rotation.template(of: "{published:yyyy/MM}.csv") == "{published:yyyy/MM}-\(date).csv")
    }

    @Test func aFullFileIsRotatedBeforeMoreIsWritten() async throws {
        let sink = try await sink(Rotation(size: 30, every: nil, keep: nil))
        try await write(0..<2, to: sink)
        try await write(2..<4, to: sink)
        // It is full now, and stays where it is until there is more.
        #expect(try folder.names == ["out.jsonl"])
        // Between two checkpoints nothing is rotated.
        _ = try await sink.write(SinkRecords.numbered(4..<9))
        _ = try await sink.write(SinkRecords.numbered(9..<14))
        #expect(try folder.names == ["out-2026-11-28T00-00-00.jsonl", "out.jsonl"])
        #expect(try folder.lines("out-2026-11-28T00-00-00.jsonl").count == 4)
        #expect(try folder.lines("out.jsonl").count == 10)
    }

    @Test func periodsBeginAtMidnightOfTheZone() async throws {
        let zone = try ZoneName(scalar: ScalarText(text: "Europe/Berlin", isQuoted: false))
        // 22:59 UTC is 23:59 in Berlin.
        clock.now -= 3660
        let first = try await sink(Rotation(size: nil, every: 86_400, keep: nil), zone: zone)
        try await write(0..<1, to: first)
        await first.close()
        clock.now += 120
        // When a file was written last is known from before.
        let second = try await sink(Rotation(size: nil, every: 86_400, keep: nil), zone: zone)
        try await write(1..<2, to: second)
        try await write(2..<3, to: second)
        #expect(try folder.names == ["out-2026-11-28T00-01-00.jsonl", "out.jsonl"])
        #expect(try folder.lines("out.jsonl").count == 2)
    }

    @Test func nobodysFileIsReplacedAndOnlyOwnOnesGo() async throws {
        try folder.write("out-2026-11-28T00-00-00.jsonl", "theirs\n")
        try folder.write("out-2026-11-27T00-00-00.jsonl", "theirs, too\n")
        let first = try await sink(Rotation(size: 1, every: nil, keep: 2))
        for number in 0..<3 { try await write(number..<number + 1, to: first) }
        await first.close()
        // One that has become another is nobody's to remove.
        try folder.remove("out-2026-11-28T00-00-01.jsonl")
        try folder.write("out-2026-11-28T00-00-01.jsonl", "new\n")
        let second = try await sink(Rotation(size: 1, every: nil, keep: 2))
        for number in 3..<7 { try await write(number..<number + 1, to: second) }
        #expect(
            try folder.names == [
                "out-2026-11-27T00-00-00.jsonl", "out-2026-11-28T00-00-00.jsonl",
                "out-2026-11-28T00-00-01.jsonl", "out-2026-11-28T00-00-05.jsonl",
                "out-2026-11-28T00-00-06.jsonl", "out.jsonl"
            ])
        #expect(try folder.text("out-2026-11-28T00-00-00.jsonl") == "theirs\n")
        #expect(try folder.text("out-2026-11-28T00-00-01.jsonl") == "new\n")
        #expect(try folder.lines("out.jsonl") == [SinkRecords.line(6)])
    }

    @Test func whatIsRotatedAfterTheLastCheckpointIsCountedAndCutBack() async throws {
        let rule = Rotation(size: 1, every: nil, keep: 1)
        let first = try await sink(rule)
        try await write(0..<1, to: first)
        _ = try await first.write(SinkRecords.numbered(1..<2))
        // An answer that the process did not live to store.
        _ = try await first.checkpoint()
        _ = try await first.write(SinkRecords.numbered(2..<3))
        history.die()
        await first.close()
        #expect(try folder.names.count == 3)

        let second = try await sink(rule)
        try await write(1..<3, to: second)
        try await write(3..<4, to: second)
        #expect(try folder.names.count == 2)
        #expect(try folder.lines("out.jsonl") == [SinkRecords.line(3)])
        let kept = try #require(try folder.names.first)
        #expect(try folder.lines(kept) == [SinkRecords.line(1), SinkRecords.line(2)])
    }

    @Test func aRotatedFileThatIsGoneIsNotLookedForInTheOneThatIsWrittenNow() async throws {
        let rule = Rotation(size: 1, every: nil, keep: nil)
        for life in 0..<3 {
            let sink = try await sink(rule)
            for number in 0..<3 {
                _ = try await sink.write(SinkRecords.numbered(number..<number + 1))
                // It is rotated before the second record in the first life, which no checkpoint covers.
                if life == 0, number == 0 { _ = try await sink.checkpoint() }
            }
            if life == 2 { history.commit(try await sink.checkpoint()) }
            history.die()
            await sink.close()
        }
        // The file that was rotated had nothing but what came again.
        #expect(try folder.names == ["out.jsonl"])
        #expect(try folder.lines("out.jsonl") == (0..<3).map { SinkRecords.line($0) })
        #expect(history.log.said(.warning).isEmpty, "\(history.log.all)")
    }

    @Test func aFolderInWhichNothingCanBeRenamedIsSaidOnce() async throws {
        // Names for the next 1000 seconds are taken.
        for second in 0..<1000 {
            let path = Rotation.path(of: "out.jsonl", at: clock.now + Int64(second))
            try folder.write(path, "")
        }
        let sink = try await sink(Rotation(size: 1, every: nil, keep: nil))
        for number in 0..<3 { try await write(number..<number + 1, to: sink) }
        #expect(try folder.lines("out.jsonl").count == 3)
        #expect(history.log.said(.warning).count == 1)
    }
}
