import CSQLite
import Streaming
import Testing

@testable import State

@Suite("A history of version 1", .timeLimit(.minutes(10)))
struct EarlierHistoryTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try VersionOne.make(folder.file("s.db"))
    }

    private func open() throws -> SQLiteState { try SQLiteState(path: folder.file("s.db"), owner: nil) }

    private func times(_ state: SQLiteState, _ numbers: Range<UInt64>) throws -> [Int64?] {
        try state.lastSeen(numbers.map { .numbered($0, time: 0) }).map { $0?.time }
    }

    private func tables() throws -> [String] {
        let connection = try Connection(path: folder.file("s.db"), flags: SQLITE_OPEN_READONLY, vfs: nil)
        let statement = try connection.statement("SELECT name FROM sqlite_schema WHERE type = 'table'")
        var names: [String] = []
        while try statement.step() { names.append(statement.text(0) ?? "") }
        return names
    }

    @Test("is known at once, while it is taken over and after that, and then its tables are gone")
    func isTakenOver() throws {
        let keys = (0..<9000 as Range<UInt64>).map { DedupKey.numbered($0, time: Int64($0)) }
        try VersionOne.fill(folder.file("s.db"), keys: keys)
        var state = try open()
        var slices = 0
        while try state.forget(before: 100, limit: 500) >= 500 {
            slices += 1
            #expect(try times(state, 99..<101) == [nil, 100])
            if slices % 3 == 0 {
                state.close()
                state = try open()
                try state.commit { $0.keys = [.numbered(UInt64(slices) * 7, time: 20_000)] }
                #expect(try times(state, 8000..<8001) == [8000])
            }
        }
        #expect(slices > 6)
        let expected = (0..<9000).map { number -> Int64? in
            number % 21 == 0 && number > 0 && number / 7 <= slices
                ? 20_000 : number < 100 ? nil : Int64(number)
        }
        #expect(try times(state, 0..<9000) == expected)
        state.close()
        #expect(try !tables().contains("history") && !tables().contains("expiry"))
        #expect(try times(try open(), 0..<9000) == expected)
    }

    @Test("keeps what documents still show, and forgets with them")
    func keepsReadings() throws {
        let reading = ReadingNumber.make(document: 1, reading: 1)
        try VersionOne.fill(
            folder.file("s.db"), keys: [.numbered(1, time: 10, reading: reading), .numbered(2, time: 10)],
            sightings: [reading: 40])
        let state = try open()
        #expect(try times(state, 1..<3) == [40, 10])
        try state.forgetAll(before: 30)
        #expect(try times(state, 1..<3) == [40, nil])
        try state.commit { $0.sightings = [reading: 60] }
        try state.forgetAll(before: 50)
        #expect(try times(state, 1..<3) == [60, nil])
        try state.forgetAll(before: 61)
        #expect(try times(state, 1..<3) == [nil, nil])
    }

    @Test("gives back keys of records that failed after all, also before they were taken over")
    func removes() throws {
        try VersionOne.fill(folder.file("s.db"), keys: [.numbered(1, time: 10), .numbered(2, time: 10)])
        let state = try open()
        try state.commit { $0.removedKeys = [.numbered(1, time: 10)] }
        #expect(try times(state, 1..<3) == [nil, 10])
        try state.forgetAll(before: 5)
        #expect(try times(state, 1..<3) == [nil, 10])
    }

    @Test("whose keys are none is said to be damaged")
    func isDamaged() throws {
        try VersionOne.fill(folder.file("s.db"), keys: [.numbered(1, time: 10)])
        let connection = try Connection(path: folder.file("s.db"), flags: SQLITE_OPEN_READWRITE, vfs: nil)
        try connection.execute("UPDATE history SET key = CAST(key || x'00' AS BLOB)")
        connection.close()
        let state = try open()
        let error = #expect(throws: StateError.self) { try state.forgetAll(before: 5) }
        #expect(error.map { "\($0)" }?.contains("'history' holds an impossible key") == true)
    }

    @Test("without keys leaves no tables")
    func isEmpty() throws {
        try open().close()
        #expect(try !tables().contains("history"))
    }
}
