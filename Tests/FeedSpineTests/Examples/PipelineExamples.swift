import FeedSpine
import Foundation
import Testing

/// What the documentation of pipelines shows, word for word; ``DocumentationTests`` compares.
@Suite("Examples of pipelines", .timeLimit(.minutes(10)))
struct PipelineExamples {
    private struct Trouble: Error {}

    /// What programs have besides: some service.
    private actor Catalog {
        private(set) var records: [Record] = []

        func contains(_ id: Int) -> Bool { id < 3 }
        func enriched(_ record: Record) -> Record { record }
        func name(of id: Int) -> String { "name \(id)" }
        func add(_ records: [Record]) { self.records += records }
    }

    private actor Archive {
        func save(_ records: [Record]) throws {}
    }

    private let output = Output()
    private let catalog = Catalog()
    private let spine = FeedSpine(feeds: [Numbers(1..<6)])
    private let bbc = Numbers(1..<3, name: "bbc")
    private let reddit = Numbers(3..<5, name: "reddit")
    private let countdown = Numbers(0..<1, name: "countdown")

    private func print(_ value: some Any) { output.print(value) }

    @Test("feeds of a program")
    func feeds() async throws {
        struct Countdown: FeedAdapter {
            let name = "countdown"

            func fetch() -> AsyncStream<Record> {
                AsyncStream { continuation in
                    for number in (1...3).reversed() {
                        if let record = try? Record(json: "{\"id\":\(number)}") { continuation.yield(record) }
                    }
                    continuation.finish()
                }
            }
        }
        let countdown = Countdown()
        try await countdown.initialize()
        await countdown.close()
        #expect(try await FeedSpine(feeds: [countdown]).collect().map(\.number) == [3, 2, 1])
    }

    @Test("a spine")
    func wholeSpine() async throws {
        struct Countdown: FeedAdapter {
            let name = "countdown"
            func fetch() -> AsyncStream<Record> {
                AsyncStream { continuation in
                    for number in (1...3).reversed() {
                        if let record = try? Record(json: "{\"id\":\(number)}") { continuation.yield(record) }
                    }
                    continuation.finish()
                }
            }
        }

        let spine = FeedSpine(storage: .memory, feeds: [Countdown()])
        for try await record in spine.collectStream() { print(record) }
        #expect(output.lines == [#"{"id":3}"#, #"{"id":2}"#, #"{"id":1}"#])
    }

    @Test("a chain")
    func chain() async throws {
        struct Numbers: FeedAdapter {
            let name = "numbers"
            func fetch() -> AsyncStream<Record> {
                AsyncStream { continuation in
                    for number in 1...10 {
                        if let record = try? Record(json: "{\"id\":\(number)}") { continuation.yield(record) }
                    }
                    continuation.finish()
                }
            }
        }

        let saved = try await FeedSpine(feeds: [Numbers()]).pipeline()
            .filter { ($0["id"].int ?? 0) % 2 == 0 }
            .map { "number \($0["id"].int ?? 0)" }
            .batch(2)
            .tap { batch in print(batch.joined(separator: ", ")) }
            .count()
        #expect(saved == 3)
        #expect(output.lines == ["number 2, number 4", "number 6, number 8", "number 10"])
    }

    /// That of the README, which is only compiled: it makes a file.
    private func readme() async throws {
        let archive = Archive()
        @Sendable func enrich(_ record: Record) async throws -> Record { record }

        let spine = FeedSpine(storage: .sqlite("news.db"), feeds: [bbc, reddit])

        for try await record in spine.collectStream() { print(record) }

        let saved = try await spine.pipeline()
            .filter { $0["content"]["type"] == "important" }
            .dedup { $0["url"].string }
            .map(concurrency: 4) { try await enrich($0) }
            .batch(100)
            .tap { try await archive.save($0) }
            .count()
        print(saved)
    }

    @Test("storages")
    func storages() async throws {
        let storage = Storage.sqlite("news.db")
        _ = storage
        do {
            let spine = FeedSpine(storage: .memory, feeds: [countdown])
            #expect(try await spine.pipeline().count() == 1)
        }
        let spine = FeedSpine(storage: .sqlite("news.db"), feeds: [bbc, reddit], buffer: 100)
        _ = spine
    }

    @Test("streams")
    func streams() async throws {
        for try await record in spine.collectStream() { print(record["id"].int ?? 0) }
        #expect(output.lines == ["1", "2", "3", "4", "5"])
        let sources = try await spine.collectParallel(maxConcurrent: 2).map(\.source).collect()
        #expect(sources.count == 5)
        let records = try await spine.collect()
        #expect(records.count == 5)
        let important = try await spine.pipeline().filter { $0["type"] == "important" }.count()
        #expect(important == 0)
    }

