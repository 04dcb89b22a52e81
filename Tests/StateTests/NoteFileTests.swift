import Glibc
import Streaming
import TestSupport
import Testing

@testable import State

@Suite("The notes of sinks", .timeLimit(.minutes(10)))
struct NoteFileTests {
    private let folder: TemporaryFolder
    private let key = SipHashKey(1, 2)

    init() throws { folder = try TemporaryFolder() }

    private func open(covered: [String: UInt64] = [:], key: SipHashKey? = nil) throws -> NoteFile {
        try NoteFile(path: folder.file("notes"), key: key ?? self.key, covered: covered)
    }

    private func note(_ number: Int) -> SinkPosition { SinkPosition(json: "{\"n\":\(number)}") }

    @Test("survive a torn last line, and the next one stands on its own", arguments: 1..<20)
    func survivesATornLine(cut: Int) throws {
        let notes = try open()
        for number in 1...3 { _ = try notes.append(note(number), sink: "a") }
        try folder.write(Array(try folder.read("notes").dropLast(cut)), to: "notes")
        let again = try open()
        #expect(try again.append(note(4), sink: "a") >= 3)
        // Of a line that lacks no more than its end, nothing is missing.
        let whole = cut == 1 ? [1, 2, 3, 4] : [1, 2, 4]
        #expect(try again.notes() == ["a": whole.map(note)])
        #expect(try open().notes() == ["a": whole.map(note)])
    }

    @Test("of another state, and what is none, are passed over")
    func passesOthersOver() throws {
        _ = try open(key: SipHashKey(3, 4)).append(note(1), sink: "a")
        try folder.write(
            Array("0123456789abcdef [1,\"a\",\"1\"]\n\0\0\0\n".utf8) + folder.read("notes"), to: "notes")
        let notes = try open()
        #expect(try notes.notes().isEmpty)
        #expect(try notes.append(note(2), sink: "a") == 1)
        #expect(try notes.notes() == ["a": [note(2)]])
    }

    @Test("are taken out of the file once they are covered, and none that is not")
    func staysSmall() throws {
        let notes = try open()
        var random = SeededGenerator(seed: 5)
        var expected: [String: [(number: UInt64, position: SinkPosition)]] = [:]
        var largest = 0
        let filler = String(repeating: "x", count: 3000)
        for round in 0..<3000 {
            let sink = ["a", "b", "never covered"][round % 400 == 0 ? 2 : round % 2]
            let position = SinkPosition(json: "\(round) \(sink == "never covered" ? "" : filler)")
            expected[sink, default: []].append((try notes.append(position, sink: sink), position))
            largest = max(largest, try size())
            if Int.random(in: 0..<20, using: &random) == 0, sink != "never covered",
                let some = expected[sink]?.randomElement(using: &random)
            {
                try notes.cover([sink: some.number])
                expected[sink]?.removeAll { $0.number <= some.number }
            }
        }
        let positions = expected.mapValues { $0.map(\.position) }.filter { !$0.value.isEmpty }
        #expect(try notes.notes() == positions)
        #expect(
            try NoteFile(path: folder.file("notes"), key: key, covered: [:]).notes().count >= positions.count)
        #expect(largest < 4 << 20)
        #expect(folder.names == ["notes"])
    }

    @Test("leave an empty file when all are covered, once it was large")
    func isCutToNothing() throws {
        let notes = try open()
        var last: UInt64 = 0
        for number in 0..<3000 { last = try notes.append(note(number), sink: "a") }
        try notes.cover(["a": last - 1])
        #expect(try size() > 0)
        try notes.cover(["a": last])
        #expect(try size() == 0)
        #expect(try notes.append(note(1), sink: "a") == last + 1)
        #expect(try open(covered: ["a": last]).notes() == ["a": [note(1)]])
        notes.finish()
        #expect(folder.names == ["notes"])
        try notes.cover(["a": last + 1])
        notes.finish()
        #expect(folder.names.isEmpty)
    }

    private func size() throws -> Int { try folder.read("notes").count }
}
