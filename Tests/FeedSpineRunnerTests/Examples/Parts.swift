import FeedSpine
import FeedSpineRunner
import Synchronization

/// What the documentation's examples refer to.
struct Numbers: RecordSource {
    let range: Range<Int>

    init(_ range: Range<Int>) { self.range = range }

    func read(from cursor: String?, into outlet: RecordOutlet) async throws {
        let first = cursor.flatMap { Int($0) } ?? range.lowerBound
        for number in range.dropFirst(first - range.lowerBound) {
            try await outlet.send(try Record(json: "{\"id\":\(number)}"), then: "\(number + 1)")
        }
    }
}

struct Lines: RecordSource {
    let path: String

    func read(from cursor: String?, into outlet: RecordOutlet) async throws {}
}

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

actor Shelf: RecordSink {
    private(set) var records: [Record] = []

    func write(_ records: [Record]) async throws -> [Refusal] {
        self.records += records
        return []
    }
}
