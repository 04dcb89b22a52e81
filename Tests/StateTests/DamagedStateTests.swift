import CSQLite
import Glibc
import Streaming
import TestSupport
import Testing

@testable import State

@Suite("A damaged state", .timeLimit(.minutes(30)))
struct DamagedStateTests {
    private let folder: TemporaryFolder
    private static let isLong = getenv("FEEDSPINE_SOAK") != nil

    init() throws { folder = try TemporaryFolder() }

    private func open(_ name: String) throws -> SQLiteState {
        try SQLiteState(path: folder.file(name), owner: nil)
    }

    private func fill(_ state: SQLiteState) throws {
        for round in 0..<3 {
            try state.commit {
                $0.sources = ["jsonl a": SourcePosition(anchor: Anchor(json: "[\(round)]"), count: 5)]
                $0.sinks = ["jsonl o": SinkPosition(json: "\(round)")]
                $0.keys = (0..<200).map {
                    .numbered(UInt64(round * 200 + $0), time: Int64(round), reading: 1)
                }
                $0.sightings = [1: Int64(round), 2: 1]
                let admission = Admission(stage: "dedup", key: .numbered(1, time: 1))
                let record = HeldRecord(
                    number: UInt64(round), source: "s", received: 1, index: 1, json: "{}",
                    admissions: [admission])
                $0.held = ["batch": HeldChange(first: 0, added: [record])]
                $0.rates = ["rate": 1]
                $0.clock = HistoryClock.Stored(time: 1, wall: 1)
                $0.layout = [LayoutEntry(kind: .sink, identity: "jsonl o", name: "o")]
            }
            _ = try state.note(SinkPosition(json: "\(round)"), sink: "jsonl o")
        }
    }

    /// All that a run does with a state.
    private func use(_ name: String) throws {
        let state = try open(name)
        defer { state.close() }
        _ = try state.restore()
        _ = try state.lastSeen((0..<50).map { .numbered($0 * 13, time: 0) })
        _ = try state.note(SinkPosition(json: "9"), sink: "jsonl o")
        try state.commit {
            $0.sources["jsonl a"] = SourcePosition(count: 9)
            $0.keys = (590..<610).map { .numbered($0, time: 9) }
            $0.held["batch"] = HeldChange(first: 2)
            $0.coveredNotes["jsonl o"] = 2
        }
        _ = try state.forget(before: 2, limit: 300)
    }

    @Test("is usable or refused with its name, whichever bytes are wrong", arguments: ["closed", "open"])
    func bytesAreWrong(kind: String) throws {
        let original = try open("original.db")
        try fill(original)
        if kind == "closed" { original.close() }
        var random = SeededGenerator(seed: kind == "closed" ? 1 : 2)
        var refused = 0
        let rounds = DamagedStateTests.isLong ? 20_000 : 60
        for _ in 0..<rounds {
            try folder.copyState("original.db", to: "s.db")
            let suffix = ["", "", "-wal", "-notes"].randomElement(using: &random) ?? ""
            if folder.names.contains("s.db" + suffix) {
                var bytes = try folder.read("s.db" + suffix)
                DamagedStateTests.damage(&bytes, using: &random)
                try folder.write(bytes, to: "s.db" + suffix)
            }
            do { try use("s.db") } catch let error as StateError {
                refused += 1
                #expect("\(error)".contains("s.db"))
            }
        }
        // What is damaged in a log is passed over by SQLite.
        #expect(refused < rounds && (refused > 0 || kind == "open"))
    }

    private static func damage(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        if bytes.isEmpty { return }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        case 1:
            let start = Int.random(in: 0..<bytes.count, using: &random)
            for place in start..<min(bytes.count, start + 512) {
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
        case 2:
            // The head of a page says most of what can be wrong.
            let page = Int.random(in: 0..<max(1, bytes.count / 4096), using: &random) * 4096
            for place in page..<min(bytes.count, page + 12) {
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
        default:
            for _ in 0..<Int.random(in: 1..<20, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                    1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
    }

    @Test("that is no database, or was cut off, is said to be damaged")
    func isNoDatabase() throws {
        try folder.write(
            Array("this is no database at all, but long enough for a header of one".utf8), to: "a.db")
        try fill(try open("whole.db"))
        try folder.write(Array(try folder.read("whole.db").prefix(8192)), to: "b.db")
        for name in ["a.db", "b.db"] {
            let error = #expect(throws: StateError.self) { try use(name) }
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains("damaged") && text.contains(name) && !text.contains("SQLite error"))
        }
    }

    @Test(
        "names the table and the value that is impossible",
        arguments: [
            ("UPDATE source SET count = -1", "source", "count -1"),
            ("UPDATE source SET count = 'x'", "source", "count"),
            ("UPDATE sink SET covered = -3", "sink", "covered -3"),
            ("UPDATE held SET number = -9 - number", "held", "number -"),
            ("UPDATE held SET place = 1.5", "held", "place"),
            ("UPDATE held SET admissions = '[[1]]'", "held", "admissions"),
            ("UPDATE held SET admissions = '[[\"d\",\"zz\",1,2]]'", "held", "admissions"),
            ("UPDATE clock SET time = 9223372036854775807", "clock", "time"),
            ("UPDATE clock SET wall = -9223372036854775808", "clock", "wall"),
            ("UPDATE clock SET leap = 'soon'", "clock", "leap"),
            ("UPDATE rate SET time = x'00'", "rate", "time"),
            ("UPDATE layout SET kind = 'map'", "layout", "kind 'map'"),
            ("UPDATE grdb_migrations SET identifier = ''", "grdb_migrations", "version"),
            ("UPDATE setting SET value = x'01'", "setting", "hash key"),
            ("UPDATE key_segment SET state = 7", "key_segment", "state"),
            ("UPDATE key_segment SET id = id - 1000", "key_segment", "id"),
            ("UPDATE key_segment SET keys = -1", "key_segment", "keys"),
            ("UPDATE key_segment SET pages = 1 << 40", "key_segment", "pages"),
            ("UPDATE key_segment SET pages = pages + 1", "key_range", "order of pages"),
            ("UPDATE key_segment SET range_bits = 19", "key_segment", "number of ranges"),
            ("UPDATE key_segment SET target = 99", "key_segment", "target"),
            ("UPDATE key_segment SET latest = 'x'", "key_segment", "time"),
            ("UPDATE key_range SET filter = x'00'", "key_range", "filter"),
            ("UPDATE key_range SET fences = 7", "key_range", "filter"),
            ("DELETE FROM key_range", "key_range", "number"),
            ("UPDATE key_page SET entries = substr(entries, 2)", "key_page", "page of keys"),
            ("UPDATE key_page SET entries = 1", "key_page", "page of keys"),
            ("DELETE FROM key_page", "key_page", "page of keys"),
            ("INSERT OR REPLACE INTO setting VALUES ('forgotten_before', 'x')", "setting", "time")
        ])
    func valuesAreImpossible(sql: String, table: String, value: String) throws {
        let state = try open("s.db")
        try fill(state)
        state.close()
        let connection = try Connection(path: folder.file("s.db"), flags: SQLITE_OPEN_READWRITE, vfs: nil)
        try connection.execute(sql)
        connection.close()
        let error = #expect(throws: (any Error).self) { try use("s.db") }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("'\(table)'") && text.contains(value) && text.contains("s.db"))
    }
}
