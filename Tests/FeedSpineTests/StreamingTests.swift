import FeedSpine
import Foundation
import Synchronization
import Testing

@Suite("The streams of a spine", .timeLimit(.minutes(10)))
struct StreamingTests {
    private func storages() -> [(String, Storage)] {
        let path = NSTemporaryDirectory() + "spine-\(UUID().uuidString)/state.db"
        return [("memory", .memory), ("sqlite", .sqlite(path))]
    }

    @Test("what a loop has not asked past comes again, and nothing else")
    func acknowledgement() async throws {
        for (name, storage) in storages() {
            let spine = FeedSpine(storage: storage, feeds: [Numbers(0..<200)], buffer: 10)
            let chain = spine.collectStream().dedup(by: \.naturalKey)
            var seen: [Int] = []
            for stop in [0, 1, 17, 100, 199] {
                for try await record in chain {
                    seen.append(record.number)
                    if record.number == stop { break }
                }
            }
            #expect(Set(seen) == Set(0..<200), "\(name)")
            // Once each, and those at which a loop was left twice.
            let loops: [ClosedRange<Int>] = [0...0, 0...1, 1...17, 17...100, 100...199]
            #expect(seen == loops.flatMap { Array($0) }, "\(name)")
            #expect(try await chain.collect().map(\.number) == [199], "\(name)")
            #expect(try await chain.collect().isEmpty, "\(name)")
        }
    }

    @Test("batches that were not asked past come again as one")
    func batches() async throws {
        for (name, storage) in storages() {
            let chain = FeedSpine(storage: storage, feeds: [Numbers(0..<10)]).pipeline()
                .dedup(by: \.naturalKey).map { $0.number }.batch(4)
            for try await batch in chain {
                if batch[0] == 4 { break }
            }
            let rest = try await chain.collect()
            #expect(rest.flatMap(\.self) == [4, 5, 6, 7, 8, 9], "\(name)")
        }
    }

    @Test("a slow reader keeps the feed from running ahead")
    func backpressure() async throws {
        let numbers = Numbers(0..<100_000)
        var seen = 0
        for try await _ in FeedSpine(feeds: [numbers], buffer: 10).collectStream() {
            seen += 1
            #expect(numbers.sent - seen < 60)
            if seen == 2000 { break }
        }
    }

    @Test("several feeds at the same time")
    func parallel() async throws {
        let feeds = (0..<6).map { Numbers($0 * 1000..<$0 * 1000 + 500, name: "feed \($0)") }
        let all = try await FeedSpine(feeds: feeds).collectParallel(maxConcurrent: 4).collect()
        #expect(all.map(\.number).sorted() == feeds.indices.flatMap { $0 * 1000..<$0 * 1000 + 500 })
        for place in feeds.indices {
            let own = all.filter { $0.source == "feed \(place)" }.map(\.number)
            #expect(own == Array(place * 1000..<place * 1000 + 500))
        }
    }

    @Test("one feed that fails takes no other with it, and is said behind the last record")
    func failingFeed() async throws {
        let broken = Numbers(0..<10, name: "broken", breaksAt: 5)
        let whole = Numbers(100..<110, name: "whole")
        var seen: [Int] = []
        do {
            for try await record in FeedSpine(feeds: [broken, whole]).collectStream() {
                seen.append(record.number)
            }
            Issue.record("it has failed")
        } catch {
            #expect(error.part == .feed("broken"))
            #expect(error.underlying as? Numbers.Broken == Numbers.Broken())
        }
        #expect(seen.sorted() == Array(0..<5) + Array(100..<110))
    }

    @Test("a feed is closed at its end, after an error, and when the loop is left")
    func closing() async throws {
        for (breaksAt, stop) in [(nil, nil), (5, nil), (nil, 3)] as [(Int?, Int?)] {
            let numbers = Numbers(0..<100_000, breaksAt: breaksAt ?? 100_000)
            let spine = FeedSpine(feeds: [numbers], buffer: 4)
            do {
                for try await record in spine.collectStream() where record.number == stop { break }
            } catch {
                #expect(error.part == .feed("numbers"))
            }
            // A stream begins when the one before it has ended.
            _ = try? await spine.pipeline().filter { _ in false }.count()
            #expect(numbers.calls.prefix(3) == ["initialize", "fetch", "close"])
            #expect(numbers.calls.count == 6)
        }
    }

    @Test("collects everything at once where that is wanted")
    func collect() async throws {
        #expect(try await FeedSpine(feeds: [Numbers(0..<3)]).collect().map(\.number) == [0, 1, 2])
        #expect(try await FeedSpine(feeds: []).collect().isEmpty)
    }

    @Test("a storage that cannot be used is an error")
    func brokenStorage() async throws {
        let spine = FeedSpine(storage: .sqlite("/dev/null/x.db"), feeds: [Numbers(0..<3)])
        do {
            _ = try await spine.collect()
            Issue.record("it has failed")
        } catch {
            #expect(error.part == .storage)
        }
    }
}
