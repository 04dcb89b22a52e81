import FeedSpine
import Foundation
import Testing

@testable import FeedSpineRunner

/// Built-in sources within sources of a program.
@Suite("Sources within sources", .timeLimit(.minutes(10)))
struct SourceFeedTests {
    private struct Forwarding: Feed {
        let name = "forwarding"
        let source: SourceFeed

        func read(from cursor: String?, into outlet: RecordOutlet) async throws {
            try await source.read(from: cursor, into: outlet)
        }
    }

    @Test("a feed that hands on what a source reads goes on where that was")
    func forwarding() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("feedspine-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func feed(_ count: Int) throws -> Forwarding {
            Forwarding(source: try SourceFeed("inner", "generate: \(count)"))
        }
        let storage = Storage.sqlite("\(folder)/s.db")
        #expect(try await FeedSpine(storage: storage, feeds: [feed(3)]).collect().count == 3)
        #expect(try await FeedSpine(storage: storage, feeds: [feed(5)]).collect().count == 2)
        #expect(try await FeedSpine(storage: storage, feeds: [feed(5)]).collect().isEmpty)
    }

    @Test("a component that is a source of pipeline files keeps its positions")
    func component() async throws {
        let inner = Component.source("inner", "Makes items.") { try SourceFeed("x", "generate: 3") }
        let workbench = Workbench(try FeedSpineRunner.runner([inner, .sink("kept", "Keeps.") { Kept() }]))
        let spec = """
            name: t
            sources: [inner]
            stages: [tap: kept]
            """
        try await workbench.run(spec)
        let first = Kept.written.lines.count
        try await workbench.run(spec)
        #expect(first == 3 && Kept.written.lines.count == 3)
    }

    private actor Kept: RecordSink {
        static let written = Written()

        func write(_ records: [Record]) async throws -> [Refusal] {
            Kept.written.append(records.map(\.json))
            return []
        }
    }
}
