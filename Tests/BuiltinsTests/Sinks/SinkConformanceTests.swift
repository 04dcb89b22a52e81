import Fetching
import Foundation
import GRDB
import PipelineSpec
import Records
import Streaming
import Synchronization
import TestSupport
import Testing

@testable import Builtins

/// What every sink promises, whatever it writes to.
@Suite struct SinkConformanceTests {
    enum Kind: CaseIterable, Sendable {
        case jsonl, gzip, zstd, sqlite, stdout, http, email, feed, exec, fake

        /// Whether what a killed process wrote after its last checkpoint can be told, or does not matter.
        var takesBack: Bool { self != .stdout }
    }

    @Test(arguments: Kind.allCases) func writesRecordsInTheirOrder(kind: Kind) async throws {
        try await TestOutput.run(kind) { output in
            let sink = try output.sink()
            try await sink.open(output.history.opening())
            #expect(try await sink.write(SinkRecords.numbered(0..<3)).isEmpty)
            #expect(try await sink.write([]).isEmpty)
            #expect(try await sink.write(SinkRecords.numbered(3..<5)).isEmpty)
            _ = try await sink.checkpoint()
            #expect(try output.ids() == [0, 1, 2, 3, 4])
            await sink.close()
        }
    }

    @Test(arguments: Kind.allCases) func goesOnAfterACleanEnd(kind: Kind) async throws {
        try await TestOutput.run(kind) { output in
            for life in 0..<3 {
                let sink = try output.sink()
                try await sink.open(output.history.opening())
                _ = try await sink.write(SinkRecords.numbered(life * 2..<life * 2 + 2))
                output.history.commit(try await sink.checkpoint())
                await sink.close()
            }
            #expect(try output.ids() == [0, 1, 2, 3, 4, 5])
        }
    }

    @Test(arguments: Kind.allCases.filter(\.takesBack)) func whatCameAfterACheckpointComesOnce(
        kind: Kind
    ) async throws {
        try await TestOutput.run(kind) { output in
            var sink: (any Sink)? = try output.sink()
            try await sink?.open(output.history.opening())
            _ = try await sink?.write(SinkRecords.numbered(0..<3))
            output.history.commit(try await sink?.checkpoint())
            _ = try await sink?.write(SinkRecords.numbered(3..<6))
            // An answer that the process did not live to store counts for nothing.
            _ = try await sink?.checkpoint()
            _ = try await sink?.write(SinkRecords.numbered(6..<8))
            output.history.die()
            sink = nil

            let next = try output.sink()
            try await next.open(output.history.opening())
            _ = try await next.write(SinkRecords.numbered(3..<8))
            output.history.commit(try await next.checkpoint())
            await next.close()
            #expect(try output.ids() == Array(0..<8))
        }
    }

    @Test(arguments: Kind.allCases) func canBeClosedTwiceAndOpenedAgain(kind: Kind) async throws {
        try await TestOutput.run(kind) { output in
            let sink = try output.sink()
            try await sink.open(output.history.opening())
            await sink.close()
            await sink.close()
            try await sink.open(output.history.opening())
            _ = try await sink.write(SinkRecords.numbered(0..<1))
            output.history.commit(try await sink.checkpoint())
            await sink.close()
            #expect(try output.ids() == [0])
        }
    }

    @Test(arguments: Kind.allCases) func aRunThatWroteNothingLeavesEverythingAsItWas(kind: Kind) async throws
    {
        try await TestOutput.run(kind) { output in
            for _ in 0..<2 {
                let sink = try output.sink()
                try await sink.open(output.history.opening())
                output.history.commit(try await sink.checkpoint())
                await sink.close()
            }
            #expect(try output.ids() == [])
            #expect(output.history.log.all == [])
        }
    }
}

/// An output, read as its reader would.
final class TestOutput {
    let history = SinkHistory()
    private let kind: SinkConformanceTests.Kind
    private let folder: Folder
    private let registry = OutputRegistry()
    private let pipe = Pipe()
    private let fake = FakeSink()
    private let processes: ProcessHarness
    /// A server that has each request once, by its key.
    private let server: ScriptedServer
    /// A mailbox that has each mail once, by its `Message-ID`.
    private let mailServer: ScriptedMailServer
    private let fetcher = Fetcher(FetcherConfiguration(userAgent: "test"))

    private init(
        _ kind: SinkConformanceTests.Kind, _ server: ScriptedServer, _ mailServer: ScriptedMailServer
    ) throws {
        self.kind = kind
        self.server = server
        self.mailServer = mailServer
        folder = try Folder()
        processes = try ProcessHarness()
    }

