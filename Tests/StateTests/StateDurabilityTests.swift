import CSQLite
import Streaming
import Testing

@testable import State

@Suite("A state on the disk", .timeLimit(.minutes(10)))
struct StateDurabilityTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("is synced with each commit")
    func syncsEachCommit() throws {
        let system = FaultyFileSystem()
        let state = try SQLiteState(path: folder.file("s.db"), owner: nil, vfs: system.name)
        for round in 1..<20 {
            let before = system.syncs
            try state.commit {
                $0.sources["a"] = SourcePosition(count: UInt64(round))
                $0.keys = [.numbered(UInt64(round), time: Int64(round))]
            }
            let after = system.syncs
            #expect(after > before)
            // Forgetting can be done again.
            try state.forgetAll(before: Int64(round - 1))
            #expect(system.syncs == after)
            let seen = try state.lastSeen((1...round).map { .numbered(UInt64($0), time: 0) })
            #expect(seen.map { $0 != nil } == (1...round).map { $0 >= round - 1 })
        }
    }

    @Test("syncs nothing for a note, or for looking keys up, or when nothing is to be forgotten")
    func syncsNothingElse() throws {
        let system = FaultyFileSystem()
        let state = try SQLiteState(path: folder.file("s.db"), owner: nil, vfs: system.name)
        try state.commit { $0.keys = [.numbered(1, time: 5)] }
        let before = system.changes
        _ = try state.note(SinkPosition(json: "1"), sink: "a")
        _ = try state.lastSeen(.numbered(1, time: 0))
        #expect(try state.forget(before: 5, limit: 10) == 0)
        #expect(system.changes == before)
    }

    @Test("writes nothing at a start with nothing to do")
    func writesNothingAtAStart() throws {
        let owner = StateOwner(pipeline: "p", spec: folder.file("p.yaml"))
        let first = try SQLiteState(path: folder.file("s.db"), owner: owner)
        try first.commit { $0.keys = [.numbered(1, time: 5)] }
        first.close()
        let before = try folder.read("s.db")
        let system = FaultyFileSystem()
        let state = try SQLiteState(path: folder.file("s.db"), owner: owner, vfs: system.name)
        _ = try state.restore()
        #expect(try state.forget(before: 5, limit: 10) == 0)
        #expect(system.changes == 0)
        state.close()
        #expect(try folder.read("s.db") == before)
    }

    @Test(
        "holds a checkpoint as a whole or not at all, whichever call fails",
        arguments: [SQLITE_FULL, SQLITE_IOERR])
    func isWholeWhicheverCallFails(code: Int32) throws {
        for failing in 0..<60 {
            let name = "\(failing).db"
            let system = FaultyFileSystem(failure: code)
            system.fail(after: failing * 3)
            var committed = 0
            do {
                let state = try SQLiteState(path: folder.file(name), owner: nil, vfs: system.name)
                defer { state.close() }
                for round in 1...6 {
                    try state.commit(Self.checkpoint(round))
                    committed = round
                    _ = try state.forget(before: Int64(round - 3), limit: 20)
                }
            } catch let error as StateError {
                #expect(error.path == folder.file(name))
                if code == SQLITE_FULL, error.problem != .full {
                    // A sync does not fail for want of room.
                    #expect("\(error)".contains(name))
                }
            }
            let state = try SQLiteState(path: folder.file(name), owner: nil)
            let round = Int(try state.restore().sources["a"]?.count ?? 0)
            #expect(round == committed || round == committed + 1)
            let seen = try state.lastSeen((0..<8).map { .numbered(UInt64($0), time: 0) })
            #expect(
                (0..<8).allSatisfy {
                    $0 > round || $0 == 0 ? seen[$0] == nil : seen[$0] != nil || $0 < round - 3
                })
            #expect(try state.restore().held["b"]?.count ?? 0 == min(round, 2))
        }
    }

    @Test("goes on after a full disk")
    func goesOnAfterAFullDisk() throws {
        let system = FaultyFileSystem()
        let state = try SQLiteState(path: folder.file("s.db"), owner: nil, vfs: system.name)
        try state.commit(Self.checkpoint(1))
        system.fail(after: 1)
        #expect(throws: StateError(path: folder.file("s.db"), .full)) { try state.commit(Self.checkpoint(2)) }
        #expect(try state.restore().sources["a"]?.count == 1)
        system.recover()
        try state.commit(Self.checkpoint(2))
        #expect(try state.restore().sources["a"]?.count == 2)
    }

    private static func checkpoint(_ round: Int) -> Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.sources["a"] = SourcePosition(count: UInt64(round))
        checkpoint.keys = [.numbered(UInt64(round), time: Int64(round))]
        let record = HeldRecord(
            number: UInt64(round), source: "s", received: 0, index: 0,
            json: String(repeating: "x", count: 9_000))
        checkpoint.held["b"] = HeldChange(first: UInt64(max(0, round - 1)), added: [record])
        return checkpoint
    }
}
