import Foundation
import Logging
import Records
import State
import Streaming
import Synchronization
import Testing

@testable import Builtins

@Suite struct JSONLinesSinkTests {
    private let folder: Folder
    private let history = SinkHistory()
    private let registry = OutputRegistry()

    init() throws { folder = try Folder() }

    private func sink(
        _ path: String = "out.jsonl", owner: String = "sink 'a'", calls: any FileCalls = SystemFileCalls()
    ) -> FileSink {
        FileSink(
            owner: owner, folder: folder.path, calls: calls, registry: registry, placing: .all { path })
    }

    private func opened(_ calls: FaultyFileCalls? = nil) async throws -> FileSink {
        let sink = sink(calls: calls ?? SystemFileCalls())
        try await sink.open(history.opening(calls))
        return sink
    }

    /// A run that writes records and dies behind its last checkpoint.
    private func die(after numbers: Range<Int>, padding: Int = 0) async throws {
        let sink = try await opened()
        _ = try await sink.write(SinkRecords.numbered(numbers, padding: padding))
        history.die()
    }

    @Test(arguments: [0, 900]) func aWriteThatWasBrokenOffAtAnyByteIsTakenOut(padding: Int) async throws {
        try folder.write("out.jsonl", "{\"theirs\":1}\n")
        try await die(after: 0..<8, padding: padding)
        let whole = try folder.bytes("out.jsonl")
        let start = 13
        // Each byte where that is cheap, then around each place where something else begins.
        let cuts =
            padding == 0
            ? Array(start...whole.count) : Array(stride(from: start, through: whole.count, by: 37))
        for cut in cuts {
            try folder.write("out.jsonl", String(decoding: whole[..<cut], as: UTF8.self))
            _ = try await opened()
            #expect(try folder.text("out.jsonl") == "{\"theirs\":1}\n", "cut at \(cut)")
        }
    }

    @Test func aTornLineThatOthersAppendedToLosesOnlyItsOwnPart() async throws {
        try await die(after: 0..<2, padding: 40)
        let whole = try folder.bytes("out.jsonl")
        for cut in 1..<whole.count {
            for theirs in ["{\"id\":7}\n", "\n{\"id\":7}\n", "\n{\"id\":7}"] {
                let torn = String(decoding: whole[..<cut], as: UTF8.self)
                try folder.write("out.jsonl", torn + theirs)
                _ = try await opened()
                let left = try folder.text("out.jsonl").split(separator: "\n")
                #expect(left == ["{\"id\":7}"], "cut at \(cut), \(theirs.debugDescription)")
            }
        }
    }

    @Test(arguments: [0, 900]) func linesThatWerePutInFrontOrBetweenAreAllThatStays(padding: Int) async throws
    {
        let kept = try await dieAfterThreeWrites(padding: padding)
        let whole = try lines()
        for place in 0...whole.count {
            for theirs in [["{\"by\":\"hand\"}"], ["# a word", "{\"by\":\"hand\"}"]] {
                var changed = whole
                changed.insert(contentsOf: theirs, at: place)
                try folder.write("out.jsonl", changed.joined(separator: "\n") + "\n")
                _ = try await opened()
                var expected = kept
                expected.insert(contentsOf: theirs, at: min(place, kept.count))
                #expect(try lines() == expected, "at line \(place)")
            }
        }
    }

    @Test func linesThatWereTakenOffAtTheBeginningDoNotHideOurs() async throws {
        let kept = try await dieAfterThreeWrites(padding: 40)
        let whole = try lines()
        // A second name keeps the file's number from being given to another one.
        let elsewhere = try Folder()
        #expect(link(folder.path + "/out.jsonl", elsewhere.path + "/original") == 0)
        // The last write is what the others are known by.
        for count in 1...whole.count - 9 {
            try folder.write("new", whole.dropFirst(count).joined(separator: "\n") + "\n")
            try folder.remove("out.jsonl")
            try folder.rename("new", to: "out.jsonl")
            _ = try await opened()
            #expect(try lines() == Array(kept.dropFirst(count)), "\(count) lines")
        }
    }

    /// - Returns: the lines that a checkpoint had before.
    private func dieAfterThreeWrites(padding: Int) async throws -> [String] {
        let sink = try await opened()
        _ = try await sink.write(SinkRecords.numbered(0..<3))
        history.commit(try await sink.checkpoint())
        let kept = try lines()
        for first in stride(from: 3, to: 30, by: 9) {
            _ = try await sink.write(SinkRecords.numbered(first..<first + 9, padding: padding))
        }
        history.die()
        return kept
    }

    private func lines() throws -> [String] {
        try folder.text("out.jsonl").split(separator: "\n").map(String.init)
    }

    @Test func aLineOfOthersThatBeginsLikeOursStays() async throws {
        try await die(after: 0..<1, padding: 40)
        for line in [#"{"id":0,"text":"theirs"}"#, #"{"id":0}"#, #"{"id":"by hand"}"#] {
            try folder.write("out.jsonl", line + "\n")
            _ = try await opened()
            #expect(try folder.text("out.jsonl") == line + "\n")
        }
    }

