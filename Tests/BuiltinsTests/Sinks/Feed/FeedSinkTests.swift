import Feeds
import Glibc
import Logging
import Notation
import PipelineSpec
import Records
import State
import Streaming
import TestSupport
import Testing

@testable import Builtins

@Suite struct FeedSinkTests {
    private let folder: Folder
    private let history = SinkHistory()
    private let registry = OutputRegistry()

    init() throws { folder = try Folder() }

    private func made(
        _ name: String = "out/planet.json", items: Int = 100, size: Int = 1 << 20,
        order: FeedWindow.Order = .published, pipeline: String = "planet", title: String = "Planet",
        calls: any FileCalls = Files.calls
    ) -> FeedSink {
        FeedSink(
            pipeline: pipeline, path: "\(folder.path)/\(name)",
            display: .test(name, items: items, size: size, order: order, pipeline: pipeline, title: title),
            calls: calls, registry: registry)
    }

    /// One life of a sink, up to its last checkpoint.
    private func live(_ sink: FeedSink, _ records: String...) async throws {
        try await sink.open(history.opening())
        #expect(try await sink.write(SinkRecords.parse(records)) == [])
        history.commit(try await sink.checkpoint())
        await sink.close()
    }

    private func item(_ number: Int, _ rest: String = "") -> String {
        #"{"id":"\#(number)","title":"t\#(number)","published":"2026-11-0\#(number)T00:00:00Z"\#(rest)}"#
    }

    private func shown(_ name: String = "out/planet.json") throws -> [String] {
        try ShownFeed.titles(folder.bytes(name))
    }

    @Test func `the newest items stand first, and the oldest go`() async throws {
        try await live(made(items: 3), item(2), item(5), item(1), item(4))
        #expect(try shown() == ["t5", "t4", "t2"])
        try await live(made(items: 3), item(3))
        #expect(try shown() == ["t5", "t4", "t3"])
    }

