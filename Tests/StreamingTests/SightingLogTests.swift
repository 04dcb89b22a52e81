import Records
import Testing

@testable import Streaming

@Suite("What a dedup has seen since the last checkpoint")
struct SightingLogTests {
    private func key(_ number: UInt64) -> DedupKey { DedupKey(high: number, low: 0, seen: .init(time: 0)) }

    @Test("goes with the marker behind it, each once")
    func markers() throws {
        let log = SightingLog(ttl: .seconds(10))
        let records = try Items.numbered(0..<3)
        log.add([key(1), nil, key(1)], of: records, now: 5)
        log.pass(marker: 1)
        log.add([key(1)], of: [records[0]], now: 7)
        log.pass(marker: 2)
        log.pass(marker: 3)
        let first = log.settle(marker: 1)
        #expect(first.map(\.count) == [2])
        #expect(first.map(\.until) == [15])
        #expect(log.settle(marker: 1) == [])
        let second = log.settle(marker: 3)
        #expect(second.map(\.first) == [7])
        #expect(log.settle(marker: 3) == [])
    }

    @Test("a book in memory forgets what is past its time when it has grown")
    func book() {
        var book = SightingBook()
        let old = (0..<2000).map {
            KeySighting(.init(high: $0, low: 0, source: "a"), first: 1, last: 1, until: 10)
        }
        book.add(old, now: 5)
        #expect(book.all.count == 2000)
        book.add(
            [KeySighting(.init(high: 9999, low: 0, source: "a"), first: 20, last: 20, until: 30)], now: 20)
        book.add([], now: 20)
        #expect(book.all.count <= 2001)
        #expect(book.sightings(of: [KeyIdentity(high: 9999, low: 0)]).map(\.last) == [20])
    }
}
