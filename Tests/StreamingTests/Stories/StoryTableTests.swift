import TestSupport
import Testing

@testable import Streaming

@Suite("Stories in memory")
struct StoryTableTests {
    private static func entry(using random: inout SeededGenerator, bands: ClosedRange<UInt32>, time: Int64)
        -> StoryEntry
    {
        StoryEntry(
            bands: (0..<6).map { _ in .random(in: bands, using: &random) },
            sketch: StorySketch(
                first: .random(in: 0...(.max), using: &random), second: .random(in: 0...7, using: &random)),
            time: time)
    }

    @Test(
        "are found by any of their bands, as a search through all of them finds them",
        arguments: 0..<10 as Range<UInt64>)
    func finds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = StoryTable()
        var all: [StoryEntry] = []
        for number in 0..<1000 {
            let entry = Self.entry(using: &random, bands: 0...3000, time: Int64(number))
            all.append(entry)
            table.insert(entry)
            if number == 700 {
                table.removeAll(before: 300)
                all.removeAll { $0.time < 300 }
                #expect(table.earliest == 300)
            }
        }
        for _ in 0..<300 {
            let asked = Self.entry(using: &random, bands: 0...3000, time: 0)
            let query = StoryQuery(bands: asked.bands, sketch: asked.sketch, leastAgreement: 42)
            let expected = all.filter { entry in
                entry.bands.contains(where: asked.bands.contains)
                    && entry.sketch.agreement(with: asked.sketch) >= 42
            }
            #expect(Set(table.similar(to: query)) == Set(expected.map(\.sketch)))
        }
    }

    @Test("with a band that all texts have stay quick to add")
    func commonBand() {
        var table = StoryTable()
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 { table.insert(Self.entry(using: &random, bands: 7...7, time: 0)) }
        let query = StoryQuery(bands: [7], sketch: StorySketch(first: 0, second: 0), leastAgreement: 0)
        #expect(table.similar(to: query).count == 256)
    }

    @Test("go to the checkpoint of the marker behind them, once, and stay while somebody looks for them")
    func underWay() {
        let stories = StoriesUnderWay()
        func entry(_ number: UInt64) -> StoryEntry {
            StoryEntry(bands: [UInt32(number)], sketch: StorySketch(first: number, second: 0), time: 0)
        }
        func isThere(_ number: UInt64) -> Bool {
            let sketch = entry(number).sketch
            return !stories.similar(
                to: StoryQuery(bands: [UInt32(number)], sketch: sketch, leastAgreement: 88)
            ).isEmpty
        }
        stories.add(entry(1))
        stories.pass(marker: 1)
        stories.add(entry(2))
        stories.pass(marker: 2)
        stories.add(entry(3))
        #expect(stories.settle(marker: 1) == [entry(1)])
        #expect(stories.settle(marker: 2) == [entry(2)])
        #expect(stories.settle(marker: 2).isEmpty)
        stories.asking {
            stories.committed(marker: 1)
            #expect(isThere(1) && isThere(2))
        }
        #expect(!isThere(1) && isThere(2) && isThere(3))
        stories.committed(marker: 2)
        stories.pass(marker: 5)
        #expect(stories.settle(marker: 5) == [entry(3)])
    }
}
