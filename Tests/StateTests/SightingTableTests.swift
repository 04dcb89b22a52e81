import CSQLite
import Streaming
import TestSupport
import Testing

@testable import State

/// Who has shown a key, and when: a row for each key and source, kept as long as the history.
@Suite("Sightings in a state", .timeLimit(.minutes(10)))
struct SightingTableTests {
    private let folder: TemporaryFolder
    private let path: String
    private let state: SQLiteState

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("s.db")
        state = try SQLiteState(path: path, owner: nil)
    }

    private func sighting(_ key: UInt64, by source: String = "a", at time: Int64, until: Int64? = nil)
        -> KeySighting
    {
        KeySighting(
            .init(high: key, low: 0, source: source), first: time, last: time, until: until ?? time + 100)
    }

    private func commit(_ sightings: KeySighting..., now: Int64) throws {
        try state.commit {
            $0.keySightings = sightings
            $0.clock = HistoryClock.Stored(time: now, wall: now)
        }
    }

    private func sightings(of keys: UInt64...) throws -> [KeySighting] {
        try StateView.sightings(in: path) { _ in
            keys.map { DedupKey(high: $0, low: 0, seen: .init(time: 0)) }
        }
    }

    @Test("those of one source are one row")
    func merged() throws {
        try commit(sighting(1, at: 5), sighting(2, at: 5), now: 5)
        try commit(sighting(1, at: 9), sighting(1, by: "b", at: 7), now: 9)
        let found = try sightings(of: 1)
        #expect(found.map(\.place.source) == ["a", "b"])
        #expect(found.map(\.first) == [5, 7])
        #expect(found.map(\.last) == [9, 7])
        #expect(found.map(\.count) == [2, 1])
        #expect(try sightings(of: 3) == [])
    }

    @Test("a state that keeps none has no table")
    func none() throws {
        try commit(now: 1)
        #expect(try sightings(of: 1) == [])
        let connection = try Connection(path: path, flags: SQLITE_OPEN_READONLY, vfs: nil)
        defer { connection.close() }
        let statement = try connection.statement(
            "SELECT 1 FROM sqlite_schema WHERE name = 'key_sighting'")
        defer { statement.reset() }
        #expect(try !statement.step())
    }

    @Test("what is past its time goes by and by, a slice a checkpoint, and nothing else does")
    func forgetting() throws {
        let count: UInt64 = 1000
        try state.commit {
            $0.keySightings = (1...count).map { sighting($0, at: 1, until: $0 % 2 == 0 ? 50 : 10) }
            $0.clock = HistoryClock.Stored(time: 1, wall: 1)
        }
        func left() throws -> [Bool] {
            try (1...count).map { try !sightings(of: $0).isEmpty }
        }
        try commit(now: 20)
        let some = try left().count { $0 }
        #expect(some < Int(count) && some > Int(count) / 2)
        // A slice has 256 rows, and they begin anew behind the last.
        for _ in 0..<8 { try commit(now: 20) }
        #expect(try left() == (1...count).map { $0 % 2 == 0 })
        for _ in 0..<8 { try commit(now: 60) }
        #expect(try left().allSatisfy { !$0 })
    }
}
