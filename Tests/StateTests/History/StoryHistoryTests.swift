import Streaming
import TestSupport
import Testing

@testable import State

extension StoryEntry {
    /// Any story, with bands among so many.
    static func random(bands: UInt32, time: Int64, using random: inout SeededGenerator) -> StoryEntry {
        StoryEntry(
            bands: (0..<6).map { _ in .random(in: 0..<bands, using: &random) &* 2_654_435_761 },
            sketch: StorySketch(
                first: .random(in: 0...(.max), using: &random),
                second: .random(in: 0...0xff_ffff, using: &random)),
            time: time)
    }
}

@Suite("Every store of stories", .timeLimit(.minutes(5)))
struct StoryStoreTests {
    private struct Model {
        var stories: [StoryEntry] = []

        func similar(to query: StoryQuery) -> Set<StorySketch> {
            Set(
                stories.filter { story in
                    story.bands.contains(where: query.bands.contains)
                        && story.sketch.agreement(with: query.sketch) >= query.leastAgreement
                }.map(\.sketch))
        }
    }

    private static let choices = StoreBench.Kind.allCases.flatMap { kind in
        (0..<6 as Range<UInt64>).map { (kind, $0) }
    }

    @Test(
        "finds what a search through all of them finds, after deaths and while it forgets", arguments: choices
    )
    func agreesWithASearch(kind: StoreBench.Kind, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bench = try StoreBench(kind)
        var model = Model()
        var time: Int64 = 1000
        // Few enough for some to have bands in common; without what a band of memory has no room for.
        let bands: UInt32 = 1 << 16
        for _ in 0..<50 {
            time += Int64.random(in: 0..<100, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: try bench.reopen()
            case 1: try bench.die()
            case 2:
                let cutoff = time - Int64.random(in: 0..<2000, using: &random)
                try bench.store.forgetAll(before: cutoff, limit: 500)
                model.stories.removeAll { $0.time < cutoff }
            default:
                let count = 1 << Int.random(in: 0..<10, using: &random)
                let stories = (0..<count).map { _ in
                    StoryEntry.random(bands: bands, time: time, using: &random)
                }
                try bench.store.commit { $0.stories = stories }
                model.stories += stories
            }
            let asked = (0..<20).map { _ in
                model.stories.randomElement(using: &random) ?? .random(bands: bands, time: 0, using: &random)
            }
            let queries = asked.map {
                StoryQuery(bands: Array($0.bands.prefix(2)), sketch: $0.sketch, leastAgreement: 40)
            }
            let found = try bench.store.stories(similarTo: queries)
            for (query, sketches) in zip(queries, found) {
                #expect(Set(sketches).count == sketches.count)
                #expect(Set(sketches) == model.similar(to: query))
            }
        }
    }

    @Test("finds stories in segments of all sizes")
    func largeSegments() throws {
        var random = SeededGenerator(seed: 7)
        let bench = try StoreBench(.sqlite)
        var all: [StoryEntry] = []
        for round in 0..<40 {
            let stories = (0..<3000).map { _ in
                StoryEntry.random(bands: .max, time: Int64(round * 64), using: &random)
            }
            try bench.store.commit { $0.stories = stories }
            all += stories
        }
        let asked = all.shuffled(using: &random).prefix(3000)
        let found = try bench.store.stories(
            similarTo: asked.map { StoryQuery(bands: [$0.bands[3]], sketch: $0.sketch, leastAgreement: 88) })
        #expect(zip(asked, found).allSatisfy { $1.contains($0.sketch) })
        let unknown = (0..<3000).map { _ in StoryEntry.random(bands: .max, time: 0, using: &random) }
        let others = try bench.store.stories(
            similarTo: unknown.map { StoryQuery(bands: $0.bands, sketch: $0.sketch, leastAgreement: 80) })
        #expect(others.allSatisfy { $0.isEmpty })
    }

