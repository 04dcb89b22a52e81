import Glibc
import Streaming
import Testing

@testable import State

@Suite("A look at a state", .timeLimit(.minutes(10)))
struct StateViewTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func fill(_ name: String) throws -> SQLiteState {
        let state = try SQLiteState(
            path: folder.file(name), owner: StateOwner(pipeline: "p", spec: folder.file("p.yaml")))
        try state.commit { $0.sources["a"] = SourcePosition(count: 3) }
        _ = try state.note(SinkPosition(json: "1"), sink: "o")
        return state
    }

    @Test("shows what it holds, and leaves no trace")
    func leavesNoTrace() throws {
        let state = try fill("s ?#%é.db")
        state.close()
        let (bytes, names) = (try folder.read("s ?#%é.db"), folder.names)
        let view = try StateView(path: folder.file("s ?#%é.db"))
        #expect(view?.state.sources == ["a": SourcePosition(count: 3)])
        #expect(view?.state.notes == ["o": [SinkPosition(json: "1")]])
        #expect(view?.hashKey == state.hashKey)
        #expect(view?.owner == StateOwner(pipeline: "p", spec: folder.file("p.yaml")))
        #expect(try folder.read("s ?#%é.db") == bytes && folder.names == names)
    }

    @Test("does not wait for somebody to write into a pipe, nor take a folder for a state")
    func refusesWhatIsNoFile() throws {
        #expect(mkfifo(folder.file("pipe.db"), 0o600) == 0 && mkdir(folder.file("folder.db"), 0o700) == 0)
        for name in ["pipe.db", "folder.db"] {
            let error = #expect(throws: StateError.self) { try StateView(path: folder.file(name)) }
            #expect("\(error as Any)".contains("it is no regular file"))
        }
    }

    @Test("shows the last checkpoint while it is in use, and after the death of its process")
    func showsTheLastCheckpoint() throws {
        let state = try fill("s.db")
        #expect(try StateView(path: folder.file("s.db"))?.state.sources["a"]?.count == 3)
        try state.commit { $0.sources["a"] = SourcePosition(count: 4) }
        #expect(try StateView(path: folder.file("s.db"))?.state.sources["a"]?.count == 4)
        try folder.copyState("s.db", to: "dead.db")
        #expect(try StateView(path: folder.file("dead.db"))?.state.sources["a"]?.count == 4)
        #expect(try SQLiteState(path: folder.file("dead.db"), owner: nil).restore().sources["a"]?.count == 4)
    }

    @Test("changes none of the files that a killed run has left, nor makes one that is missing")
    func leavesTheLogOfADeadRunAlone() throws {
        let state = try fill("s.db")
        try state.commit { $0.sources["a"] = SourcePosition(count: 4) }
        for withIndex in [true, false] {
            let name = withIndex ? "whole.db" : "bare.db"
            try folder.copyState("s.db", to: name)
            if withIndex { try folder.write(try folder.read("s.db-shm"), to: name + "-shm") }
            let files = folder.names.filter { $0.hasPrefix(name) }
            let before = try files.map { try folder.read($0) }
            #expect(try StateView(path: folder.file(name))?.state.sources["a"]?.count == 4)
            #expect(try StateView.copy(folder.file(name), to: folder.file("copy-\(name)")))
            #expect(folder.names.filter { $0.hasPrefix(name) } == files)
            #expect(try files.map { try folder.read($0) } == before)
            let copy = try SQLiteState(path: folder.file("copy-\(name)"), owner: nil)
            #expect(try copy.restore().sources["a"]?.count == 4)
        }
    }

    @Test("finds nothing where there is none yet, and makes nothing")
    func makesNothing() throws {
        #expect(try StateView(path: folder.file("a/s.db")) == nil)
        try folder.write([], to: "empty.db")
        #expect(try StateView(path: folder.file("empty.db")) == nil)
        #expect(folder.names == ["empty.db"])
    }

    @Test("takes no file of something else for a state, however short it is, and nothing is written over it")
    func keepsOtherFiles() throws {
        for text in [
            "n", "no database", String(repeating: "n", count: 511), String(repeating: "n", count: 9000)
        ] {
            try folder.write(Array(text.utf8), to: "n.db")
            let looking = #expect(throws: StateError.self) { try StateView(path: folder.file("n.db")) }
            let running = #expect(throws: StateError.self) {
                try SQLiteState(path: folder.file("n.db"), owner: nil)
            }
            #expect(looking?.problem == .noDatabase && running?.problem == .noDatabase)
            #expect(try folder.read("n.db") == Array(text.utf8))
        }
    }

    @Test("is copied as it is, whether a run has it open or not, and is not touched")
    func copies() throws {
        let state = try fill("s.db")
        try state.commit { $0.sources["a"] = SourcePosition(count: 5) }
        let before = try folder.read("s.db")
        #expect(try StateView.copy(folder.file("s.db"), to: folder.file("open.db")))
        #expect(try folder.read("s.db") == before)
        state.close()
        let (bytes, names) = (try folder.read("s.db"), folder.names)
        #expect(try StateView.copy(folder.file("s.db"), to: folder.file("closed.db")))
        #expect(try folder.read("s.db") == bytes)
        #expect(Set(folder.names) == Set(names + ["closed.db"]))
        for name in ["open.db", "closed.db"] {
            let copy = try SQLiteState(path: folder.file(name), owner: nil)
            #expect(try copy.restore().sources == ["a": SourcePosition(count: 5)])
            #expect(copy.hashKey == state.hashKey)
        }
        #expect(try !StateView.copy(folder.file("none.db"), to: folder.file("x.db")))
    }
}
