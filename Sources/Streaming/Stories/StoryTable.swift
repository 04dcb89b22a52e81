/// Stories by their bands, in memory: 24 bytes a story and eight for each slot of a hash table, of which at most seven of ten
/// are in use.
struct StoryTable: Sendable {
    /// Of more stories with the same band, which is then a phrase that all texts have, the first are kept under it; the others
    /// have other bands.
    private static let mostUnderBand = 256

    private struct Story {
        var sketch: StorySketch
        var time: Int64
    }

    private var stories: [Story] = []
    /// A band in the upper half, and in the lower the number of its story, counted from 1; 0 where a slot is free.
    private var slots: [UInt64] = []
    private var used = 0

    var count: Int { stories.count }
    /// No story was written before it.
    var earliest: Int64 { stories.lazy.map(\.time).min() ?? .max }

    mutating func insert(_ entry: StoryEntry) {
        let number = insert(entry.sketch, time: entry.time)
        for band in entry.bands { insert(band, number) }
    }

    /// Calls `body` with the stories that have one of a query's bands and agree with its sketch, some more than once.
    private func forEach(similarTo query: StoryQuery, _ body: (StorySketch) -> Void) {
        if stories.isEmpty { return }
        for band in query.bands {
            forEach(under: band) { number in
                let sketch = stories[number].sketch
                if sketch.agreement(with: query.sketch) >= query.leastAgreement { body(sketch) }
            }
        }
    }

    /// The stories that have one of a query's bands and agree with its sketch, each once.
    func similar(to query: StoryQuery) -> [StorySketch] {
        var found: [StorySketch] = []
        forEach(similarTo: query) { if !found.contains($0) { found.append($0) } }
        return found
    }

    /// Keeps the stories that were written at a time or later.
    mutating func removeAll(before time: Int64) {
        var numbers: [Int] = []
        var kept = StoryTable()
        for story in stories {
            numbers.append(story.time < time ? -1 : kept.insert(story.sketch, time: story.time))
        }
        for slot in slots where slot != 0 {
            let number = numbers[Int(slot & 0xffff_ffff) - 1]
            if number >= 0 { kept.insert(UInt32(slot >> 32), number) }
        }
        self = kept
    }

    private mutating func insert(_ sketch: StorySketch, time: Int64) -> Int {
        stories.append(Story(sketch: sketch, time: time))
        return stories.count - 1
    }

    private mutating func insert(_ band: UInt32, _ number: Int) {
        if (used + 1) * 10 > slots.count * 7 { grow() }
        let slot = UInt64(band) << 32 | UInt64(number + 1)
        var place = place(of: band)
        var known = 0
        while slots[place] != 0 {
            if slots[place] >> 32 == UInt64(band) {
                known += 1
                if known == StoryTable.mostUnderBand || slots[place] == slot { return }
            }
            place = place + 1 == slots.count ? 0 : place + 1
        }
        slots[place] = slot
        used += 1
    }

    private func forEach(under band: UInt32, _ body: (Int) -> Void) {
        var place = place(of: band)
        while slots[place] != 0 {
            if slots[place] >> 32 == UInt64(band) { body(Int(slots[place] & 0xffff_ffff) - 1) }
            place = place + 1 == slots.count ? 0 : place + 1
        }
    }

    private mutating func grow() {
        let old = exchange(&slots, with: [])
        slots = Array(repeating: 0, count: max(64, old.count + old.count / 2))
        for slot in old where slot != 0 {
            var place = place(of: UInt32(slot >> 32))
            while slots[place] != 0 { place = place + 1 == slots.count ? 0 : place + 1 }
            slots[place] = slot
        }
    }

    private func place(of band: UInt32) -> Int {
        Int((UInt64(band &* 0x9E37_79B1) &* UInt64(slots.count)) >> 32)
    }
}