    /// Gives an output for as long as the body takes.
    static func run(_ kind: SinkConformanceTests.Kind, _ body: (TestOutput) async throws -> Void) async throws
    {
        try await ScriptedServer.run { server in
            server.otherwise { _ in .reply(204) }
            try await ScriptedMailServer.run { mailServer in
                let output = try TestOutput(kind, server, mailServer)
                do {
                    try await body(output)
                    await output.fetcher.shutdown()
                } catch {
                    await output.fetcher.shutdown()
                    throw error
                }
            }
        }
    }

    func sink() throws -> any Sink {
        switch kind {
        case .http: return try HTTPSinkHarness(server, fetcher).sink("http: \(server.url("/"))")
        case .email:
            return try HTTPSinkHarness(server, fetcher).sink(
                "email: { server: \"\(mailServer.url)\", starttls: false, from: a@b, to: c@d, subject: '{id}' }"
            )
        case .jsonl:
            return FileSink(folder: folder.path, registry: registry, placing: .all { "out/a.jsonl" })
        case .gzip: return compressed(.gzip)
        case .zstd: return compressed(.zstd)
        case .sqlite:
            return SQLiteSink(
                path: "\(folder.path)/out/a.db",
                table: SQLiteTable(name: "items", key: FieldPath(first: Key("id"))), registry: registry)
        case .feed:
            return FeedSink(
                path: "\(folder.path)/out/a.xml", display: .test("a.xml", pipeline: "test"),
                registry: registry)
        case .stdout: return StdoutSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        case .exec: return processes.sink(ExecSinkTests.program())
        case .fake: return fake
        }
    }

    private func compressed(_ compression: OutputCompression) -> any Sink {
        FileSink(
            owner: "a sink", folder: folder.path, registry: registry, text: JSONLinesText(),
            form: OutputForm(compression: compression), placing: .all { "out/a\(compression.ending)" })
    }

    private func lines(_ compression: OutputCompression) throws -> [String] {
        let name = "out/a\(compression.ending)"
        return folder.exists(name) ? try folder.lines(name, compression) : []
    }

    func ids() throws -> [Int] {
        switch kind {
        case .jsonl:
            if !folder.exists("out/a.jsonl") { return [] }
            return try folder.lines("out/a.jsonl").map(id)
        case .gzip: return try lines(.gzip).map(id)
        case .zstd: return try lines(.zstd).map(id)
        case .sqlite:
            return try DatabaseQueue(path: "\(folder.path)/out/a.db").read { db in
                try Int.fetchAll(db, sql: "SELECT key FROM items ORDER BY rowid")
            }
        case .feed:
            if !folder.exists("out/a.xml") { return [] }
            // The newest stands first.
            return try ShownFeed.values(folder.bytes("out/a.xml"), "id").reversed().map { Int($0) ?? -1 }
        case .stdout:
            try pipe.fileHandleForWriting.close()
            let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            return try text.split(separator: "\n").map { try id(String($0)) }
        case .http:
            var keys: Set<String?> = []
            return try server.requests.filter { keys.insert($0["Idempotency-Key"]).inserted }.map {
                try id(String(decoding: $0.body, as: UTF8.self))
            }
        case .email:
            var identifiers: Set<String?> = []
            return mailServer.mails.filter { identifiers.insert($0.header("Message-ID")).inserted }.map {
                $0.header("Subject").flatMap { Int($0) } ?? -1
            }
        case .exec:
            // A program that keeps each key once.
            var keys: Set<String?> = []
            guard processes.folder.exists("told") else { return [] }
            return try processes.folder.lines("told").flatMap { line in
                try JSON(parsing: line)["records"]?.array ?? []
            }.filter { keys.insert($0["key"]?.string).inserted }.map { Int($0["record"]?["id"]?.int ?? -1) }
        case .fake: return fake.ids
        }
    }

    private func id(_ line: String) throws -> Int { Int(try JSON(parsing: line)["id"]?.int ?? -1) }
}

/// The simplest sink that keeps the promise: an array, whose length is its position.
final class FakeSink: Sink {
    private let written = Mutex<[Int]>([])

    var ids: [Int] { written.withLock { $0 } }

    func open(_ opening: SinkOpening) throws {
        let count = opening.position.flatMap { Int($0.json) } ?? 0
        written.withLock { $0.removeLast($0.count - count) }
    }

    func write(_ records: [Records.Record]) throws -> [Refusal] {
        let ids = records.compactMap { $0["id"]?.int.map { Int($0) } }
        written.withLock { $0 += ids }
        return []
    }

    func checkpoint() throws -> SinkPosition? { SinkPosition(json: "\(ids.count)") }

    func close() {}
}
