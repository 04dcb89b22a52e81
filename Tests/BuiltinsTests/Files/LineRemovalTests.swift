import State
import Streaming
import Testing

@testable import Builtins

@Suite struct LineRemovalTests {
    private let folder: Folder
    private let history = SinkHistory()
    private let registry = OutputRegistry()
    private let log = LogLines()

    init() throws { folder = try Folder() }

    private func removal(_ calls: any FileCalls = SystemFileCalls()) throws -> LineRemoval {
        try LineRemoval(
            folder: folder.path, name: "out.jsonl", owner: "a test", calls: calls, registry: registry)
    }

    /// Lets the sink write records and end.
    private func write(_ numbers: Range<Int>) async throws {
        let sink = FileSink(folder: folder.path, registry: registry, placing: .all { "out.jsonl" })
        try await sink.open(history.opening())
        _ = try await sink.write(SinkRecords.numbered(numbers))
        history.commit(try await sink.checkpoint())
        await sink.close()
    }

    private func prepare(_ removal: LineRemoval, without numbers: Set<Int>) throws -> SinkPosition {
        var ranges: [Range<Int>] = []
        try removal.forEachLine { if numbers.contains($0.number) { ranges.append($0.range) } }
        return try removal.prepare(without: ranges)
    }

    private func lines(_ numbers: Int...) -> [String] { numbers.map { SinkRecords.line($0) } }

    @Test func theSinkGoesOnAsIfItHadWrittenWhatIsLeft() async throws {
        try await write(0..<4)
        // Its lock goes with the object.
        try {
            let removal = try removal()
            let position = try prepare(removal, without: [1, 3])
            #expect(try folder.lines("out.jsonl") == lines(0, 1, 2, 3))
            history.commit(position)
            try removal.commit()
        }()
        #expect(try folder.lines("out.jsonl") == lines(1, 3))
        #expect(try folder.names == ["out.jsonl"])

        let sink = FileSink(folder: folder.path, registry: registry, placing: .all { "out.jsonl" })
        let opening = history.opening()
        try await sink.open(
            SinkOpening(position: opening.position, journal: history, logger: log.logger))
        #expect(log.all == [])
    }

    /// How far a process comes before it dies.
    enum Death: CaseIterable { case writing, deciding, decided, done }

    @Test(arguments: Death.allCases) func aDeathLeavesAllTheLinesOrThoseThatAreLeft(at death: Death)
        async throws
    {
        try await write(0..<4)
        let calls = FaultyFileCalls()
        if death == .writing { calls.fail(after: 0, part: 5) }
        try {
            let removal = try removal(calls)
            guard let position = try? prepare(removal, without: [1]) else { return }
            if death != .deciding { history.commit(position) }
            if death == .done { try removal.commit() }
        }()
        let isDecided = death == .decided || death == .done
        #expect(try folder.lines("out.jsonl") == (death == .done ? lines(1, 2, 3) : lines(0, 1, 2, 3)))
        #expect(try folder.names.count == (death == .done ? 1 : 2))
        // As often as it is tried.
        for _ in 1...2 {
            try removal().finish(history.opening().position)
            #expect(try folder.lines("out.jsonl") == (isDecided ? lines(1, 2, 3) : lines(0, 1, 2, 3)))
            #expect(try folder.names == ["out.jsonl"])
        }
        try await write(4..<5)
        #expect(try folder.lines("out.jsonl") == (isDecided ? lines(1, 2, 3, 4) : lines(0, 1, 2, 3, 4)))
    }

    @Test func whatOthersHaveLeftBesideItIsNotTakenForDecided() async throws {
        try await write(0..<2)
        try folder.write(".out.jsonl.new", "theirs\n")
        try removal().finish(history.opening().position)
        #expect(try folder.lines("out.jsonl") == lines(0, 1))
        #expect(try folder.names == ["out.jsonl"])
    }

    @Test(arguments: [0, 1, 7, 100]) func linesOfAnyLengthAreNumberedWithTheirPlaces(limit: Int) throws {
        let long = String(repeating: "x", count: 300_000)
        let text = "a\n\n\(long)\nlast"
        try folder.write("out.jsonl", text)
        var found: [(number: Int, text: String?, isWhole: Bool)] = []
        var ends: [Int] = []
        let isThere = try FileLine.forEach(in: folder.path + "/out.jsonl", limit: limit) { line in
            found.append((line.number, line.bytes.map { String(decoding: $0, as: UTF8.self) }, line.isWhole))
            ends.append(line.range.upperBound)
        }
        #expect(isThere)
        #expect(found.map(\.number) == [1, 2, 3, 4])
        #expect(found.map(\.text) == ["a", "", long, "last"].map { $0.utf8.count > limit ? nil : $0 })
        #expect(found.map(\.isWhole) == [true, true, true, false])
        #expect(ends == [2, 3, 300_004, 300_008])
        #expect(try !FileLine.forEach(in: folder.path + "/none.jsonl") { _ in })
    }
}