    @Test func `what an item says anew stands in its place, and writing it again changes nothing`()
        async throws
    {
        try await live(made(), item(1), item(2))
        let before = try folder.text("out/planet.json")
        let inode = FileIdentity(at: "\(folder.path)/out/planet.json")
        try await live(made(), item(2), item(1))
        #expect(try folder.text("out/planet.json") == before)
        #expect(FileIdentity(at: "\(folder.path)/out/planet.json") == inode)
        try await live(made(), #"{"id":"1","title":"new","published":"2026-11-05T00:00:00Z"}"#)
        #expect(try shown() == ["t2", "new"])
        let item = try #require(try ShownFeed.items(folder.bytes("out/planet.json")).last)
        // Its date is what it was, and it was changed when the record came.
        #expect(item["date_published"] == "2026-11-01T00:00:00Z")
        #expect(item["date_modified"]?.string == Timestamp(nanosecondsSince1970: 7).rfc3339)
    }

    @Test func `an item without a date is of when it came first`() async throws {
        let sink = made()
        try await sink.open(history.opening())
        let first = try SinkRecords.parse([#"{"id":"a","title":"x"}"#], received: 1_000_000_000)
        _ = try await sink.write(first)
        history.commit(try await sink.checkpoint())
        await sink.close()
        try await sink.open(history.opening())
        _ = try await sink.write(SinkRecords.parse([#"{"id":"a","title":"x"}"#], received: 9_000_000_000))
        #expect(try await sink.checkpoint() == nil)
        await sink.close()
        let items = try ShownFeed.items(folder.bytes("out/planet.json"))
        #expect(items.map { $0["date_published"]?.string } == ["1970-01-01T00:00:01Z"])
    }

    @Test func `one from the future does not stay on top`() async throws {
        try await live(made(), #"{"id":"f","title":"f","published":"2999-01-01T00:00:00Z"}"#, item(1))
        // All came at the same moment, long before any of their dates.
        #expect(Set(try shown()) == ["f", "t1"])
        let sink = made()
        try await sink.open(history.opening())
        let time = try #require(FeedDate.parse("2026-11-09T00:00:00Z")).seconds * 1_000_000_000
        _ = try await sink.write(SinkRecords.parse([item(8)], received: time))
        history.commit(try await sink.checkpoint())
        await sink.close()
        #expect(try shown().first == "t8")
    }

    @Test func `the order is that of changes where the spec says so, and what changes comes up`() async throws
    {
        func live(_ records: [String], _ day: Int) async throws {
            let sink = made(order: .updated)
            try await sink.open(history.opening())
            let time = try #require(FeedDate.parse("2026-12-0\(day)T00:00:00Z")).seconds * 1_000_000_000
            _ = try await sink.write(SinkRecords.parse(records, received: time))
            history.commit(try await sink.checkpoint())
            await sink.close()
        }
        try await live([item(1), item(2), item(3, #","updated":"2999-01-01T00:00:00Z""#)], 1)
        #expect(try shown() == ["t3", "t2", "t1"])
        try await live([item(1, #","summary":"edited""#)], 2)
        #expect(try shown() == ["t1", "t3", "t2"])
    }

    @Test func `without its state a feed begins anew, and says so`() async throws {
        try await live(made(), item(1))
        let sink = made()
        let anew = SinkHistory()
        try await sink.open(anew.opening())
        #expect(try shown() == ["t1"])
        #expect(anew.log.said(.notice).count == 1)
        _ = try await sink.write(SinkRecords.parse([item(2)]))
        anew.commit(try await sink.checkpoint())
        await sink.close()
        #expect(try shown() == ["t2"])
    }

    @Test func `records that are no items are refused alone, and the oldest make room for long ones`()
        async throws
    {
        let sink = made(size: 60)
        try await sink.open(history.opening())
        let long = String(repeating: "x", count: 30)
        let refusals = try await sink.write(
            SinkRecords.parse([
                #"{"title":"x"}"#, #"{"id":null}"#, #"{"id":" "}"#,
                #"{"id":"9","title":"\#(long)\#(long)\#(long)"}"#,
                #"{"id":1,"title":"\#(long)","published":"2026-11-01"}"#,
                #"{"id":2,"title":"y\#(long)","published":"2026-11-02"}"#
            ]))
        #expect(refusals.map(\.index) == [0, 1, 2, 3])
        #expect(refusals.map(\.isFinal) == [true, true, true, true])
        #expect(refusals.last?.reason.contains("60") == true)
        _ = try await sink.checkpoint()
        await sink.close()
        #expect(try shown() == ["y" + long])
    }

    @Test func `an edited spec carries the items over`() async throws {
        try await live(made(), item(1), item(2), item(3))
        try await live(made(items: 2))
        #expect(try shown() == ["t3", "t2"])
        try await live(made(items: 100, title: "Other"))
        #expect(try shown() == ["t3", "t2"])
        #expect(try folder.text("out/planet.json").contains(#""title":"Other""#))
        let atom = FeedSink(
            pipeline: "planet", path: "\(folder.path)/out/planet.json",
            display: .test("x.atom", pipeline: "planet"), registry: registry)
        try await live(atom, item(4))
        #expect(try folder.text("out/planet.json").hasPrefix("<?xml"))
        #expect(try shown() == ["t4", "t3", "t2"])
    }

    @Test func `what others made of the file is made good`() async throws {
        try await live(made(), item(1))
        let before = try folder.text("out/planet.json")
        try folder.remove("out/planet.json")
        try await live(made())
        #expect(try folder.text("out/planet.json") == before)
        try folder.write("out/planet.json", String(before.dropLast(20)))
        try await live(made())
        #expect(try folder.text("out/planet.json") == before)
        #expect(history.log.said(.notice).count == 2)
        // The whole folder, while it runs.
        let sink = made()
        try await sink.open(history.opening())
        try folder.remove("out")
        _ = try await sink.write(SinkRecords.parse([item(2)]))
        history.commit(try await sink.checkpoint())
        #expect(try shown() == ["t2", "t1"])
        await sink.close()
    }

    @Test func `a file that is not its own is left alone`() async throws {
        try folder.write("page.html", "<html>mine</html>")
        await #expect(throws: FeedSinkError.foreign(path: "\(folder.path)/page.html")) {
            try await made("page.html").open(history.opening())
        }
        try await live(made(), item(1))
        await #expect(
            throws: FeedSinkError.otherPipeline(path: "\(folder.path)/out/planet.json", name: "planet")
        ) {
            try await made(pipeline: "other").open(SinkHistory().opening())
        }
        // One that takes its place while it runs.
        let sink = made()
        try await sink.open(history.opening())
        _ = try await sink.write(SinkRecords.parse([item(2)]))
        try folder.write("out/planet.json", "mine")
        await #expect(throws: FeedSinkError.foreign(path: "\(folder.path)/out/planet.json")) {
            try await sink.checkpoint()
        }
        await sink.close()
        #expect(try folder.text("out/planet.json") == "mine")
        #expect(try folder.text("page.html") == "<html>mine</html>")
    }

    @Test func `two sinks on one file are a conflict, in a process and between two`() async throws {
        try await live(made(), item(1))
        let first = made()
        try await first.open(history.opening())
        await #expect(throws: OutputConflict.self) { try await made().open(SinkHistory().opening()) }
        // Another process knows nothing of this one's registry.
        let other = FeedSink(
            pipeline: "planet", path: "\(folder.path)/out/planet.json",
            display: .test("x.json", pipeline: "planet"),
            registry: OutputRegistry())
        await #expect(throws: OutputInUse.self) { try await other.open(SinkHistory().opening()) }
        _ = try await first.write(SinkRecords.parse([item(2)]))
        _ = try await first.checkpoint()
        await #expect(throws: OutputInUse.self) { try await other.open(SinkHistory().opening()) }
        await first.close()
        try await other.open(SinkHistory().opening())
        await other.close()
    }

    @Test func `a link stays a link, and what is private stays private`() async throws {
        try folder.write("target", "")
        // No umask has both.
        chmod("\(folder.path)/target", 0o620)
        if geteuid() == 0 { chown("\(folder.path)/target", 65_534, 65_534) }
        symlink("target", "\(folder.path)/planet.json")
        try await live(made("planet.json"), item(1))
        #expect(try ShownFeed.titles(folder.bytes("target")) == ["t1"])
        var status = stat()
        #expect(lstat("\(folder.path)/planet.json", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(stat("\(folder.path)/target", &status) == 0 && status.st_mode & 0o777 == 0o620)
        #expect(status.st_uid == (geteuid() == 0 ? 65_534 : geteuid()))
        #expect(try folder.names == ["planet.json", "target"])
    }

    @Test func `a pipe, a folder, and a folder that cannot be made are refused`() async throws {
        mkfifo("\(folder.path)/pipe", 0o600)
        await #expect(throws: FeedSinkError.noFile(path: "\(folder.path)/pipe")) {
            try await made("pipe").open(history.opening())
        }
        mkdir("\(folder.path)/folder", 0o700)
        await #expect(throws: FileError.self) { try await made("folder").open(history.opening()) }
        try folder.write("file", "")
        await #expect(throws: FileError.self) { try await made("file/planet.xml").open(history.opening()) }
    }

    @Test func `a full disk leaves the old feed, and nothing beside it`() async throws {
        try await live(made(), item(1))
        let before = try folder.text("out/planet.json")
        let calls = FaultyFileCalls()
        let sink = made(calls: calls)
        try await sink.open(history.opening())
        _ = try await sink.write(SinkRecords.parse([item(2)]))
        calls.fail(after: 0, part: 10, .full)
        await #expect(throws: FileError.self) { try await sink.checkpoint() }
        #expect(try folder.text("out/planet.json") == before)
        #expect(try Folder.names(of: "\(folder.path)/out") == ["planet.json"])
        calls.clear()
        history.commit(try await sink.checkpoint())
        #expect(try shown() == ["t2", "t1"])
        await sink.close()
    }

    @Test func `a checkpoint syncs the file and its folder, and one without news nothing`() async throws {
        try await live(made(), item(1))
        let calls = FaultyFileCalls()
        let sink = made(calls: calls)
        try await sink.open(history.opening())
        _ = try await sink.write(SinkRecords.parse([item(2)]))
        history.commit(try await sink.checkpoint())
        #expect(calls.syncs == 2)
        _ = try await sink.write(SinkRecords.parse([item(2), item(1)]))
        #expect(try await sink.checkpoint() == nil)
        #expect(calls.syncs == 2)
        await sink.close()
    }

    @Test func `what is kept does not grow with what has been`() throws {
        var window = FeedWindow(limit: 10, size: 1 << 20, order: .arrival)
        var sizes: Set<Int> = []
        for number in 1000..<9000 {
            window.put(
                WrittenItem(id: "\(number)"),
                FeedWindow.Arrival(received: Int64(number), turn: 5000, place: 10))
            if number % 1000 == 999 {
                #expect(window.newest().map(\.id) == (number - 9...number).reversed().map(String.init))
                sizes.insert(window.stored.json.utf8.count)
            }
        }
        #expect(sizes.count == 1)
    }

    @Test func `items of one document keep its order, records without a document their own`() throws {
        var arrivals = FeedArrivals(after: 0)
        var window = FeedWindow(limit: 10, size: 1 << 20, order: .published)
        func put(_ ids: [String], reading: Int64, plain: Bool) throws {
            let origin = Origin(source: "s", received: 7, reading: reading, hasPlainTexts: plain)
            for (index, id) in ids.enumerated() {
                let (chunk, root) = try JSONParser().parse(#"{"id":"\#(id)"}"#, origin: origin)
                let record = Record(chunk: chunk, root: root, index: UInt64(index))
                let item = try #require(WrittenItem(id: id) { record[$0] })
                window.put(item, arrivals.arrival(of: record))
            }
        }
        try put(["a", "b"], reading: 1, plain: true)
        try put(["c", "d"], reading: 0, plain: false)
        #expect(window.newest().map(\.id) == ["d", "c", "a", "b"])
    }

    @Test(arguments: 0..<60) func `after deaths at any call it shows what was delivered`(seed: UInt64)
        async throws
    {
        var random = SeededGenerator(seed: seed)
        var committed = 0
        for _ in 0..<10 {
            let calls = FaultyFileCalls()
            if Bool.random(using: &random) {
                calls.fail(
                    after: Int.random(in: 0..<6, using: &random),
                    part: Int.random(in: 0..<600, using: &random))
            }
            var next = committed
            do {
                let sink = made(items: 20, calls: calls)
                try await sink.open(history.opening(calls))
                if committed > 0 { #expect(try shown() == expected(committed), "seed \(seed)") }
                for _ in 0..<Int.random(in: 0..<6, using: &random) {
                    let count = Int.random(in: 1..<5, using: &random)
                    _ = try await sink.write(SinkRecords.parse((next..<next + count).map(numbered)))
                    next += count
                    if Bool.random(using: &random) {
                        let answer = try await sink.checkpoint()
                        // The process may die before the checkpoint is stored.
                        if Bool.random(using: &random) {
                            history.commit(answer)
                            committed = next
                        } else {
                            break
                        }
                    }
                }
                await sink.close()
            } catch {
                guard calls.isDead else { throw error }
            }
            history.die()
        }
        try await live(made(items: 20), numbered(committed))
        #expect(try shown() == expected(committed + 1), "seed \(seed)")
        #expect(try Folder.names(of: "\(folder.path)/out") == ["planet.json"])
    }

    private func numbered(_ number: Int) -> String {
        let date = Timestamp(seconds: Int64(number))?.rfc3339 ?? ""
        return #"{"id":\#(number),"title":"\#(number)","published":"\#(date)"}"#
    }

    private func expected(_ count: Int) -> [String] { (0..<count).suffix(20).reversed().map(String.init) }
}

extension FeedSink.Display {
    static func test(
        _ path: String, items: Int = 100, size: Int = 1 << 20, order: FeedWindow.Order = .published,
        pipeline: String, title: String = "Planet"
    ) -> FeedSink.Display {
        var head = FeedHead(title: title, pipeline: pipeline)
        head.home = "https://planet.example.org/"
        return FeedSink.Display(
            format: FeedSink.Format.auto.format(of: path), head: head, items: items, size: size, order: order,
            key: FieldPath(first: Key("id")))
    }
}

/// Feeds as their readers see them.
enum ShownFeed {
    /// The items of a JSON Feed.
    static func items(_ bytes: [UInt8]) throws -> [JSON] { try JSON(parsing: bytes)["items"]?.array ?? [] }

    static func titles(_ bytes: [UInt8]) throws -> [String] { try values(bytes, "title") }

    /// A field of each item.
    static func values(_ bytes: [UInt8], _ field: String) throws -> [String] {
        var parser = FeedParser()
        var builder = ChunkBuilder()
        bytes.withUnsafeBufferPointer { _ = parser.push($0, into: &builder) }
        _ = parser.finish(into: &builder)
        let (chunk, roots) = try builder.finish(origin: Origin(source: "", received: 0))
        return roots.map { chunk.node(at: $0)[field]?.string ?? "" }
    }
}