    @Test func afterACleanEndNothingIsEverCut() async throws {
        let sink = try await opened()
        _ = try await sink.write(SinkRecords.numbered(0..<2))
        history.commit(try await sink.checkpoint())
        await sink.close()
        try folder.append("out.jsonl", "{\"by\":\"hand\"}\n")
        _ = try await opened()
        #expect(try folder.lines("out.jsonl") == [#"{"id":0}"#, #"{"id":1}"#, #"{"by":"hand"}"#])
        #expect(history.log.all.count == 1)
        #expect(
            history.log.all[0].hasSuffix("out.jsonl: others have written to it; it is kept and appended to"))
    }

    @Test func aRecordBeginsOnALineOfItsOwn() async throws {
        for theirs in ["{\"id\":\"torn", "{\"id\":\"whole\"}"] {
            try folder.write("out.jsonl", "{\"a\":1}\n" + theirs)
            let sink = try await opened()
            _ = try await sink.write(SinkRecords.numbered(0..<1))
            await sink.close()
            #expect(try folder.lines("out.jsonl") == ["{\"a\":1}", theirs, #"{"id":0}"#])
        }
    }

    @Test func aFileThatIsRenamedOrRemovedIsMadeAgain() async throws {
        let sink = try await opened()
        _ = try await sink.write(SinkRecords.numbered(0..<1))
        try folder.rename("out.jsonl", to: "out.1")
        _ = try await sink.write(SinkRecords.numbered(1..<2))
        #expect(try folder.lines("out.1") == [#"{"id":0}"#])
        #expect(try folder.lines("out.jsonl") == [#"{"id":1}"#])
        history.commit(try await sink.checkpoint())
        try folder.remove("out.jsonl")
        history.commit(try await sink.checkpoint())
        #expect(try folder.text("out.jsonl").isEmpty)
        await sink.close()
    }

    @Test func whatARenamedFileGotAfterTheCheckpointIsTakenOutOfIt() async throws {
        let sink = try await opened()
        _ = try await sink.write(SinkRecords.numbered(0..<1))
        history.commit(try await sink.checkpoint())
        _ = try await sink.write(SinkRecords.numbered(1..<3))
        try folder.rename("out.jsonl", to: "out.1")
        _ = try await sink.write(SinkRecords.numbered(3..<4))
        history.die()
        await sink.close()
        _ = try await opened()
        #expect(try folder.lines("out.1") == [#"{"id":0}"#])
        #expect(try folder.text("out.jsonl").isEmpty)
    }

    @Test func aFileThatWasRemovedIsNotLookedForInTheOneThatIsWrittenNow() async throws {
        for life in 0..<3 {
            let sink = try await opened()
            for number in 0..<3 {
                _ = try await sink.write(SinkRecords.numbered(number..<number + 1))
                if life == 0, number == 0 { try folder.remove("out.jsonl") }
            }
            if life == 2 { history.commit(try await sink.checkpoint()) }
            history.die()
            await sink.close()
        }
        #expect(try folder.lines("out.jsonl") == (0..<3).map { SinkRecords.line($0) })
        #expect(history.log.said(.warning).isEmpty, "\(history.log.all)")
    }

    @Test func aFolderThatIsMovedGoesOn() async throws {
        try await die(after: 0..<3)
        let moved = try Folder()
        try moved.write("out.jsonl", try folder.text("out.jsonl"))
        let sink = FileSink(folder: moved.path, registry: registry, placing: .all { "out.jsonl" })
        try await sink.open(history.opening())
        #expect(try moved.text("out.jsonl").isEmpty)
    }

    @Test func aFullDiskLeavesNothingHalf() async throws {
        let calls = FaultyFileCalls()
        let sink = try await opened(calls)
        _ = try await sink.write(SinkRecords.numbered(0..<1))
        try folder.append("out.jsonl", "{\"by\":\"another\"}\n")
        // The note goes through; of the write, five bytes.
        calls.fail(after: 1, part: 5, .full)
        let error = await #expect(throws: FileError.self) {
            try await sink.write(SinkRecords.numbered(1..<2))
        }
        #expect(error == FileError(path: "\(folder.path)/out.jsonl", doing: "write it", code: ENOSPC))
        #expect(try folder.lines("out.jsonl") == [#"{"id":0}"#, #"{"by":"another"}"#])
        calls.clear()
        _ = try await sink.write(SinkRecords.numbered(1..<2))
        #expect(try folder.lines("out.jsonl") == [#"{"id":0}"#, #"{"by":"another"}"#, #"{"id":1}"#])
        await sink.close()
    }

    @Test func twoSinksOfOneFileAreRefusedByWhateverPath() async throws {
        let first = try await opened()
        _ = try await first.write(SinkRecords.numbered(0..<1))
        symlink("\(folder.path)/out.jsonl", "\(folder.path)/link.jsonl")
        link("\(folder.path)/out.jsonl", "\(folder.path)/hard.jsonl")
        for path in ["out.jsonl", "./out.jsonl", "link.jsonl", "hard.jsonl"] {
            let second = sink(path, owner: "sink 'b'")
            let conflict = await #expect(throws: OutputConflict.self) {
                try await second.open(SinkHistory().opening())
            }
            #expect(conflict?.owner == "sink 'b'")
            #expect(conflict?.other == "sink 'a'")
        }
        await first.close()
        try await sink("link.jsonl").open(SinkHistory().opening())
    }

    @Test func aFileThatAnotherProcessWritesIsRefusedAndNamesIt() async throws {
        try folder.write("out.jsonl", "")
        let other = open("\(folder.path)/out.jsonl", O_RDWR)
        flock(other, LOCK_EX)
        let error = await #expect(throws: OutputInUse.self) { try await opened() }
        #expect(error?.holder == Int(getpid()))
        close(other)
        _ = try await opened()
    }

    @Test func aPathThatChangesLeavesTheFinishedFileAlone() async throws {
        let path = Mutex("monday.jsonl")
        let sink = FileSink(
            folder: folder.path, registry: registry, placing: .all { path.withLock { $0 } })
        try await sink.open(history.opening())
        _ = try await sink.write(SinkRecords.numbered(0..<1))
        path.withLock { $0 = "tuesday.jsonl" }
        _ = try await sink.write(SinkRecords.numbered(1..<2))
        history.commit(try await sink.checkpoint())
        _ = try await sink.write(SinkRecords.numbered(2..<3))
        history.die()
        await sink.close()
        try await sink.open(history.opening())
        #expect(try folder.lines("monday.jsonl") == [#"{"id":0}"#])
        #expect(try folder.lines("tuesday.jsonl") == [#"{"id":1}"#])
    }

    @Test func aDeviceIsWrittenAndNamesWhatItSays() async throws {
        let null = FileSink(registry: registry, placing: .all { "/dev/null" })
        try await null.open(history.opening())
        _ = try await null.write(SinkRecords.numbered(0..<1))
        _ = try await null.checkpoint()
        let full = FileSink(registry: registry, placing: .all { "/dev/full" })
        try await full.open(history.opening())
        let error = await #expect(throws: FileError.self) {
            try await full.write(SinkRecords.numbered(0..<1))
        }
        #expect(error == FileError(path: "/dev/full", doing: "write to it", code: ENOSPC))
        #expect(history.notes.isEmpty)
    }

    @Test func eachCheckpointSyncsWhatWasWritten() async throws {
        let calls = FaultyFileCalls()
        let sink = try await opened(calls)
        for number in 0..<5 {
            _ = try await sink.write(SinkRecords.numbered(number..<number + 1))
            _ = try await sink.checkpoint()
        }
        // One for each, and one for the folder in which the file was made.
        #expect(calls.syncs == 6)
        _ = try await sink.checkpoint()
        #expect(calls.syncs == 6)
    }

    @Test func eachRecordGoesToTheFileThatItNamesAndABadNameIsRefusedAlone() async throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/taken.jsonl", withIntermediateDirectories: false)
        let claim = try registry.claim("\(folder.path)/theirs.jsonl", owner: "sink 'b'", of: nil)
        let sink = FileSink(
            folder: folder.path, registry: registry,
            placing: .each(openFiles: 1) { "\($0[Key("to")]?.string ?? "").jsonl" })
        try await sink.open(history.opening())
        let names = ["a", "taken", "b", "a", "theirs", "c"]
        let records = try SinkRecords.parse(names.enumerated().map { #"{"n":\#($0),"to":"\#($1)"}"# })
        let refused = try await sink.write(records)
        #expect(refused.map(\.index) == [1, 4])
        #expect(refused.map(\.isFinal) == [true, true])
        #expect(refused[1].reason.contains("sink 'b' does"), "\(refused[1].reason)")
        history.commit(try await sink.checkpoint())
        await sink.close()
        #expect(try folder.text("a.jsonl") == "{\"n\":0,\"to\":\"a\"}\n{\"n\":3,\"to\":\"a\"}\n")
        #expect(try folder.text("b.jsonl") == "{\"n\":2,\"to\":\"b\"}\n")
        #expect(try folder.text("c.jsonl") == "{\"n\":5,\"to\":\"c\"}\n")
        withExtendedLifetime(claim) {}
    }

    @Test(arguments: [
        ("News & more", "News & more"), ("../../etc/passwd", "_.._etc_passwd"), ("  .hidden. ", "hidden"),
        ("..", "unknown"), ("", "unknown"), ("a/b\\c:d", "a_b_c_d"), ("tab\tnul\0", "tab_nul_"),
        (String(repeating: "ü", count: 200), String(repeating: "ü", count: 50)), ("日本語", "日本語")
    ])
    func whatIsLeftOfATextInAName(text: String, name: String) {
        #expect(RecordPath.safe(text) == name)
    }
}