    @Test("errors")
    func errors() async throws {
        do {
            try await spine.pipeline().tap { _ in throw Trouble() }.drain()
        } catch {
            print(error)
        }
        do throws(PipelineError) {
            try await spine.pipeline().map(name: "enrich") { _ throws -> Record in throw Trouble() }.drain()
        } catch {
            if case .stage(let name) = error.part { print(name) }  // enrich
        }
        #expect(output.lines == ["stage 'tap': Trouble()", "enrich"])
    }

    @Test("filters and maps")
    func filters() async throws {
        let even = spine.pipeline().filter { ($0["id"].int ?? 0) % 2 == 0 }
        #expect(try await even.collect().map(\.number) == [2, 4])
        let known = spine.pipeline().filter(concurrency: 4) { await catalog.contains($0["id"].int ?? 0) }
        #expect(try await known.collect().map(\.number) == [1, 2])
        let short = spine.pipeline().map { try Record(encoding: ["id": $0["id"].int ?? 0]) }
        #expect(try await short.count() == 5)
        let numbers = spine.pipeline().map { $0["id"].int ?? 0 }
        #expect(try await numbers.collect() == [1, 2, 3, 4, 5])
        let enriched = spine.pipeline().map(concurrency: 4) { await catalog.enriched($0) }
        #expect(try await enriched.collect().map(\.number) == [1, 2, 3, 4, 5])
        let names = spine.pipeline().map(concurrency: 4) { await catalog.name(of: $0["id"].int ?? 0) }
        #expect(try await names.collect().last == "name 5")
    }

    @Test("the other stages")
    func stages() async throws {
        let stored = spine.pipeline().batch(100).tap(name: "catalog") { await catalog.add($0) }
        try await stored.drain()
        #expect(await catalog.records.count == 5)
        let new = spine.pipeline().dedup(history: .seconds(7 * 86_400)) { $0["url"].string ?? $0.naturalKey }
        #expect(try await new.count() == 5)
        #expect(try await new.count() == 0)
        let slow = spine.pipeline().rateLimit(1000, per: .seconds(1))
        #expect(try await slow.count() == 5)
        let batches = spine.pipeline().batch(100, every: .seconds(5))
        #expect(try await batches.collect().map(\.count) == [5])
    }

    @Test("runs")
    func runs() async throws {
        try await spine.pipeline().tap { print($0) }.drain()
        #expect(output.lines.count == 5)
        let count = try await spine.pipeline().count()
        #expect(count == 5)
        let titles = try await spine.pipeline().map { $0["title"].string ?? "" }.collect()
        #expect(titles == ["", "", "", "", ""])
    }

    @Test("iterators")
    func iterators() async throws {
        var iterator = spine.pipeline().makeAsyncIterator()
        let first = try await iterator.next()
        #expect(first?.number == 1)
    }

    @Test("iterators of a type")
    func iteratorsOfAType() async throws {
        var records: Pipeline<Record>.Iterator = spine.pipeline().makeAsyncIterator()
        let record = try await records.next()
        let other = try await records.next(isolation: #isolation)
        #expect(record?.number == 1 && other?.number == 2)
    }

    @Test("records")
    func records() throws {
        let record = try Record(json: #"{"title":"Hello","content":{"type":"important"},"tags":["a","b"]}"#)
        if record["content"]["type"] == "important" { print(record["title"].string ?? "") }
        #expect(output.lines == ["Hello"])
        do { _ = try Record(json: "[]") } catch { print(error.reason) }  // it is no object
        #expect(output.lines.last == "it is no object")
        let isSame = try Record(json: "{\"a\":1,\"b\":2}") == Record(json: "{\"b\":2,\"a\":1}")
        #expect(isSame)
        let name = try Record(json: #"{"author":{"name":"Ada"}}"#)["author"]["name"].string
        #expect(name == "Ada")
    }

    @Test("records from texts and values")
    func coding() throws {
        do {
            let record = try Record(json: #"{"id":1}"#)
            #expect(record.number == 1)
        }
        do {
            struct Item: Codable { let id: Int }
            let record = try Record(encoding: Item(id: 1))
            #expect(record.number == 1)
        }
        do {
            struct Item: Codable { let id: Int }
            let item = try Record(json: #"{"id":1}"#).decode(as: Item.self)
            #expect(item.id == 1)
        }
    }

    @Test("values")
    func values() throws {
        do {
            let record = try Record(json: #"{"tags":["swift","feeds"],"score":7}"#)
            let first = record["tags"][0].string
            let isGood = (record["score"].int ?? 0) > 5
            #expect(first == "swift" && isGood)
        }
        let record = try Record(json: #"{"type":"important","score":7,"share":0.5,"new":true}"#)
        let isImportant = record["type"] == "important"
        let isSeven = record["score"] == 7
        let isHalf = record["share"] == 0.5
        let isNew = record["new"] == true
        #expect(isImportant && isSeven && isHalf && isNew)
    }
}