    @Test("is what a state of before has none of, and makes its tables with the first")
    func tables() throws {
        let folder = try TemporaryFolder()
        let state = try SQLiteState(path: folder.file("a.db"), owner: nil)
        func hasTable() throws -> Bool {
            let has = try state.reading { try Schema.hasTable("story_segment", $0) }
            return has
        }
        try state.commit { $0.keys = [.numbered(1, time: 5)] }
        #expect(try hasTable() == false)
        var random = SeededGenerator(seed: 1)
        let story = StoryEntry.random(bands: .max, time: 5, using: &random)
        #expect(
            try state.stories(similarTo: [
                StoryQuery(bands: story.bands, sketch: story.sketch, leastAgreement: 0)
            ])
                == [[]])
        try state.commit { $0.stories = [story] }
        #expect(try hasTable())
    }
}

@Suite("A short page of a segment")
struct ShortPageTests {
    private static func entry(using random: inout SeededGenerator, unit: Int64, span: UInt64) -> HistoryEntry
    {
        HistoryEntry(
            key: HistoryKey(
                high: UInt64.random(in: 0...span, using: &random) << UInt64(StoryKey.unused),
                low: .random(in: 0...(.max), using: &random)),
            time: Int64.random(in: -50...50, using: &random) * unit, reading: 0)
    }

    @Test("gives back what was put into it", arguments: 0..<30 as Range<UInt64>)
    func keepsEntries(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let unit = Int64(1) << Int64.random(in: 0..<40, using: &random)
        let span = UInt64.max >> UInt64.random(in: 8...60, using: &random)
        var entries: [HistoryKey: HistoryEntry] = [:]
        for _ in 0..<Int.random(in: 1..<500, using: &random) {
            let entry = Self.entry(using: &random, unit: unit, span: span)
            entries[entry.key] = entry
        }
        var builder = SegmentPageBuilder(isShort: true)
        for entry in entries.values.sorted(by: { $0.key < $1.key }) where !builder.add(entry) { break }
        var bytes: [UInt8] = []
        builder.write(to: &bytes)
        #expect(bytes.count <= SegmentPage.size)
        try bytes.withUnsafeBytes { bytes in
            let page = try #require(SegmentPage(bytes))
            #expect((0..<page.count).map { page.entry(at: $0) } == builder.entries)
            for (index, entry) in builder.entries.enumerated() {
                #expect(page.entry(for: entry.key) == entry)
                let first = builder.entries.firstIndex { $0.key.high == entry.key.high }
                #expect(page.firstIndex(notBelow: entry.key.high) == first && index >= first ?? 0)
            }
        }
    }

    @Test("is refused or can be read, whatever its bytes", arguments: 0..<20 as Range<UInt64>)
    func isSafe(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            var builder = SegmentPageBuilder(isShort: true)
            for _ in 0..<Int.random(in: 1..<9, using: &random) {
                _ = builder.add(Self.entry(using: &random, unit: 64, span: 1 << 30))
            }
            var bytes: [UInt8] = []
            builder.write(to: &bytes)
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &random) / 8)
            bytes.withUnsafeBytes { bytes in
                guard let page = SegmentPage(bytes) else { return }
                for index in 0..<page.count { _ = page.entry(at: index) }
                _ = page.firstIndex(notBelow: 1 << 20)
            }
        }
    }

    @Test("takes fourteen bytes a story and band where there are many")
    func isSmall() {
        var random = SeededGenerator(seed: 1)
        var builder = SegmentPageBuilder(isShort: true)
        var high: UInt64 = 0
        // Sixty million of them.
        while builder.add(
            HistoryEntry(
                key: HistoryKey(high: high, low: .random(in: 0...(.max), using: &random)),
                time: 4096 * Int64.random(in: 0..<100, using: &random), reading: 0))
        { high += UInt64.random(in: 0...1200, using: &random) << 28 }
        #expect(builder.entries.count >= 280)
    }
}
