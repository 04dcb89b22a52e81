import TestSupport
import Testing

@testable import State

@Suite("A page of a segment")
struct SegmentPageTests {
    private static func entry(using random: inout SeededGenerator, times: ClosedRange<Int64>) -> HistoryEntry
    {
        HistoryEntry(
            key: HistoryKey(
                high: .random(in: 0...50, using: &random), low: .random(in: 0...9, using: &random)),
            time: .random(in: times, using: &random),
            reading: Bool.random(using: &random) ? 0 : .random(in: .min ... .max, using: &random),
            isRemoved: .random(using: &random))
    }

    @Test("gives back what was put into it, whatever the times", arguments: 0..<40 as Range<UInt64>)
    func keepsEntries(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let spans: [ClosedRange<Int64>] = [5...5, -9...9, 0...60_000, 0...4_000_000_000, .min ... .max]
        let times = spans[Int(seed) % spans.count]
        var builder = SegmentPageBuilder()
        var entries: [HistoryKey: HistoryEntry] = [:]
        for _ in 0..<Int.random(in: 1..<400, using: &random) {
            let entry = Self.entry(using: &random, times: times)
            entries[entry.key] = entry
        }
        let sorted = entries.values.sorted { $0.key < $1.key }
        for entry in sorted where !builder.add(entry) { break }
        var bytes: [UInt8] = []
        builder.write(to: &bytes)
        #expect(bytes.count <= SegmentPage.size)
        try bytes.withUnsafeBytes { bytes in
            let page = try #require(SegmentPage(bytes))
            #expect((0..<page.count).map { page.entry(at: $0) } == builder.entries)
            for entry in sorted {
                let kept = builder.entries.contains { $0.key == entry.key }
                #expect(page.entry(for: entry.key) == (kept ? entry : nil))
            }
            #expect(page.entry(for: HistoryKey(high: 51, low: 0)) == nil)
        }
    }

    @Test("is refused or can be read, whatever its bytes", arguments: 0..<20 as Range<UInt64>)
    func isSafe(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var builder = SegmentPageBuilder()
            for _ in 0..<Int.random(in: 1..<9, using: &random) {
                _ = builder.add(Self.entry(using: &random, times: 0...1000))
            }
            var bytes: [UInt8] = []
            builder.write(to: &bytes)
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<min(16, bytes.count), using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &random) / 8)
            bytes.withUnsafeBytes { bytes in
                guard let page = SegmentPage(bytes) else { return }
                for index in 0..<page.count { _ = page.entry(at: index) }
                _ = page.entry(for: HistoryKey(high: 3, low: 3))
            }
        }
    }

    @Test("takes seventeen bytes a key where keys were seen in the same minutes")
    func isSmall() {
        var builder = SegmentPageBuilder()
        var count: UInt64 = 0
        while builder.add(
            HistoryEntry(key: HistoryKey(high: count, low: 1), time: 1000 + Int64(count), reading: 0))
        { count += 1 }
        #expect(count == UInt64((SegmentPage.size - 12) / 17))
    }
}

@Suite("The filter of a segment")
struct KeyFilterTests {
    @Test("passes all keys that are there, and few others", arguments: [1, 20, 2000])
    func passesFew(count: Int) {
        var random = SeededGenerator(seed: 1)
        func key() -> HistoryKey {
            HistoryKey(
                high: .random(in: 0...(.max), using: &random), low: .random(in: 0...(.max), using: &random))
        }
        var filter = KeyFilter(keys: count)
        let keys = (0..<count).map { _ in key() }
        for key in keys { filter.insert(key) }
        func passes(_ key: HistoryKey) -> Bool {
            filter.words.withUnsafeBufferPointer {
                KeyFilter.mayHold(key, $0, start: 0, blocks: $0.count / KeyFilter.blockWords)
            }
        }
        #expect(keys.allSatisfy(passes))
        #expect((0..<20_000).count { _ in passes(key()) } < 200)
    }
}

@Suite("Segments are merged")
struct SegmentMergeTests {
    @Test("when four of one size have come together, with what is newer and smaller")
    func whenFour() {
        #expect(SegmentMerge.due([]) == 0)
        #expect(SegmentMerge.due([50_000, 50_000, 50_000]) == 0)
        #expect(SegmentMerge.due([50_000, 50_000, 50_000, 50_000]) == 4)
        #expect(SegmentMerge.due([50_000, 50_000, 50_000, 200_000, 50_000]) == 0)
        #expect(SegmentMerge.due([10, 50_000, 3, 50_000, 50_000, 9, 9, 50_000, 800_000]) == 8)
        #expect(SegmentMerge.due([10, 10, 10, 10, 50_000, 50_000, 50_000, 50_000]) == 4)
    }

    @Test(
        "so that there are never many, and a key is written again once for each size",
        arguments: [200, 300, 50_000])
    func stayFew(keys: Int) {
        var segments: [Int] = []
        var written = 0
        var most = 0
        for _ in 0..<2000 {
            segments.insert(keys, at: 0)
            while case let count = SegmentMerge.due(segments), count > 0 {
                let merged = segments.prefix(count).reduce(0, +)
                segments.replaceSubrange(0..<count, with: [merged])
                written += merged
            }
            most = max(most, segments.count)
        }
        #expect(most <= 18)
        #expect(written <= keys * 2000 * 6)
    }

    @Test("into what the newest says of each key")
    func newestCounts() {
        func list(_ numbers: [UInt64], time: Int64) -> [HistoryEntry] {
            numbers.map { HistoryEntry(key: HistoryKey(high: $0 / 2, low: $0), time: time, reading: 0) }
        }
        let merged = SegmentMerge.merged([
            list([2, 4, 9], time: 3), list([1, 4, 9, 10], time: 2), list([4], time: 1)
        ])
        #expect(merged.map(\.key.low) == [1, 2, 4, 9, 10])
        #expect(merged.map(\.time) == [2, 3, 3, 3, 2])
        #expect(SegmentMerge.merged([[], []]).isEmpty)
    }
}
