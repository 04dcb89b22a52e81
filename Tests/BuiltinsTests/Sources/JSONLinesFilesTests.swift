import Foundation
import Glibc
import Streaming
import Testing

@testable import Builtins

/// Files that are read again, and what others have done to them in between.
@Suite(.timeLimit(.minutes(10))) struct JSONLinesFilesTests {
    private let folder: TemporaryFolder
    private let harness = JSONLinesHarness()

    init() throws { folder = try TemporaryFolder() }

    private func append(_ text: String, to name: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: "\(folder.path)/\(name)"))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }

    private func rename(_ old: String, _ new: String) {
        #expect(Glibc.rename("\(folder.path)/\(old)", "\(folder.path)/\(new)") == 0)
    }

    /// What a run delivers, `{"n":` and `}` left out.
    private func run(_ pattern: String = "*.jsonl", limit: Int? = nil) async throws -> String {
        let outcome = try await harness.run(pattern, in: folder.path, limit: limit)
        #expect(outcome.rejected == 0)
        return outcome.lines.map { $0.dropFirst(5).dropLast() }.joined(separator: ",")
    }

    private func line(_ number: Int) -> String { "{\"n\":\(number)}\n" }

    @Test func aTornLastLineWaitsForItsRest() async throws {
        try folder.write(line(1) + "{\"n\":", to: "a.jsonl")
        let first = try await harness.run("a.jsonl", in: folder.path)
        #expect(first.lines == [#"{"n":1}"#])
        #expect(first.rejected == 0 && first.failure == nil)
        #expect(
            first.log.map { $0.hasSuffix("a.jsonl:2: the last line has not ended; it is read when it has") }
                == [true])
        try append("2}\n" + line(3), to: "a.jsonl")
        #expect(try await run() == "2,3")
    }

    @Test func aWholeLastLineIsDeliveredOnceAndItsEndIsNoLine() async throws {
        try folder.write(line(1) + "{\"n\":2}", to: "a.jsonl")
        #expect(try await run() == "1,2")
        #expect(try await run() == "")
        try append("\n" + line(3) + "nonsense\n", to: "a.jsonl")
        let outcome = try await harness.run("a.jsonl", in: folder.path)
        #expect(outcome.lines == [#"{"n":3}"#])
        #expect(outcome.log.count == 1)
        #expect(outcome.log[0].contains("a.jsonl:4:"), "lines are numbered as in the file")
    }

    @Test func whatIsAddedToADeliveredLineIsALineOfItsOwn() async throws {
        try folder.write("{\"n\":1}", to: "a.jsonl")
        #expect(try await run() == "1")
        try append("{\"n\":2}\n", to: "a.jsonl")
        #expect(try await run() == "2")
    }

    @Test func aRunThatIsBrokenOffGoesOnWithinEachFile() async throws {
        for name in 1...3 {
            try folder.write((0..<3).map { line(10 * name + $0) }.joined(), to: "\(name).jsonl")
        }
        var all = ""
        for limit in [2, 3, 1, 9] { all += try await run(limit: limit) + ";" }
        #expect(all == "10,11;12,20,21;22;30,31,32;")
    }

    @Test func whatABrokenOffRunHadReadIsCountedUnderANewNameToo() async throws {
        try folder.write(line(1) + line(2) + line(3), to: "a.jsonl")
        #expect(try await run(limit: 1) == "1")
        rename("a.jsonl", "b.jsonl")
        try folder.write(line(4), to: "a.jsonl")
        #expect(try await run() == "4,2,3")
    }

    @Test func whatABrokenOffRunHadReadOfAnotherFileIsNotSkipped() async throws {
        try folder.write(line(1) + line(2) + line(3), to: "a.jsonl")
        #expect(try await run(limit: 2) == "1,2")
        try folder.write(line(7) + line(8) + line(9), to: "a.jsonl")
        #expect(try await run() == "7,8,9")
    }

    @Test func aCopyIsKnownAlsoWhereTheEmptiedFileWasReadBefore() async throws {
        try folder.write(line(1) + line(2), to: "a.jsonl")
        #expect(try await run(limit: 1) == "1")
        try FileManager.default.copyItem(atPath: "\(folder.path)/a.jsonl", toPath: "\(folder.path)/b.jsonl")
        #expect(truncate("\(folder.path)/a.jsonl", 0) == 0)
        try append(line(3) + line(4) + line(5), to: "a.jsonl")
        #expect(try await run(limit: 2) == "3,4")
        #expect(try await run() == "5,2")
    }

    @Test func aLinkThatLeadsElsewhereAndBackRepeatsNothing() async throws {
        let link = "\(folder.path)/current"
        for (name, number) in [("day1", 1), ("day2", 2)] { try folder.write(line(number), to: name) }
        var delivered: [String] = []
        for day in ["day1", "day2", "day1"] {
            unlink(link)
            #expect(symlink(day, link) == 0)
            delivered.append(try await run("current"))
        }
        #expect(delivered == ["1", "2", ""])
    }

    @Test func aFileWithTwoNamesIsReadOnce() async throws {
        try folder.write(line(1), to: "a.jsonl")
        #expect(link("\(folder.path)/a.jsonl", "\(folder.path)/b.jsonl") == 0)
        #expect(symlink("a.jsonl", "\(folder.path)/c.jsonl") == 0)
        #expect(try await run() == "1")
    }

    @Test func whatIsNoFileIsNamedOnceAndTheOthersAreRead() async throws {
        try folder.write(line(1), to: "a.jsonl")
        #expect(mkfifo("\(folder.path)/b.jsonl", 0o600) == 0)
        #expect(mkdir("\(folder.path)/c.jsonl", 0o700) == 0)
        #expect(symlink("nowhere", "\(folder.path)/d.jsonl") == 0)
        try Data([0x1F, 0x8B, 8, 0, 1, 2, 3, 0x0A, 5]).write(
            to: URL(fileURLWithPath: "\(folder.path)/e.jsonl"))
        try folder.write(line(2), to: "f.jsonl")
        let outcome = try await harness.run("*.jsonl", in: folder.path)
        #expect(outcome.lines == [#"{"n":1}"#, #"{"n":2}"#])
        #expect(outcome.rejected == 0)
        for (name, word) in [("b", "pipe"), ("c", "folder"), ("d", "link leads nowhere"), ("e", "gzip")] {
            #expect(
                outcome.log.filter { $0.contains("/\(name).jsonl") && $0.contains(word) }.count == 1,
                "\(outcome.log)")
        }
        #expect(outcome.failure == "2 inputs could not be read")
    }

    @Test func positionsOfFilesThatAreGoneAreForgotten() async throws {
        for day in 1...3 {
            for number in 0..<30 {
                try? FileManager.default.removeItem(atPath: "\(folder.path)/\(day - 1)-\(number).jsonl")
                try folder.write(line(number), to: "\(day)-\(number).jsonl")
            }
            #expect(try await run().split(separator: ",").count == 30)
            #expect(try storedFiles() == 30)
        }
    }

    @Test func positionsStayWhereAFolderIsEmptyOrGone() async throws {
        try folder.write(line(1), to: "a.jsonl")
        #expect(try await run() == "1")
        let kept = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/a.jsonl"))
        try FileManager.default.removeItem(atPath: folder.path)
        let gone = try await harness.run("*.jsonl", in: folder.path)
        #expect(gone.failure?.contains("no file matches") == true)
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try kept.write(to: URL(fileURLWithPath: "\(folder.path)/a.jsonl"))
        #expect(try await run() == "")
    }

    @Test func aFewFilesThatMoveAreStoredBesideManyThatDoNot() async throws {
        for number in 10..<50 { try folder.write(line(number), to: "\(number).jsonl") }
        _ = try await run()
        let whole = try #require(store("s"))
        try append(line(99), to: "20.jsonl")
        #expect(try await run() == "99")
        #expect(store("s") == whole)
        #expect(harness.store.restore().sources.count == 2)
        #expect(try await run() == "")
    }

    private func store(_ name: String) -> SourcePosition? { harness.store.restore().sources[name] }

    /// Files whose positions are stored.
    private func storedFiles() throws -> Int {
        let anchor = try #require(store("s")?.anchor)
        return try JSONLinesLedger(anchor: anchor, parts: [:]).files.count
    }

    @Test(arguments: [
        "nonsense", "[]", "{}", #"{"files":{}}"#, #"{"files":[{}]}"#, #"{"files":[{"id":-1}]}"#,
        #"{"files":[{"id":1,"path":"a","offset":-9}]}"#
    ])
    func aStoredPositionThatNobodyWroteIsRefused(json: String) async throws {
        try folder.write(line(1), to: "a.jsonl")
        var checkpoint = Checkpoint()
        checkpoint.sources["s"] = SourcePosition(anchor: Anchor(json: json))
        harness.store.commit(checkpoint)
        let outcome = try await harness.run("*.jsonl", in: folder.path)
        #expect(outcome.failure?.contains("the stored position cannot be read") == true)
        #expect(outcome.lines.isEmpty)
    }
}
