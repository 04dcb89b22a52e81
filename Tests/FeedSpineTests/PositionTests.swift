import FeedSpine
import Synchronization
import Testing

/// Feeds that say where they are: what was acknowledged does not come again, with nothing but their cursor.
@Suite("Feeds with positions", .timeLimit(.minutes(10)))
struct PositionTests {
    private struct Trouble: Error {}

    /// Pages of two numbers. A cursor is the number of the next page.
    private final class Pages: Feed {
        struct State {
            var pages: [[Int]]
            /// The cursors that it was read from.
            var begun: [String?] = []
            /// What it was told.
            var delivered: [String] = []
            /// The page at which it fails.
            var failure: Int?
        }

        let name = "pages"
        let state: Mutex<State>

        init(_ pages: [[Int]], failingAt failure: Int? = nil) {
            state = Mutex(State(pages: pages, failure: failure))
        }

        func read(from cursor: String?, into outlet: RecordOutlet) async throws {
            state.withLock { $0.begun.append(cursor) }
            var page = cursor.flatMap { Int($0) } ?? 0
            while let (numbers, fails) = state.withLock({ state in
                page < state.pages.count ? (state.pages[page], state.failure == page) : nil
            }) {
                if fails { throw Trouble() }
                page += 1
                try await outlet.send(numbers.map { try Record(encoding: ["id": $0]) }, then: "\(page)")
            }
        }

        func delivered(through cursor: String) async throws { state.withLock { $0.delivered.append(cursor) } }
    }

    @Test("what was acknowledged does not come again")
    func goesOn() async throws {
        let feed = Pages([[1, 2], [3, 4], [5]])
        let spine = FeedSpine(feeds: [feed])
        #expect(try await spine.collect().map(\.number) == [1, 2, 3, 4, 5])
        #expect(try await spine.collect().map(\.number) == [])
        feed.state.withLock { $0.pages.append([6]) }
        #expect(try await spine.collect().map(\.number) == [6])
        #expect(feed.state.withLock(\.begun) == [nil, "3", "3"])
        #expect(feed.state.withLock(\.delivered).last == "4")
    }

    @Test("a loop that is left goes on at the record at which it was left")
    func leftLoop() async throws {
        let spine = FeedSpine(feeds: [Pages([[1, 2], [3, 4], [5]])])
        var seen: [Int] = []
        for try await record in spine.collectStream() {
            seen.append(record.number)
            if seen.count == 3 { break }
        }
        seen += try await spine.collect().map(\.number)
        #expect(seen == [1, 2, 3, 3, 4, 5])
    }

    @Test("a reading that fails goes on behind its last cursor")
    func failure() async throws {
        let feed = Pages([[1, 2], [3, 4], [5]], failingAt: 2)
        let spine = FeedSpine(feeds: [feed])
        var seen: [Int] = []
        await #expect(throws: PipelineError.self) {
            for try await record in spine.collectStream() { seen.append(record.number) }
        }
        feed.state.withLock { $0.failure = nil }
        seen += try await spine.collect().map(\.number)
        #expect(seen == [1, 2, 3, 4, 5])
        #expect(feed.state.withLock(\.begun) == [nil, "2"])
    }

    @Test("what was sent behind the last cursor comes again, in whatever order")
    func withoutCursor() async throws {
        final class Shuffled: Feed {
            let name = "shuffled"
            let turn = Mutex(0)

            func read(from cursor: String?, into outlet: RecordOutlet) async throws {
                let turn = turn.withLock { turn in
                    turn += 1
                    return turn
                }
                let numbers = turn == 1 ? [1, 2, 3] : [3, 1, 2]
                for number in numbers { try await outlet.send(try Record(encoding: ["id": number])) }
            }
        }
        let spine = FeedSpine(feeds: [Shuffled()])
        var first: Int?
        for try await record in spine.collectStream().filter({ $0.number == 2 }) {
            first = record.number
            break
        }
        #expect(first == 2)
        #expect(try await spine.collect().map(\.number).suffix(3) == [3, 1, 2])
    }
}

/// Who has shown a record, and when.
@Suite("Sightings", .timeLimit(.minutes(10)))
struct SightingTests {
    @Test("a feed each, over all runs of a storage")
    func sightings() async throws {
        let spine = FeedSpine(feeds: [Numbers(0..<3, name: "a"), Numbers(2..<5, name: "b")])
        for _ in 0..<2 {
            try await spine.pipeline(maxConcurrent: 1).dedup(sightings: true) { $0.naturalKey }.drain()
        }
        let sightings = try spine.sightings(of: "2")
        #expect(Set(sightings.map(\.source)) == ["a", "b"])
        #expect(sightings.map(\.count) == [2, 2])
        #expect(sightings.allSatisfy { $0.firstSeen <= $0.lastSeen })
        #expect(try spine.sightings(of: "0").map(\.source) == ["a"])
        #expect(try spine.sightings(of: "7") == [])
        #expect(try spine.sightings(of: "2", in: "other") == [])
    }

    @Test("a record says when it came, and what its contents are known by")
    func record() async throws {
        let record = try Record(json: #"{"id":1}"#)
        #expect(record.received == nil)
        #expect(record.contentHash == "037c9214eef74cc3887f3a4f085b4e17d76280dafd273b0ee160c09c4ba1cfd4")
        #expect(try Record(json: #"{"content_hash":"ab"}"#).contentHash == "ab")
        #expect(try await FeedSpine(feeds: [Numbers(0..<1)]).collect().first?.received != nil)
    }
}
