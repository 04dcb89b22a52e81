import Glibc
import Streaming
import Testing

@testable import State

@Suite("The file of a state", .timeLimit(.minutes(10)))
struct StateFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ name: String, owner: StateOwner? = nil) throws -> SQLiteState {
        try SQLiteState(path: folder.file(name), owner: owner)
    }

    @Test("is made with its folders, for its owner only, and stands alone after a clean end")
    func standsAlone() throws {
        let state = try open("a/b/s.db")
        try state.commit { $0.sources["a"] = SourcePosition(count: 1) }
        let number = try state.note(SinkPosition(json: "1"), sink: "x")
        for suffix in ["", "-wal", "-shm", "-notes"] { #expect(folder.mode("a/b/s.db" + suffix) == 0o600) }
        #expect(folder.mode("a/b") & 0o700 == 0o700)
        try state.commit { $0.coveredNotes["x"] = number }
        state.close()
        for suffix in ["-wal", "-shm", "-notes"] { #expect(folder.mode("a/b/s.db" + suffix) == 0) }
        #expect(folder.mode("a/b/s.db") == 0o600)
    }

    @Test("keeps its notes after an end in which some were not covered")
    func keepsNotes() throws {
        let state = try open("s.db")
        _ = try state.note(SinkPosition(json: "1"), sink: "x")
        state.close()
        #expect(folder.names == ["s.db", "s.db-notes"])
    }

    @Test("has its own secret, the same each time")
    func hasASecret() throws {
        let keys = try ["a.db", "b.db", "a.db"].map { name in
            let state = try open(name)
            defer { state.close() }
            return state.hashKey
        }
        #expect(keys[0] == keys[2] && keys[0] != keys[1])
    }

    @Test("is used once at a time, by whatever path it comes, also when what stands beside it is deleted")
    func isLocked() throws {
        let state = try open("s.db")
        symlink("s.db", folder.file("l.db"))
        link(folder.file("s.db"), folder.file("h.db"))
        let inUse = StateError.Problem.inUse(process: getpid())
        for name in ["s.db", "l.db", "h.db", "./s.db"] {
            #expect(throws: StateError(path: folder.file(name), inUse)) { try open(name) }
        }
        try state.commit { $0.sources["a"] = SourcePosition(count: 1) }
        state.close()
        let again = try open("l.db")
        #expect(try again.restore().sources["a"]?.count == 1)
        #expect(folder.names.contains("s.db-wal"))
    }

    @Test("is used by one process at a time")
    func isLockedByOthers() throws {
        try open("s.db").close()
        // A descriptor of its own is to the system what another process is.
        let other = Glibc.open(folder.file("s.db"), O_RDWR)
        defer { close(other) }
        #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
        let error = #expect(throws: StateError.self) { try open("s.db") }
        // Not every container shows the locks.
        #expect([.inUse(process: getpid()), .inUse(process: nil)].contains(error?.problem))
        flock(other, LOCK_UN)
        let state = try open("s.db")
        #expect(flock(other, LOCK_EX | LOCK_NB) != 0)
        state.close()
        #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
    }

    @Test("tells which process has it")
    func tellsTheHolder() throws {
        let file = FileIdentity(device: 0xFE00, inode: 4711)
        let locks = """
            1: POSIX  ADVISORY  WRITE 10 fe:00:4711 1073741824 1073742335
            2: FLOCK  ADVISORY  WRITE 11 fe:01:4711 0 EOF
            2: -> FLOCK  ADVISORY  WRITE 12 fe:00:4711 0 EOF
            3: FLOCK  ADVISORY  WRITE 13 fe:00:4711 0 EOF
            """
        #expect(file.holder(in: locks) == 13)
        #expect(file.holder(in: "nonsense\n1: FLOCK\n") == nil)
        let error = StateError(path: "s.db", .inUse(process: 13))
        #expect(
            "\(error)".contains("in use") && "\(error)".contains("process 13")
                && "\(error)".contains("--state"))
    }

    @Test("is made where a link leads that has no target yet")
    func followsLinks() throws {
        mkdir(folder.file("far"), 0o755)
        symlink("far/s.db", folder.file("l.db"))
        let state = try open("l.db")
        try state.commit { $0.sources["a"] = SourcePosition(count: 1) }
        #expect(folder.mode("far/s.db-wal") == 0o600)
        #expect(folder.names == ["far", "l.db"])
    }

    @Test("cannot be a folder or a device")
    func isARegularFile() throws {
        mkdir(folder.file("d"), 0o755)
        #expect(throws: StateError.self) { try open("d") }
        let error = #expect(throws: StateError.self) { try SQLiteState(path: "/dev/null", owner: nil) }
        #expect(error.map { "\($0)" }?.contains("no regular file") == true)
    }

    @Test("names its place and --state where it cannot be made")
    func namesItsPlace() throws {
        try folder.write([], to: "f")
        let error = #expect(throws: StateError.self) { try open("f/s.db") }
        let text = error.map { "\($0)" } ?? ""
        #expect(
            text.contains(folder.file("f")) && text.contains("Not a directory") && text.contains("--state"))
    }

    @Test("ends every use when it is closed")
    func isClosed() throws {
        let state = try open("s.db")
        state.close()
        state.close()
        #expect(throws: StateError.self) { try state.commit { $0.rates["a"] = 1 } }
        #expect(throws: StateError.self) { try state.restore() }
    }
}
