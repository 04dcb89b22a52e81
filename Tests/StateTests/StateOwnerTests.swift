import Glibc
import Streaming
import Testing

@testable import State

@Suite("A state belongs to one spec", .timeLimit(.minutes(10)))
struct StateOwnerTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["one", "two", "one/.feedspine"] { mkdir(folder.file(name), 0o755) }
        for name in ["one/p.yaml", "one/q.yaml", "two/p.yaml"] { try folder.write([], to: name) }
    }

    private func use(_ state: String, _ pipeline: String, _ spec: String) throws -> String? {
        let owner = StateOwner(pipeline: pipeline, spec: folder.file(spec))
        let state = try SQLiteState(path: folder.file(state), owner: owner)
        defer { state.close() }
        return state.movedFrom
    }

    @Test("of one name and file, and is refused to others")
    func isRefusedToOthers() throws {
        #expect(try use("one/.feedspine/p.db", "p", "one/p.yaml") == nil)
        #expect(try use("one/.feedspine/p.db", "p", "two/../one/p.yaml") == nil)
        let known = StateOwner(pipeline: "p", spec: folder.file("one/p.yaml"))
        let path = folder.file("one/.feedspine/p.db")
        #expect(throws: StateError(path: path, .otherPipeline(known))) {
            try use("one/.feedspine/p.db", "other", "one/p.yaml")
        }
        for spec in ["two/p.yaml", "one/q.yaml"] {
            let error = #expect(throws: StateError(path: path, .otherSpec(known))) {
                try use("one/.feedspine/p.db", "p", spec)
            }
            #expect(error.map { "\($0)" }?.contains("--state") == true)
        }
        #expect(try use("one/.feedspine/p.db", "p", "one/p.yaml") == nil)
    }

    @Test("and goes on when the folder of both is moved, or reached by a link")
    func canBeMoved() throws {
        _ = try use("one/.feedspine/p.db", "p", "one/p.yaml")
        symlink("one", folder.file("link"))
        #expect(try use("link/.feedspine/p.db", "p", "link/p.yaml") == nil)
        rename(folder.file("one"), folder.file("three"))
        #expect(try use("three/.feedspine/p.db", "p", "three/p.yaml") == nil)
    }

    @Test("and goes on with a spec that was moved alone, and tells of it")
    func followsASpec() throws {
        _ = try use("one/.feedspine/p.db", "p", "one/p.yaml")
        rename(folder.file("one/p.yaml"), folder.file("one/renamed.yaml"))
        #expect(try use("one/.feedspine/p.db", "p", "one/renamed.yaml") == folder.file("one/p.yaml"))
        #expect(try use("one/.feedspine/p.db", "p", "one/renamed.yaml") == nil)
    }

    @Test("that may be a link whose target changes")
    func mayBeALink() throws {
        symlink("two/p.yaml", folder.file("mounted.yaml"))
        _ = try use("s.db", "p", "mounted.yaml")
        unlink(folder.file("mounted.yaml"))
        symlink("one/p.yaml", folder.file("mounted.yaml"))
        #expect(try use("s.db", "p", "mounted.yaml") == nil)
    }

    @Test("but tools may look into any")
    func toolsMayLook() throws {
        _ = try use("s.db", "p", "one/p.yaml")
        let state = try SQLiteState(path: folder.file("s.db"), owner: nil)
        #expect(state.movedFrom == nil)
    }

    @Test("which it is told from its own folder")
    func isRelative() {
        let cases = [
            ("/a/b/p.yaml", "/a/b/.s", "../p.yaml"), ("/a/p.yaml", "/a", "p.yaml"),
            ("/p.yaml", "/a/b", "../../p.yaml"),
            ("/a/b/p.yaml", "/", "a/b/p.yaml"), ("/ab/p.yaml", "/a", "../ab/p.yaml")
        ]
        for (file, folder, place) in cases {
            let known = RelativePlace(of: file, from: folder)
            #expect(known.path == place && known.path(from: folder) == file)
        }
    }
}
