import FeedSpine
import Foundation
import Synchronization
import Testing

/// What the documentation of sources and components shows, word for word; ``DocumentationTests`` compares.
@Suite("Examples of sources, maps, stages and sinks", .timeLimit(.minutes(10)))
struct SourceExamples {
    /// A feed of what a closure sends.
    private struct Sending: Feed {
        let name = "sending"
        let body: @Sendable (RecordOutlet) async throws -> Void

        func read(from cursor: String?, into outlet: RecordOutlet) async throws { try await body(outlet) }
    }

    @Test("a source with a cursor")
    func source() async throws {
        struct Mailbox: RecordSource {
            let messages: [String]

            func read(from cursor: String?, into outlet: RecordOutlet) async throws {
                let first = cursor.flatMap { Int($0) } ?? 0
                for number in first..<messages.count {
                    try await outlet.send(
                        try Record(encoding: ["text": messages[number]]), then: "\(number + 1)")
                }
            }
        }
        let mailbox = Mailbox(messages: ["a", "b", "c"])
        try await mailbox.delivered(through: "7")
        let feed = Sending { try await mailbox.read(from: "1", into: $0) }
        #expect(try await FeedSpine(feeds: [feed]).collect().map { $0["text"].string } == ["b", "c"])
    }

    /// Only compiled: it makes a file.
    private func feed() async throws {
        struct Mail: Feed {
            let name = "mail"

            func read(from cursor: String?, into outlet: RecordOutlet) async throws {
                let first = cursor.flatMap { Int($0) } ?? 0
                for number in first..<3 {
                    try await outlet.send(try Record(json: "{\"id\":\(number)}"), then: "\(number + 1)")
                }
            }
        }

        let spine = FeedSpine(storage: .sqlite("mail.db"), feeds: [Mail()])
        let new = try await spine.pipeline().count()
        #expect(new == 3)
    }

    @Test("pages")
    func pages() async throws {
        struct Pages: RecordSource {
            func read(from cursor: String?, into outlet: RecordOutlet) async throws {
                var page = cursor.flatMap { Int($0) } ?? 0
                while page < 3 {
                    let records = try (0..<2).map { try Record(json: "{\"page\":\(page),\"place\":\($0)}") }
                    page += 1
                    try await outlet.send(records, then: "\(page)")
                }
            }
        }
        let feed = Sending { try await Pages().read(from: nil, into: $0) }
        #expect(try await FeedSpine(feeds: [feed]).pipeline().count() == 6)
    }

    @Test("an outlet")
    func outlet() async throws {
        let record = try Record(json: #"{"id":1}"#)
        let countdown = Numbers(0..<1, name: "countdown")
        let feed = Sending { outlet in
            try await outlet.send([record], then: "page 2")
            try await outlet.send(record, then: "7")
            outlet.reject("the date is missing", at: "message 7")
            outlet.rest(for: .seconds(60))
            try await countdown.read(from: nil, into: outlet)
        }
        #expect(try await FeedSpine(feeds: [feed]).pipeline().count() == 3)
    }

    @Test("changes of records")
    func changes() throws {
        var record = try Record(json: #"{"title":"Hello"}"#)
        try record.set("words", to: 1)
        try record.set("author", to: ["name": "Ada"])
        #expect(record.json == #"{"title":"Hello","words":1,"author":{"name":"Ada"}}"#)
        record.remove("words")
        #expect(record.json == #"{"title":"Hello","author":{"name":"Ada"}}"#)
    }

    @Test("maps and stages")
    func maps() async throws {
        struct Shout: RecordMap {
            let field: String

            func map(_ record: inout Record) throws {
                if let text = record[field].string { try record.set(field, to: text.uppercased()) }
            }
        }
        struct Split: AsyncRecordMap {
            func map(_ record: Record) async throws -> [Record] {
                try (record["tags"].elements ?? []).map { tag in try Record(encoding: ["tag": tag.string]) }
            }
        }
        struct Sample: RecordStage {
            let every: Int

            func admits(_ record: Record) throws -> Bool { (record["id"].int ?? 0) % every == 0 }
        }
        var record = try Record(json: #"{"id":4,"title":"a","tags":["x","y"]}"#)
        try Shout(field: "title").map(&record)
        #expect(record["title"] == "A")
        #expect(try await Split().map(record).map(\.json) == [#"{"tag":"x"}"#, #"{"tag":"y"}"#])
        #expect(try Sample(every: 2).admits(record))
    }

    @Test("sinks")
    func sinks() async throws {
        actor Shelf: RecordSink {
            private(set) var records: [Record] = []

            func write(_ records: [Record]) async throws -> [Refusal] {
                self.records += records
                return []
            }
        }
        let shelf = Shelf()
        try await shelf.open(at: nil)
        #expect(try await shelf.write([Record(json: "{}")]) == [])
        let position = try await shelf.flush()
        await shelf.close()
        #expect(position == nil)
        do {
            let refusal = Refusal(of: 0, because: "the title is missing")
            #expect(!refusal.isTemporary)
        }
        let refusal = Refusal(of: 2, because: "busy", isTemporary: true)
        #expect(refusal.isTemporary)
    }

    @Test("sightings")
    func sightings() async throws {
        let (bbc, reddit) = (Numbers(1..<3, name: "bbc"), Numbers(3..<5, name: "reddit"))
        let spine = FeedSpine(feeds: [bbc, reddit])
        try await spine.pipeline().dedup(sightings: true) { $0["url"].string }.drain()
        for sighting in try spine.sightings(of: "https://example.org/a") { print(sighting) }
    }
}
