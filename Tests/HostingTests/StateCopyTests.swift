import Foundation
import State
import Streaming
import Testing

@testable import Hosting

@Suite struct StateCopyTests {
    private let folder: String
    private let path: String

    init() throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("feedspine-\(UUID().uuidString)")
            .path
        path = "\(folder)/s.db"
    }

    private let owner = StateOwner(pipeline: "s", spec: "/nowhere/s.yaml")

    private func place() -> StatePlace {
        StatePlace(path, pipeline: "s", file: SpecFile(text: "", name: "s.yaml", folder: folder))
    }

    private func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !name.hasSuffix("-shm")
        {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        return files
    }

    @Test func aStateThatIsInUseIsReadAsItIsAndNotTouched() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let state = try SQLiteState(path: path, owner: nil)
        var checkpoint = Checkpoint()
        checkpoint.sources = ["s": SourcePosition(anchor: Anchor(json: "7"), count: 2)]
        try state.commit(checkpoint)
        let before = try files()
        let copy = try #require(try place().copy(for: owner))
        #expect(
            try copy.store.restore().sources == ["s": SourcePosition(anchor: Anchor(json: "7"), count: 2)])
        #expect(copy.store.hashKey == state.hashKey)
        #expect(try files() == before)
    }

    @Test func whatIsDoneToTheCopyStaysThere() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try SQLiteState(path: path, owner: nil).commit(Checkpoint())
        let before = try files()
        var checkpoint = Checkpoint()
        checkpoint.sources = ["s": SourcePosition(count: 1)]
        try place().copy(for: owner)?.store.commit(checkpoint)
        #expect(try files() == before)
    }

    @Test func whereThereIsNoStateNothingIsMade() throws {
        #expect(try place().copy(for: owner) == nil)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
